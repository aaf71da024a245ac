import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Stamp } from '../stamp.js'
import { readPng } from '../testing/png-reader.js'
import { kernelNames } from './convolution.js'
import { colorMapNames } from './palette.js'
import { createStampRenderer } from './render.js'
import { stretchNames, stretchStamp } from './stretch.js'

const renderer = createStampRenderer()

function stampOf(width: number, pixels: readonly number[]): Stamp {
  return { width, height: pixels.length / width, pixels: Float64Array.from(pixels) }
}

/** One row: 0 to 1 by `linear` with all pixels between the percentiles. */
const shares = [0, 0.0999, 0.1, 0.5, 0.9, 0.9999, 1]
const row = stampOf(shares.length, shares)
const whole = { stretch: 'linear', pmin: 0, pmax: 100 } as const

test('renderPng() draws grey levels of 255 times the brightness, cut down', () => {
  const image = readPng(renderer.renderPng(row, whole))
  assert.deepEqual([image.width, image.height, image.channels], [7, 1, 1])
  assert.deepEqual(Array.from(image.samples), [0, 25, 25, 127, 229, 254, 255])
})

test('renderPng() draws row 0 at the top', () => {
  const { samples } = readPng(renderer.renderPng(stampOf(1, [1, 0, 0.5]), whole))
  assert.deepEqual(Array.from(samples), [255, 0, 127])
})

test('renderPng() draws opaque RGBA with a colour map, one colour a step', () => {
  const { channels, samples } = readPng(renderer.renderPng(row, { ...whole, colorMap: 'tab10' }))
  assert.equal(channels, 4)
  const colors = shares.map((_, i) => Buffer.from(samples).toString('hex', 4 * i, 4 * i + 4))
  assert.deepEqual(colors, [
    '1f77b4ff',
    '1f77b4ff',
    'ff7f0eff',
    '8c564bff',
    '17becfff',
    '17becfff',
    '17becfff',
  ])
})

test('renderPng() smooths after the stretch', () => {
  const point = stampOf(3, [0, 0, 0, 0, 1, 0, 0, 0, 0])
  const { samples } = readPng(renderer.renderPng(point, { ...whole, kernel: 'box' }))
  assert.deepEqual(Array.from(samples), [15, 31, 15, 31, 63, 31, 15, 31, 15])
})

test('renderPng() draws a constant stamp black, or transparent by sigmoid in colour', () => {
  const flat = stampOf(4, new Array<number>(16).fill(5))
  const bytes = (options: Parameters<typeof renderer.renderPng>[1]) => {
    const { samples } = readPng(renderer.renderPng(flat, options))
    return new Set(samples)
  }
  for (const kernel of [undefined, ...kernelNames]) {
    assert.deepEqual(bytes({ kernel }), new Set([0]))
    assert.deepEqual(bytes({ kernel, stretch: 'log' }), new Set([0]))
    assert.deepEqual(bytes({ kernel, colorMap: 'viridis' }), new Set([0]))
    assert.deepEqual(bytes({ kernel, colorMap: 'gray', stretch: 'linear' }), new Set([0, 255]))
  }
})

test('renderPng() refuses unknown names before it draws', () => {
  assert.throws(() => renderer.renderPng(row, { colorMap: 'nope' }), {
    name: 'RangeError',
    message: 'Cannot find the colour map "nope": expected a Matplotlib name',
  })
})

test('renderPng() draws any stamp in any way', () => {
  const image = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
    .chain(([width, height]) => {
      const count = width * height
      const pixels = fc.oneof(
        fc.float64Array({ minLength: count, maxLength: count }),
        fc.float64Array({ minLength: count, maxLength: count, min: -50, max: 300 }),
      )
      return fc.record({ width: fc.constant(width), height: fc.constant(height), pixels })
    })
  const options = fc.record({
    stretch: fc.constantFrom(...stretchNames),
    kernel: fc.constantFrom(undefined, ...kernelNames),
    colorMap: fc.constantFrom(undefined, ...colorMapNames),
  })
  fc.assert(
    fc.property(image, options, (stamp, how) => {
      const picture = readPng(renderer.renderPng(stamp, how))
      assert.deepEqual([picture.width, picture.height], [stamp.width, stamp.height])
      assert.equal(picture.channels, how.colorMap === undefined ? 1 : 4)
      if (how.colorMap !== undefined || how.kernel !== undefined) return
      const levels = Array.from(stretchStamp(stamp, how), x => (Number.isNaN(x) ? 0 : 255 * x))
      assert.deepEqual(picture.samples, Uint8Array.from(levels))
    }),
    { numRuns: 500 },
  )
})
