import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  choice,
  custom,
  flag,
  integer,
  list,
  MAX_TEXT_LENGTH,
  number,
  structured,
  text,
} from './params.js'

const description = 'd'

function refuses(param: { parse(value: unknown): unknown }, values: readonly unknown[]): void {
  for (const value of values) {
    assert.throws(() => param.parse(value), /expected/, JSON.stringify(value))
  }
}

test('text() reads texts and JSON numbers', () => {
  const param = text({ description })
  assert.equal(param.parse('ZTF21abfmbix'), 'ZTF21abfmbix')
  assert.equal(param.parse(8467), '8467')
  assert.equal(param.parse(''), '')
  assert.equal(param.parse('Benoît 🌍'), 'Benoît 🌍')
})

test('text() refuses other JSON types, control characters and overlong values', () => {
  const param = text({ description })
  refuses(param, [true, null, [], {}, Number.NaN, 'a\u0000', 'a\nb', '\ud800', '\u007f'])
  refuses(param, ['x'.repeat(MAX_TEXT_LENGTH + 1)])
  assert.equal(text({ description, isMultiline: true }).parse('a\r\n\tb'), 'a\r\n\tb')
})

test('text() checks length and pattern', () => {
  const param = text({
    description,
    minLength: 2,
    pattern: /^ZTF\d+$/,
    expected: 'an id such as ZTF1',
  })
  assert.equal(param.parse('ZTF1'), 'ZTF1')
  assert.throws(() => param.parse('zt'), { message: 'expected an id such as ZTF1, got "zt"' })
})

test('number() reads text and JSON numbers', () => {
  const param = number({ description })
  for (const [given, value] of [
    ['193.8217', 193.8217],
    [' -1e-3 ', -0.001],
    ['+5', 5],
    ['.5', 0.5],
    ['5.', 5],
    [2.5, 2.5],
  ] as const) {
    assert.equal(param.parse(given), value)
  }
})

test('number() refuses what is no finite decimal number', () => {
  refuses(number({ description }), ['', 'abc', '0x10', '1_000', '1,5', '1e', 'NaN', 'Infinity'])
  refuses(number({ description }), ['1e999', '-1e999', Number.NaN, Number.POSITIVE_INFINITY])
  refuses(number({ description }), [true, null, [], {}, '1'.repeat(65)])
})

test('number() allows non-finite values only when it says so', () => {
  const param = number({ description, allowNonFinite: true })
  assert.equal(param.parse('NaN'), Number.NaN)
  assert.equal(param.parse('-inf'), Number.NEGATIVE_INFINITY)
  assert.equal(param.parse('1e999'), Number.POSITIVE_INFINITY)
})

test('number() names range and unit in its complaint', () => {
  const param = number({ description, min: 0, max: 18000, unit: 'arcsec' })
  assert.equal(param.parse('18000'), 18000)
  assert.throws(() => param.parse('36000'), {
    message: 'expected a number from 0 to 18000 arcsec, got "36000"',
  })
  assert.throws(() => param.parse(-1), /got -1$/)
})

test('number() reads every finite double back', () => {
  const param = number({ description })
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      assert.equal(param.parse(String(value)), value + 0)
    }),
  )
})

test('integer() reads digits with blanks around and whole JSON numbers', () => {
  const param = integer({ description })
  assert.equal(param.parse(' 10 '), 10)
  assert.equal(param.parse('-3'), -3)
  assert.equal(param.parse(10), 10)
})

test('integer() refuses fractions, exponents and integers beyond 2^53', () => {
  refuses(integer({ description }), ['1.0', '1e3', 1.5, '9007199254740993', 2 ** 53, '', ' '])
  refuses(integer({ description, min: 1, max: 5 }), [0, '0', 6, '6'])
})

test('flag() reads the spellings of yes and no', () => {
  const param = flag({ description })
  for (const yes of [true, 'true', 'True', 'TRUE', '1', 1, 'yes', 'on']) {
    assert.equal(param.parse(yes), true)
  }
  for (const no of [false, 'false', 'False', '0', 0, 'no', 'off']) {
    assert.equal(param.parse(no), false)
  }
  refuses(param, ['', 'maybe', 2, null, []])
})

test('choice() is exact, suggests the nearest and reads synonyms', () => {
  const param = choice(['json', 'csv'], { description, synonyms: { JSON: 'json' } })
  assert.equal(param.parse('csv'), 'csv')
  assert.equal(param.parse('JSON'), 'json')
  assert.throws(() => param.parse('jsno'), {
    message: 'expected one of json, csv, got "jsno"; did you mean "json"',
  })
  refuses(param, ['__proto__', 'constructor', '', 1])
})

test('choice() lists at most 12 of many values', () => {
  const param = choice(
    Array.from({ length: 30 }, (_, i) => `class ${i}`),
    { description },
  )
  assert.match(param.expected, /^one of class 0, .*class 11 … \(30 in all\)$/)
})

test('list() splits at commas, trims, and reads JSON arrays', () => {
  const param = list({ description, maxItems: 3 })
  assert.deepEqual(param.parse('A, B ,C'), ['A', 'B', 'C'])
  assert.deepEqual(param.parse(['A', ' B', 3]), ['A', 'B', '3'])
})

test('list() refuses empty items, too many and too long ones', () => {
  const param = list({ description, maxItems: 3, maxItemLength: 5 })
  refuses(param, ['A,', ',', '', ' ', 'A,B,C,D', 'toolong', ['A', null], [[]], {}, true])
  refuses(param, ['x'.repeat(1000)])
})

test('custom() gives texts and digits to its parser and never control characters', () => {
  const seen: string[] = []
  const param = custom({ description, expected: 'a position' }, value => {
    seen.push(value)
    return value.length
  })
  assert.equal(param.parse('12:00'), 5)
  assert.equal(param.parse(193.8217), 8)
  refuses(param, ['\u0000', [], null])
  assert.deepEqual(seen, ['12:00', '193.8217'])
})

test('structured() gives the value as it came', () => {
  const param = structured(
    { description, expected: 'a list', schema: { type: 'array' } },
    value => value,
  )
  assert.deepEqual(param.parse([{ ra: 1 }]), [{ ra: 1 }])
})

test('declarations carry what documentation needs', () => {
  const param = integer({
    description: 'Most rows',
    default: 10,
    min: 1,
    max: 100,
    examples: [5],
    aliases: ['nmax'],
  })
  assert.deepEqual(param.schema, { type: 'integer', minimum: 1, maximum: 100 })
  assert.equal(param.defaultText, '10')
  assert.equal(param.isRequired, false)
  assert.deepEqual(param.aliases, ['nmax'])
})

test('no value crashes any kind of parameter', () => {
  const params = [
    text({ description }),
    number({ description }),
    integer({ description }),
    flag({ description }),
    choice(['a'], { description }),
    list({ description, maxItems: 2 }),
  ]
  fc.assert(
    fc.property(fc.anything(), value => {
      for (const param of params) {
        try {
          param.parse(value)
        } catch (error) {
          const isPure =
            error instanceof SyntaxError ||
            error instanceof RangeError ||
            error instanceof TypeError
          assert.ok(isPure && /expected/.test(error.message))
        }
      }
    }),
  )
})
