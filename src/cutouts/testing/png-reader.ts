/**
 * Reader of PNG pictures for the tests: 8-bit grey and RGBA, not interlaced, all five filters. The
 * service itself only writes PNG.
 */
import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'

/** A decoded picture. */
export interface PngImage {
  readonly width: number
  readonly height: number
  /** 1 for grey, 4 for RGBA. */
  readonly channels: number
  /** Row by row from the top. */
  readonly samples: Uint8Array
}

/** Decodes a picture, checking the frame of every chunk and the size of the pixel data. */
export function readPng(file: Buffer): PngImage {
  assert.equal(file.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n')
  const chunks = readChunks(file)
  const header = chunks[0]!
  assert.equal(header.name, 'IHDR')
  const width = header.data.readUInt32BE(0)
  const height = header.data.readUInt32BE(4)
  const [depth, type, compression, filter, interlace] = header.data.subarray(8)
  assert.deepEqual([depth, compression, filter, interlace], [8, 0, 0, 0])
  assert.ok(type === 0 || type === 6, `colour type ${type}`)
  const channels = type === 0 ? 1 : 4
  const packed = chunks.filter(chunk => chunk.name === 'IDAT').map(chunk => chunk.data)
  const lines = inflateSync(Buffer.concat(packed))
  assert.equal(lines.length, height * (1 + width * channels))
  return { width, height, channels, samples: unfilter(lines, width * channels, channels) }
}

function readChunks(file: Buffer): { name: string; data: Buffer }[] {
  const chunks: { name: string; data: Buffer }[] = []
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at)
    const end = at + 8 + length
    const name = file.toString('latin1', at + 4, at + 8)
    assert.equal(file.readUInt32BE(end), crc32(file.subarray(at + 4, end)), `CRC of ${name}`)
    chunks.push({ name, data: file.subarray(at + 8, end) })
    at = end + 4
  }
  assert.equal(chunks.at(-1)?.name, 'IEND')
  return chunks
}

/** CRC-32 bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function unfilter(lines: Uint8Array, rowBytes: number, channels: number): Uint8Array {
  const samples = new Uint8Array((lines.length / (rowBytes + 1)) * rowBytes)
  for (let line = 0, row = 0; line < lines.length; line += rowBytes + 1, row += rowBytes) {
    for (let x = 0; x < rowBytes; x++) {
      const left = x >= channels ? samples[row + x - channels]! : 0
      const up = row > 0 ? samples[row + x - rowBytes]! : 0
      const corner = row > 0 && x >= channels ? samples[row + x - rowBytes - channels]! : 0
      const predicted = predict(lines[line]!, left, up, corner)
      samples[row + x] = lines[line + 1 + x]! + predicted
    }
  }
  return samples
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 4) return paeth(left, up, corner)
  return [0, left, up, (left + up) >> 1][filter] ?? assert.fail(`filter ${filter}`)
}

function paeth(left: number, up: number, corner: number): number {
  const sum = left + up - corner
  const [a, b, c] = [left, up, corner].map(value => Math.abs(sum - value)) as [
    number,
    number,
    number,
  ]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}
