import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choice, custom, flag, integer, text } from '../declarations/params.js'
import { toBinder } from './binding.js'
import { parseQuery } from './query-string.js'

const description = 'd'
const specs = {
  objectId: text({ description, required: true, examples: ['A'] }),
  n: integer({ description, default: 10, min: 1 }),
  withcutouts: flag({ description, aliases: ['withCutouts'] }),
  'output-format': choice(['json', 'csv'], { description }),
}
const bind = toBinder(specs)
const lenient = { isStrict: false }

const bindQuery = (query: string, isStrict = false) => bind(parseQuery(query), { isStrict })

test('binder gives values, defaults and undefined with static types', () => {
  const { values, warnings } = bindQuery('objectId=A')
  const objectId: string = values.objectId
  const n: number = values.n
  const flagValue: boolean | undefined = values.withcutouts
  const format: 'json' | 'csv' | undefined = values['output-format']
  assert.deepEqual([objectId, n, flagValue, format], ['A', 10, undefined, undefined])
  assert.deepEqual(warnings, [])
})

test('binder reads - and _ as the same letter, and aliases, without a warning', () => {
  const { values, warnings } = bindQuery('objectId=A&output_format=csv&withCutouts=True')
  assert.equal(values['output-format'], 'csv')
  assert.equal(values.withcutouts, true)
  assert.deepEqual(warnings, [])
})

test('binder prefers the exact name and says what it ignored', () => {
  const { values, warnings } = bindQuery('output_format=csv&output-format=json&objectId=A')
  assert.equal(values['output-format'], 'json')
  assert.deepEqual(warnings, ['"output_format" ignored: "output-format" is given too'])
})

test('binder demands required parameters first and hints at a misspelt name', () => {
  assert.throws(() => bindQuery('n=x'), {
    name: 'ParamError',
    param: 'objectId',
    message: 'Missing parameter "objectId": expected text of at most 1000 characters',
  })
  assert.throws(() => bindQuery('objectid=A'), /; did you misspell it as "objectid"$/)
})

test('binder names parameter, value and expectation', () => {
  assert.throws(() => bindQuery('objectId=A&n=0'), {
    name: 'ParamError',
    status: 400,
    param: 'n',
    message: 'Cannot read parameter "n": expected a whole number of at least 1, got "0"',
  })
})

test('binder warns of unknown names with a suggestion, and no more than five', () => {
  const { warnings } = bindQuery('objectId=A&withcutout=1&zzz=1')
  assert.deepEqual(warnings, [
    'unknown parameter "withcutout" ignored; did you mean "withcutouts"',
    'unknown parameter "zzz" ignored',
  ])
  const many = bindQuery(
    `objectId=A&${'qwertyuiop'
      .split('')
      .map(c => `${c}${c}=1`)
      .join('&')}`,
  )
  assert.equal(many.warnings.length, 6)
  assert.equal(many.warnings[5], '5 more ignored')
})

test('strict binder refuses unknown names', () => {
  assert.throws(() => bindQuery('objectId=A&withcutout=1', true), {
    name: 'ParamError',
    param: 'withcutout',
    message: 'Unknown parameter "withcutout"; did you mean "withcutouts"',
  })
  assert.throws(() => bindQuery('objectId=A&zzz=1', true), /expected objectId, n, withcutouts/)
})

test('binder treats JSON null as absent, unless it stands for a value', () => {
  const { values } = bind(
    new Map<string, unknown>([
      ['objectId', 'A'],
      ['n', null],
    ]),
    lenient,
  )
  assert.equal(values.n, 10)
  assert.throws(() => bind(new Map([['objectId', null]]), lenient), { param: 'objectId' })
  const withNull = toBinder({ stretch: choice(['log', 'none'], { description, nullAs: 'none' }) })
  assert.equal(withNull(new Map([['stretch', null]]), lenient).values.stretch, 'none')
})

test('binder wraps complaints of pure parsers and passes other faults on', () => {
  const bindAngle = toBinder({
    ra: custom({ description, expected: 'an angle' }, value => {
      if (value === 'fault') throw new Error('planted')
      throw new SyntaxError(`Cannot parse "${value}" as an angle`)
    }),
  })
  assert.throws(() => bindAngle(parseQuery('ra=kfdlkj'), lenient), {
    name: 'ParamError',
    message: 'Cannot read parameter "ra": cannot parse "kfdlkj" as an angle',
  })
  assert.throws(() => bindAngle(parseQuery('ra=fault'), lenient), { message: 'planted' })
})

test('binder is not confused by names of Object.prototype', () => {
  const { values, warnings } = bindQuery('objectId=A&__proto__=1&constructor=2&toString=3')
  assert.deepEqual(Object.keys(values), Object.keys(specs))
  assert.equal(warnings.length, 3)
})

test('toBinder() refuses two parameters with one name', () => {
  const twice = {
    'start-date': text({ description }),
    b: text({ description, aliases: ['start_date'] }),
  }
  assert.throws(() => toBinder(twice), RangeError)
})
