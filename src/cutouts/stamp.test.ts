import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { encodeFitsImage } from './fits-image.js'
import { decodeStamp, fitsBytes, MAX_STAMP_BYTES } from './stamp.js'

/** A FITS file of the given cards and data, padded to whole blocks. */
function fitsFile(cards: readonly string[], data: Uint8Array): Buffer {
  const header = [...cards, 'END'].map(card => card.padEnd(80)).join('')
  const blocks = (length: number) => Math.ceil(length / 2880) * 2880
  const file = Buffer.alloc(blocks(header.length) + blocks(data.length))
  file.write(header.padEnd(blocks(header.length)), 'latin1')
  file.set(data, blocks(header.length))
  return file
}

function imageCards(bitpix: number, width: number, height: number): string[] {
  return [
    'SIMPLE  =                    T / conforms to FITS standard',
    `BITPIX  = ${String(bitpix).padStart(20)} / array data type`,
    'NAXIS   =                    2',
    `NAXIS1  = ${String(width).padStart(20)}`,
    `NAXIS2  = ${String(height).padStart(20)}`,
  ]
}

function pixelsOf(bytes: Uint8Array): number[] {
  return Array.from(decodeStamp(bytes).pixels)
}

const small = encodeFitsImage([1, 2, 3, 4, 5, 6], 3, 2)

test('decodeStamp() reads rows from the first one of the file, NAXIS1 fastest', () => {
  const stamp = decodeStamp(small)
  assert.deepEqual([stamp.width, stamp.height], [3, 2])
  assert.deepEqual(Array.from(stamp.pixels), [1, 2, 3, 4, 5, 6])
})

test('decodeStamp() reads every BITPIX', () => {
  const data = (fill: (view: DataView) => void) => {
    const bytes = new Uint8Array(16)
    fill(new DataView(bytes.buffer))
    return bytes
  }
  const read = (bitpix: number, bytes: Uint8Array) =>
    pixelsOf(fitsFile(imageCards(bitpix, 2, 1), bytes))
  assert.deepEqual(read(8, Uint8Array.of(0, 255)), [0, 255])
  assert.deepEqual(read(16, Uint8Array.of(0x80, 0, 0x7f, 0xff)), [-32768, 32767])
  const int32 = data(view => {
    view.setInt32(0, -(2 ** 31))
    view.setInt32(4, 123456789)
  })
  assert.deepEqual(read(32, int32), [-(2 ** 31), 123456789])
  const int64 = data(view => {
    view.setBigInt64(0, -1n)
    view.setBigInt64(8, 2n ** 53n - 1n)
  })
  assert.deepEqual(read(64, int64), [-1, Number.MAX_SAFE_INTEGER])
  const float32 = data(view => {
    view.setFloat32(0, 5070.8755)
    view.setFloat32(4, Number.NEGATIVE_INFINITY)
  })
  assert.deepEqual(read(-32, float32), [5070.87548828125, Number.NEGATIVE_INFINITY])
  const float64 = data(view => {
    view.setFloat64(0, 0.1)
    view.setFloat64(8, Number.NaN)
  })
  assert.deepEqual(read(-64, float64), [0.1, Number.NaN])
})

test('decodeStamp() applies BZERO and BSCALE, and BLANK to integers only', () => {
  const scaled = [...imageCards(16, 3, 1), 'BZERO   = 3.2768D4', 'BSCALE  = 0.5', 'BLANK   = -1']
  const stored = Uint8Array.of(0, 4, 0xff, 0xff, 0x80, 0)
  assert.deepEqual(pixelsOf(fitsFile(scaled, stored)), [32770, Number.NaN, 16384])
  const floats = [...imageCards(-32, 1, 1), 'BLANK   = 1']
  assert.deepEqual(pixelsOf(fitsFile(floats, Uint8Array.of(0x3f, 0x80, 0, 0))), [1])
})

test('decodeStamp() takes the SIMPLE card of ZTF, and a file without one', () => {
  const cards = imageCards(8, 1, 1)
  const ztf = fitsFile(['SIMPLE  =  T', ...cards.slice(1)], Uint8Array.of(7))
  assert.deepEqual(pixelsOf(ztf), [7])
  assert.deepEqual(pixelsOf(fitsFile(cards.slice(1), Uint8Array.of(7))), [7])
})

test('decodeStamp() reads the first HDU of several, and a header of several blocks', () => {
  const history = Array.from({ length: 40 }, (_, i) => `HISTORY NAXIS1  = ${i}`)
  const first = fitsFile([...imageCards(8, 2, 1), ...history], Uint8Array.of(5, 6))
  const second = fitsFile(["XTENSION= 'IMAGE   '", ...imageCards(8, 1, 1).slice(1)], first)
  assert.deepEqual(pixelsOf(Buffer.concat([first, second])), [5, 6])
})

test('decodeStamp() needs no padding behind the pixels', () => {
  assert.deepEqual(pixelsOf(small.subarray(0, 2880 + 24)), [1, 2, 3, 4, 5, 6])
})

test('decodeStamp() reads bytes at any offset of their buffer', () => {
  const shifted = new Uint8Array(small.length + 3)
  shifted.set(small, 3)
  assert.deepEqual(pixelsOf(shifted.subarray(3)), [1, 2, 3, 4, 5, 6])
})

test('fitsBytes() gunzips, and gives plain bytes as they are', () => {
  assert.deepEqual(Buffer.from(fitsBytes(gzipSync(small))), small)
  assert.equal(fitsBytes(small), small)
  assert.deepEqual(pixelsOf(gzipSync(small)), [1, 2, 3, 4, 5, 6])
})

test('fitsBytes() refuses broken and cut gzip data with SyntaxError', () => {
  const packed = gzipSync(small)
  const broken = Buffer.from(packed)
  broken[20]! ^= 0xff
  for (const bytes of [broken, packed.subarray(0, -9), packed.subarray(0, 2)]) {
    assert.throws(() => fitsBytes(bytes), SyntaxError)
  }
})

test('fitsBytes() refuses more than MAX_STAMP_BYTES with RangeError', () => {
  const bomb = gzipSync(Buffer.alloc(MAX_STAMP_BYTES + 1))
  assert.throws(() => fitsBytes(bomb), {
    name: 'RangeError',
    message: /^Cannot gunzip a stamp of \d+ bytes: expected at most 16777216 bytes after decompr/,
  })
  assert.equal(fitsBytes(gzipSync(Buffer.alloc(MAX_STAMP_BYTES))).length, MAX_STAMP_BYTES)
})

test('decodeStamp() says what is wrong with a header', () => {
  const pixel = Uint8Array.of(1)
  const cases: [readonly string[], string, RegExp][] = [
    [[], 'SyntaxError', /NAXIS is missing, expected an integer/],
    [['NAXIS   = 0'], 'SyntaxError', /NAXIS is "0", expected 2/],
    [imageCards(7, 1, 1), 'SyntaxError', /BITPIX is "7", expected one of 8, 16, 32, 64, -32, -64/],
    [imageCards(8, 0, 1), 'RangeError', /of "0 x 1" pixels: expected 1 to 1048576/],
    [imageCards(8, -1, -1), 'RangeError', /of "-1 x -1" pixels/],
    [imageCards(8, 2 ** 40, 1), 'RangeError', /of "1099511627776 x 1" pixels/],
    [imageCards(8, 1.5, 1), 'SyntaxError', /NAXIS1 is "1.5", expected an integer/],
    [[...imageCards(8, 1, 1), 'BZERO   = x'], 'SyntaxError', /BZERO is "x", expected a number/],
    [imageCards(8, 60, 60), 'SyntaxError', /of 5760 bytes: expected 3600 bytes of pixels from/],
  ]
  for (const [cards, name, message] of cases) {
    assert.throws(() => decodeStamp(fitsFile(cards, pixel)), { name, message })
  }
})

test('decodeStamp() looks for the END card in a bounded number of blocks', () => {
  assert.throws(() => decodeStamp(Buffer.alloc(2 ** 20, ' ')), {
    name: 'SyntaxError',
    message: 'Cannot read a FITS stamp: no END card in the first 184320 bytes',
  })
  assert.throws(() => decodeStamp(new Uint8Array()), SyntaxError)
})

test('decodeStamp() answers any bytes with a stamp, a SyntaxError or a RangeError', () => {
  const isAnswered = (bytes: Uint8Array) => {
    try {
      const { width, height, pixels } = decodeStamp(bytes)
      assert.equal(pixels.length, width * height)
    } catch (error) {
      assert.ok(error instanceof SyntaxError || error instanceof RangeError, String(error))
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), isAnswered))
  const gzipStart = Uint8Array.of(0x1f, 0x8b, 8)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes =>
      isAnswered(Buffer.concat([gzipStart, bytes])),
    ),
  )
  const edits = fc.array(fc.tuple(fc.nat({ max: 560 }), fc.integer({ min: 32, max: 126 })), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(edits, fc.nat(), fc.boolean(), (changes, cut, isPacked) => {
      const bytes = Buffer.from(small)
      for (const [at, value] of changes) bytes[at] = value
      const whole = isPacked ? gzipSync(bytes) : bytes
      isAnswered(cut % 4 === 0 ? whole.subarray(0, cut % whole.length) : whole)
    }),
    { numRuns: 1000 },
  )
  const digits = fc.stringMatching(/^[-+0-9.ED]{1,20}$/)
  fc.assert(
    fc.property(digits, digits, digits, (bitpix, width, height) => {
      const cards = [`BITPIX  = ${bitpix}`, 'NAXIS   = 2', `NAXIS1  = ${width}`]
      isAnswered(fitsFile([...cards, `NAXIS2  = ${height}`], Uint8Array.of(1)))
    }),
    { numRuns: 500 },
  )
})
