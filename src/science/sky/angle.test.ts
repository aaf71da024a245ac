import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import { parseAngle, parsePosition } from './angle.js'

function assertClose(actual: number, expected: number, what: string): void {
  const limit = 1e-9 * Math.max(1, Math.abs(expected))
  assert.ok(Math.abs(actual - expected) <= limit, `${what}: ${actual} instead of ${expected}`)
}

test('parseAngle() reads hours and degrees with units, colons and blanks', () => {
  assertClose(parseAngle('12h55m17.218s', 'none'), 193.82174166666667, 'h m s')
  assertClose(parseAngle('12:55:17.218', 'hour'), 193.82174166666667, 'colons')
  assertClose(parseAngle('193°49′18.267″', 'none'), 193.82174083333334, 'symbols')
  assertClose(parseAngle('-0 30 0', 'degree'), -0.5, 'negative zero')
  assertClose(parseAngle('5 30', 'degree'), 5.5, 'two fields')
  assert.equal(parseAngle('-0', 'degree'), 0)
})

test('parseAngle() reads other units and directions', () => {
  assertClose(parseAngle('3.38rad', 'none'), 193.65973475421825, 'rad')
  assertClose(parseAngle('5m', 'degree'), 5 / 60, 'arcmin')
  assertClose(parseAngle('7.2arcsec', 'degree'), 0.002, 'arcsec')
  assertClose(parseAngle('3600mas', 'degree'), 0.001, 'mas')
  assertClose(parseAngle('02d53mS', 'none'), -(2 + 53 / 60), 'south')
  assertClose(parseAngle('-12hW', 'none'), 180, 'west of a negative angle')
})

test('parseAngle() says what is no angle, and where a character has no meaning', () => {
  const expected = 'expected an angle such as 193.82, 12:55:17.2, 12h55m17.2s or -2d53m50s'
  const messages: [string, string][] = [
    ['kfdlkj', ', in which character 1 has no meaning'],
    ['12 55 17,218', ', in which character 9 has no meaning'],
    ['1\u{1f600}2', ', in which character 2 has no meaning'],
    ['1e2', ', in which character 2 has no meaning'],
    ['', ''],
    ['12h55m17.218s 13h !', ''],
    ['12.5:3', ''],
    ['12h S', ''],
    ["5''x", ''],
  ]
  for (const [text, why] of messages) {
    const message = `${expected}, got ${JSON.stringify(text)}${why}`
    assert.throws(() => parseAngle(text, 'hour'), { name: 'SyntaxError', message }, text)
  }
})

test('parseAngle() checks hours, minutes and seconds', () => {
  const messages: [string, RegExp][] = [
    ['-25:00', /^expected hours from 0 to 24, got -25$/],
    ['12:061.50', /^expected minutes from 0 to 60, got 61\.5$/],
    ['12:10:061', /^expected seconds from 0 to 60, got 61$/],
    ['1.5e999h', /finite/],
    ['9'.repeat(101), /at most 100 characters/],
  ]
  for (const [text, message] of messages) {
    assert.throws(() => parseAngle(text, 'hour'), { name: 'RangeError', message }, text)
  }
  assertClose(parseAngle('12:60:60', 'hour'), 195.25, 'carried')
  assert.throws(() => parseAngle('12', 'none'), { name: 'RangeError', message: /^expected a unit/ })
})

test('parsePosition() reads the same position from five spellings', () => {
  const spellings: [string | number, string | number][] = [
    [193.82174166666667, 2.89731944444444],
    ['193d49m18.27s', '2d53m50.35s'],
    ['12h55m17.218s', '+02d53m50.35s'],
    ['12 55 17.218', '+02 53 50.35'],
    ['12:55:17.218', '02:53:50.35'],
  ]
  for (const [ra, dec] of spellings) {
    const { raDeg, decDeg } = parsePosition(ra, dec)
    assertClose(raDeg, 193.82174166666667, String(ra))
    assertClose(decDeg, 2.89731944444444, String(dec))
  }
})

test('parsePosition() ignores blanks around and wraps the right ascension', () => {
  assert.deepEqual(parsePosition(' 193.8 ', ' -2.5 '), { raDeg: 193.8, decDeg: -2.5 })
  assert.equal(parsePosition(400, 0).raDeg, 40)
  assert.equal(parsePosition('-10', 0).raDeg, 350)
  assert.equal(parsePosition(-1e-20, 0).raDeg, 0)
  assert.ok(Object.is(parsePosition(-360, 0).raDeg, 0))
})

test('parsePosition() refuses declinations beyond the poles and missing units', () => {
  const message = 'expected a declination from -90 to 90 degrees, got "95"'
  assert.throws(() => parsePosition('10', '95'), { name: 'RangeError', message })
  assert.throws(() => parsePosition(10, -1e22), { name: 'RangeError', message: /got -1e\+22$/ })
  for (const dec of ['2.897311', '02:53:50', 2.897311]) {
    const unit = { name: 'RangeError', message: /^expected a unit.*got .*2/ }
    assert.throws(() => parsePosition('12h55m', dec), unit)
  }
  assert.throws(() => parsePosition(Number.NaN, 0), RangeError)
})

test('parseAngle() reads any text or throws a SyntaxError or a RangeError', () => {
  const piece = fc.constantFrom(
    ...[
      '12',
      '7.5',
      '.5',
      ' ',
      ':',
      '+',
      '-',
      'h',
      'd',
      'm',
      's',
      "'",
      '"',
      'deg',
      'rad',
      'E',
      'N',
    ],
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 8 }).map(list => list.join('')),
  )
  fc.assert(
    fc.property(text, fc.constantFrom('hour', 'degree', 'none'), (value, unit) => {
      try {
        assert.ok(Number.isFinite(parseAngle(value, unit)))
      } catch (error) {
        assert.ok(error instanceof SyntaxError || error instanceof RangeError)
      }
    }),
  )
})

interface Vector {
  readonly ra: unknown
  readonly dec: unknown
  readonly ra_deg: number
  readonly dec_deg: number
  readonly exception: string | null
}

const isInput = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

testWithShared('parsePosition() equals the reference vectors', path => {
  const vectors = JSON.parse(
    readFileSync(path('spec/data/vectors-coordinates.json'), 'utf8'),
  ) as Vector[]
  let count = 0
  for (const { ra, dec, ra_deg: raDeg, dec_deg: decDeg, exception } of vectors) {
    // Booleans, nulls and lists are no coordinates; blanks around made degrees hours.
    const isTrimmed = typeof ra !== 'string' || ra === ra.trim()
    if (!isInput(ra) || !isInput(dec) || !isTrimmed) continue
    count++
    if (exception === null) {
      const position = parsePosition(ra, dec)
      const distance = Math.abs(position.raDeg - raDeg)
      assertClose(Math.min(distance, 360 - distance), 0, String(ra))
      assertClose(position.decDeg, decDeg, String(dec))
    } else {
      assert.throws(() => parsePosition(ra, dec), /^(Syntax|Range)Error: expected /, `${ra} ${dec}`)
    }
  }
  assert.equal(count, 58)
})
