/**
 * The hybrid of run lengths and packed bits in which Parquet has levels and dictionary entries
 * (Parquet format, "Run Length Encoding / Bit-Packing Hybrid"). A run is a header, a varint, and
 *
 *     header even: one value, to be repeated header / 2 times, in whole bytes, little-endian
 *     header odd:  header / 2 groups of eight values, packed from the lowest bit on
 */

/**
 * Decodes `count` values of `width` bits. Runs that would give more are cut off.
 *
 * @throws RangeError when the bytes end before
 */
export function decodeRleBits(
  bytes: Uint8Array,
  { width, count }: { readonly width: number; readonly count: number },
): Uint32Array {
  const values = new Uint32Array(count)
  let at = 0
  for (let filled = 0; filled < count; ) {
    const { value: header, next } = readVarint(bytes, at)
    at = next
    const length = Math.floor(header / 2)
    if (header % 2 === 0) {
      const end = Math.min(count, filled + length)
      values.fill(readBits(bytes, at * 8, width), filled, end)
      at += Math.ceil(width / 8)
      filled = end
      continue
    }
    const end = Math.min(count, filled + length * 8)
    for (let bit = at * 8; filled < end; bit += width)
      values[filled++] = readBits(bytes, bit, width)
    at += length * width
  }
  return values
}

function readVarint(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = bytes[start + i]
    if (byte === undefined) throw new RangeError('packed values end early')
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, next: start + i + 1 }
  }
  throw new RangeError('a run of packed values has no length')
}

/** `width` bits, up to 32, from bit `start` on. */
function readBits(bytes: Uint8Array, start: number, width: number): number {
  let value = 0
  for (let had = 0; had < width; ) {
    const bit = start + had
    const byte = bytes[bit >>> 3]
    if (byte === undefined) throw new RangeError('packed values end early')
    const take = Math.min(width - had, 8 - (bit & 7))
    value += ((byte >>> (bit & 7)) & ((1 << take) - 1)) * 2 ** had
    had += take
  }
  return value
}
