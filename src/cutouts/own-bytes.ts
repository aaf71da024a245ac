/** Bytes that are kept for a while must not keep much more memory than they are long. */

/** Of the memory that bytes are in, the share that they must fill to stay where they are: 3/4. */
const LEAST_SHARE = 0.75

/**
 * The bytes with hardly any memory beside them: those given when they nearly fill theirs, else a
 * copy. Copies are not cheap: what they leave behind has to be cleared away.
 *
 * @param bytes nobody changes them
 */
export function toOwnBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes
  if (length < buffer.byteLength * LEAST_SHARE) return new Uint8Array(bytes)
  // A buffer of Node.js becomes an ordinary array of bytes, as a copy would be.
  return new Uint8Array(buffer, byteOffset, length)
}
