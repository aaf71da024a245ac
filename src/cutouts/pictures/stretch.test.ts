import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Stamp } from '../stamp.js'
import { type StretchName, stretchNames, stretchStamp } from './stretch.js'

function stampOf(rows: readonly (readonly number[])[]): Stamp {
  return { width: rows[0]!.length, height: rows.length, pixels: Float64Array.from(rows.flat()) }
}

function assertNear(actual: Float64Array, expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `${value} is not ${expected[i]}`)
  })
}

const bent = stretchNames.filter(name => name !== 'sigmoid')

/** Centre 14, smallest 0; the deviations from the median 4 have the median 2. */
const ramp = stampOf([
  [0, 1, 2],
  [3, 14, 4],
  [5, 6, 7],
])
const RAMP_LOW = 0.4
const RAMP_RANGE = 13.6

test('stretchStamp() draws by the logistic function of the deviation from the mean', () => {
  const first = stretchStamp(
    stampOf([
      [0, 1, 2],
      [3, 40, 5],
      [2, 1, 0],
    ]),
  )
  const side = [0.37861437, 0.39822621, 0.41817028]
  const middle = [0.43838554, 0.94307749, 0.47936865]
  assertNear(first, [...side, ...middle, ...side.toReversed()], 1e-8)
  const second = stretchStamp(
    stampOf([
      [0, 0, 0],
      [1, 0.5, 1],
      [1, 1, 1],
    ]),
  )
  const [dark, light, half] = [0.20850741, 0.70033103, 0.43966158]
  assertNear(second, [dark, dark, dark, light, half, light, light, light, light], 1e-8)
})

test('stretchStamp() ignores pmin and pmax for sigmoid, whatever they are', () => {
  assert.deepEqual(stretchStamp(ramp, { pmin: 90, pmax: Number.NaN }), stretchStamp(ramp))
})

test('stretchStamp() cuts at the centre and the smallest pixel plus a fifth of the MAD', () => {
  const expected = Array.from(ramp.pixels, value => Math.max(0, (value - RAMP_LOW) / RAMP_RANGE))
  assertNear(stretchStamp(ramp, { stretch: 'linear' }), expected, 1e-15)
})

test('stretchStamp() bends by the curve of every stretch', () => {
  const curves: Record<Exclude<StretchName, 'sigmoid'>, (x: number) => number> = {
    linear: x => x,
    sqrt: x => x ** 0.5,
    power: x => x ** 2,
    log: x => Math.log1p(1000 * x) / Math.log(1001),
    asinh: x => Math.asinh(x / 10) / Math.asinh(0.1),
    arcsinh: x => Math.asinh(x / 10) / Math.asinh(0.1),
    sinh: x => (Math.exp(x / 0.3) - Math.exp(-x / 0.3)) / 2 / Math.sinh(1 / 0.3),
  }
  for (const stretch of bent) {
    const expected = Array.from(ramp.pixels, value =>
      curves[stretch](Math.max(0, (value - RAMP_LOW) / RAMP_RANGE)),
    )
    assertNear(stretchStamp(ramp, { stretch }), expected, 1e-14)
  }
})

test('stretchStamp() cuts at percentiles of the finite pixels when one is given', () => {
  const gap = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const row = Array.from({ length: 101 }, (_, i) => 100 - i)
  const stamp = stampOf([[...row, ...gap]])
  const cut = (options: { pmin?: number; pmax?: number }) =>
    stretchStamp(stamp, { stretch: 'linear', ...options })
  const expected = (low: number, high: number) =>
    [...row, 0, Number.MAX_VALUE, -Number.MAX_VALUE].map(value =>
      Math.min(1, Math.max(0, (value - low) / (high - low))),
    )
  assertNear(cut({ pmin: 10, pmax: 90 }), expected(10, 90), 1e-15)
  assertNear(cut({ pmin: 10 }), expected(10, 99.5), 1e-15)
  assertNear(cut({ pmax: 100 }), expected(0.5, 100), 1e-15)
})

test('stretchStamp() refuses percentiles that are not 0 <= pmin < pmax <= 100', () => {
  const wrong: [number, number][] = [
    [-5, 99],
    [1, 400],
    [60, 40],
    [50, 50],
    [Number.NaN, 99],
  ]
  for (const [pmin, pmax] of wrong) {
    assert.throws(() => stretchStamp(ramp, { stretch: 'linear', pmin, pmax }), {
      name: 'RangeError',
      message: /^Cannot cut an image at the percentiles ".+" and ".+": expected 0 <= pmin < pmax/,
    })
  }
})

test('stretchStamp() cuts at the default percentiles when the centre is darkest', () => {
  const hole = stampOf([
    [5, 6, 7],
    [4, -20, 8],
    [3, 2, 1],
  ])
  for (const stretch of bent) {
    assert.deepEqual(
      stretchStamp(hole, { stretch }),
      stretchStamp(hole, { stretch, pmin: 0.5, pmax: 99.5 }),
    )
  }
})

test('stretchStamp() takes the centre from the row count, the middle when too narrow', () => {
  const wide = stampOf([
    [0, 2, 9, 0],
    [0, 4, 9, 0],
  ])
  assert.equal(stretchStamp(wide, { stretch: 'linear' })[5], 1)
  const narrow = stampOf([[0], [1], [2], [8], [3], [4]])
  assert.equal(stretchStamp(narrow, { stretch: 'linear' })[3], 1)
})

test('stretchStamp() counts NaN as 0 and infinities as the largest doubles', () => {
  const holes = stampOf([
    [0, 1, Number.NaN],
    [3, 14, 4],
    [5, 6, Number.POSITIVE_INFINITY],
  ])
  const filled = stampOf([
    [0, 1, 0],
    [3, 14, 4],
    [5, 6, Number.MAX_VALUE],
  ])
  for (const stretch of stretchNames) {
    assert.deepEqual(stretchStamp(holes, { stretch }), stretchStamp(filled, { stretch }))
  }
})

test('stretchStamp() makes a constant stamp NaN by sigmoid and 0 by the others', () => {
  for (const value of [0, 5, 0.1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const flat = stampOf(Array.from({ length: 7 }, () => new Array<number>(7).fill(value)))
    assert.ok(stretchStamp(flat).every(Number.isNaN))
    for (const stretch of bent) {
      assert.ok(stretchStamp(flat, { stretch }).every(share => share === 0))
      assert.ok(stretchStamp(flat, { stretch, pmin: 1, pmax: 99 }).every(share => share === 0))
    }
  }
})

test('stretchStamp() refuses an unknown stretch', () => {
  const known = stretchNames.join(', ')
  for (const stretch of ['foo', 'Linear', '', 'constructor', '__proto__']) {
    assert.throws(() => stretchStamp(ramp, { stretch: stretch as StretchName }), {
      name: 'RangeError',
      message: `Cannot stretch an image by "${stretch}": expected one of ${known}`,
    })
  }
})

test('stretchStamp() keeps the pixels given and answers any of them with 0 to 1 or NaN', () => {
  const image = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([width, height]) => {
      const count = width * height
      return fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        pixels: fc.float64Array({ minLength: count, maxLength: count }),
      })
    })
  const percentiles = fc.constantFrom({}, { pmin: 0, pmax: 100 }, { pmin: 40 })
  fc.assert(
    fc.property(image, fc.constantFrom(...stretchNames), percentiles, (stamp, stretch, cut) => {
      const before = stamp.pixels.slice()
      const shares = stretchStamp(stamp, { stretch, ...cut })
      assert.deepEqual(stamp.pixels, before)
      assert.ok(shares.every(x => (x >= 0 && x <= 1) || (stretch === 'sigmoid' && Number.isNaN(x))))
    }),
    { numRuns: 1000 },
  )
})
