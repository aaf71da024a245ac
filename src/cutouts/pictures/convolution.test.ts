import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import { convolve, type KernelName, kernelNames } from './convolution.js'

const BOX = [0, 1, 2, 1, 0]

/** The weights in two dimensions, from their definitions. */
function plane(kernel: KernelName): number[][] {
  const weight = (i: number, j: number) =>
    kernel === 'gauss' ? Math.exp(-((i - 2) ** 2 + (j - 2) ** 2) / 2) : (BOX[i]! * BOX[j]!) / 16
  const rows = Array.from({ length: 5 }, (_, i) =>
    Array.from({ length: 5 }, (_, j) => weight(i, j)),
  )
  const sum = rows.flat().reduce((total, value) => total + value, 0)
  return rows.map(row => row.map(value => value / sum))
}

function convolveSlowly(pixels: Float64Array, width: number, kernel: KernelName): number[] {
  const height = pixels.length / width
  const weights = plane(kernel)
  const clamp = (value: number, length: number) => Math.max(0, Math.min(length - 1, value))
  return Array.from(pixels, (_, at) => {
    let sum = 0
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        const y = clamp(Math.floor(at / width) + i - 2, height)
        const x = clamp((at % width) + j - 2, width)
        sum += weights[i]![j]! * pixels[y * width + x]!
      }
    }
    return sum
  })
}

test('convolve() equals the plane sum over the 5 x 5 neighbours, border repeated', () => {
  const image = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
    .chain(([width, height]) =>
      fc.tuple(
        fc.constant(width),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
          minLength: width * height,
          maxLength: width * height,
        }),
      ),
    )
  fc.assert(
    fc.property(image, fc.constantFrom(...kernelNames), ([width, values], kernel) => {
      const pixels = Float64Array.from(values)
      const expected = convolveSlowly(pixels, width, kernel)
      convolve(pixels, width, kernel).forEach((value, i) => {
        assert.ok(Math.abs(value - expected[i]!) < 1e-14)
      })
      assert.deepEqual(Array.from(pixels), values)
    }),
  )
})

test('convolve() refuses an unknown kernel', () => {
  for (const kernel of ['tophat', '', 'constructor', 'Gauss']) {
    assert.throws(() => convolve(Float64Array.of(1), 1, kernel as KernelName), {
      name: 'RangeError',
      message: `Cannot smooth an image by "${kernel}": expected one of gauss, box`,
    })
  }
})

testWithShared('convolve() spreads a point as the recorded kernels', path => {
  const file = readFileSync(path('spec/data/vectors-cutouts.json'), 'utf8')
  const { kernels } = JSON.parse(file) as { kernels: Record<string, number[][]> }
  const point = new Float64Array(25)
  point[12] = 1
  for (const [kernel, name] of [
    ['gauss', 'gauss_normalised'],
    ['box', 'box_raw'],
  ] as const) {
    const expected = kernels[name]!.flat()
    convolve(point, 5, kernel).forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) < 1e-15)
    })
  }
})
