/**
 * Copying short spans of bytes fast: four bytes at a time through data views, which the engine
 * compiles to plain loads and stores, where a call of `Buffer.copy` would cost more than the copy.
 */

/** Bytes with a view on the same memory. */
export interface ViewedBytes {
  readonly bytes: Buffer
  readonly view: DataView
}

/** Copies from this size on are left to the engine. */
const LONG_COPY_BYTES = 64

/** Puts a view on bytes. */
export function toViewedBytes(bytes: Buffer): ViewedBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
}

/**
 * Copies `source[start, end)` to position `at` of the target, which must have room for it, and
 * gives the position behind the copy.
 */
export function copySpan(
  target: ViewedBytes,
  at: number,
  source: ViewedBytes,
  start: number,
  end: number,
): number {
  const to = at + end - start
  if (to - at >= LONG_COPY_BYTES) {
    target.bytes.set(source.bytes.subarray(start, end), at)
  } else if (to - at >= 4) {
    for (let from = start; at < to - 4; at += 4, from += 4) {
      target.view.setUint32(at, source.view.getUint32(from))
    }
    // The last word may overlap the one before it.
    target.view.setUint32(to - 4, source.view.getUint32(end - 4))
  } else {
    for (let from = start; at < to; ) target.bytes[at++] = source.bytes[from++]!
  }
  return to
}
