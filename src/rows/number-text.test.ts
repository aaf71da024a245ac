import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../test/shared.js'
import {
  formatDouble,
  formatFloat,
  parseFloatText,
  readNumberText,
  toJavaText,
  widenFloat,
} from './number-text.js'

test('formatDouble() writes shortest digits in Python notation', () => {
  const cases: [number, string][] = [
    [17, '17.0'],
    [-0, '-0.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [7.6809e-6, '7.6809e-06'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [1.5e300, '1.5e+300'],
    [-2459003.6, '-2459003.6'],
    [Number.NaN, 'null'],
    [Number.NEGATIVE_INFINITY, '-1e999'],
  ]
  for (const [value, text] of cases) assert.equal(formatDouble(value), text)
})

test('formatDouble() reads back as the same double', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value =>
      Object.is(Number(formatDouble(value)), value),
    ),
  )
})

test('formatFloat() reads back as the same binary32 value and is shortest', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), value => {
      const text = formatFloat(value)
      assert.equal(Math.fround(Number(text)), value)
      const digits = text
        .replace(/e.*/, '')
        .replace(/[-.]/g, '')
        .replace(/^0+|0+$/g, '').length
      for (let fewer = 1; fewer < digits; fewer++) {
        assert.notEqual(Math.fround(Number(value.toPrecision(fewer))), value, `${text} is longer`)
      }
    }),
    { numRuns: 20_000 },
  )
})

test('widenFloat() is the double that the shortest text reads as', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), value =>
      Object.is(widenFloat(value), Number(formatFloat(value))),
    ),
    { numRuns: 5000 },
  )
})

test('toJavaText() follows Double.toString', () => {
  const cases: [string, string][] = [
    ['7.6809e-06', '7.6809E-6'],
    ['10000000.0', '1.0E7'],
    ['0.001', '0.001'],
    ['0.0009', '9.0E-4'],
    ['-17.0', '-17.0'],
    ['-0.0', '-0.0'],
    ['null', 'NaN'],
    ['1e999', 'Infinity'],
    ['123.0', '123.0'],
    ['2459003.6', '2459003.6'],
  ]
  for (const [canonical, java] of cases) assert.equal(toJavaText(canonical), java)
})

test('readNumberText() equals Number on canonical texts', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), value => {
      const bytes = Buffer.from(`x${formatDouble(value)}x`)
      assert.ok(Object.is(readNumberText(bytes, 1, bytes.length - 1), value))
    }),
    { numRuns: 5000 },
  )
  assert.ok(Number.isNaN(readNumberText(Buffer.from('null'), 0, 4)))
})

test('parseFloatText() reads Java and Python texts and refuses others', () => {
  assert.equal(parseFloatText('1.0E7'), 1e7)
  assert.equal(parseFloatText(' -Infinity '), Number.NEGATIVE_INFINITY)
  assert.ok(Number.isNaN(parseFloatText('nan')))
  assert.throws(() => parseFloatText('12a'), SyntaxError)
  assert.throws(() => parseFloatText(''), SyntaxError)
})

testWithShared('toJavaText() equals the texts of JDK 25 on the reference vectors', path => {
  const file = readFileSync(path('spec/data/java-number-text.json'), 'utf8')
  const vectors = JSON.parse(file) as Record<'float' | 'double', [string, string, string?][]>
  const bits = Buffer.alloc(8)
  for (const [hex, old, text = old] of vectors.float) {
    bits.writeUInt32BE(Number.parseInt(hex, 16))
    const value = bits.readFloatBE()
    // Below the normal range Java shows two digits where one is enough.
    if (value !== 0 && Math.abs(value) < 1.2e-38) continue
    assert.equal(toJavaText(formatFloat(value)), text, hex)
  }
  for (const [hex, old, text = old] of vectors.double) {
    bits.writeBigUInt64BE(BigInt(`0x${hex}`))
    const value = bits.readDoubleBE()
    if (value !== 0 && Math.abs(value) < 1e-300) continue
    assert.equal(toJavaText(formatDouble(value)), text, hex)
  }
})
