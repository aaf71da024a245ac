import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readPng } from '../testing/png-reader.js'
import { encodePng, type PngKind, scanlineBytes } from './png.js'

test('encodePng() writes IHDR, IDAT and IEND', () => {
  const file = encodePng(Uint8Array.of(0, 7, 9), 2, 'gray')
  const start = '89504e470d0a1a0a 0000000d 49484452 00000002 00000001 08 00 00 00 00'
  assert.equal(file.toString('hex', 0, 29), start.replaceAll(' ', ''))
  assert.equal(file.toString('latin1', 37, 41), 'IDAT')
  assert.equal(file.toString('hex', file.length - 12), '0000000049454e44ae426082')
})

test('encodePng() writes pictures that read back the same', () => {
  const picture = fc
    .record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      kind: fc.constantFrom<PngKind>('gray', 'rgba'),
      levels: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    })
    .map(({ width, height, kind, levels }) => {
      const rowBytes = scanlineBytes(width, kind)
      const lines = Uint8Array.from({ length: rowBytes * height }, (_, i) =>
        i % rowBytes === 0 ? 0 : levels[i % levels.length]!,
      )
      return { width, height, kind, lines, rowBytes }
    })
  fc.assert(
    fc.property(picture, ({ width, height, kind, lines, rowBytes }) => {
      const image = readPng(encodePng(lines, width, kind))
      assert.deepEqual([image.width, image.height], [width, height])
      assert.equal(image.channels, kind === 'gray' ? 1 : 4)
      assert.deepEqual(
        image.samples,
        lines.filter((_, i) => i % rowBytes !== 0),
      )
    }),
  )
})

test('encodePng() refuses anything but whole rows', () => {
  const cases: [number, number, PngKind][] = [
    [5, 3, 'gray'],
    [0, 3, 'gray'],
    [9, 3, 'rgba'],
    [4, 0, 'gray'],
  ]
  for (const [length, width, kind] of cases) {
    assert.throws(() => encodePng(new Uint8Array(length), width, kind), {
      name: 'RangeError',
      message: `Cannot encode ${length} bytes as PNG rows of ${width} pixels`,
    })
  }
})
