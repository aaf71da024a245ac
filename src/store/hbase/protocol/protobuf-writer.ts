/**
 * Writing of protobuf messages: the wire format as far as the HBase messages need it. Written by
 * hand because the service knows its few messages beforehand and must start at once.
 * @see https://protobuf.dev/programming-guides/encoding/
 */

const INITIAL_BYTES = 256
const MAX_VARINT_BYTES = 10
/** Bytes kept free in front of a nested message for its length, moved up when it needs more. */
const NESTED_LENGTH_BYTES = 1

const VARINT = 0
const DELIMITED = 2

/**
 * Appends the fields of one message. A field whose value is undefined is left out; methods return
 * the writer so that a message reads as the list of its fields.
 */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(INITIAL_BYTES)
  #length = 0

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }

  #varint(value: number): void {
    this.#reserve(MAX_VARINT_BYTES)
    this.#length = writeVarint(this.#bytes, this.#length, value)
  }

  /**
   * An integer of any varint type.
   *
   * @throws RangeError when it is not one of 0 to 2^53 - 1
   */
  uint(field: number, value: number | undefined): this {
    if (value === undefined) return this
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Cannot write field ${field}: expected 0 to 2^53 - 1, got ${value}`)
    }
    this.#varint((field << 3) | VARINT)
    this.#varint(value)
    return this
  }

  /** A `uint64` with all its bits, such as a scanner or procedure id. */
  uint64(field: number, value: bigint | undefined): this {
    if (value === undefined) return this
    this.#varint((field << 3) | VARINT)
    this.#reserve(MAX_VARINT_BYTES)
    let rest = BigInt.asUintN(64, value)
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.#bytes[this.#length++] = Number(rest)
    return this
  }

  bool(field: number, value: boolean | undefined): this {
    return this.uint(field, value === undefined ? undefined : Number(value))
  }

  bytes(field: number, value: Uint8Array | undefined): this {
    if (value === undefined) return this
    this.#varint((field << 3) | DELIMITED)
    this.#varint(value.length)
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
    return this
  }

  text(field: number, value: string | undefined): this {
    return value === undefined ? this : this.bytes(field, Buffer.from(value))
  }

  /** A nested message, filled by `fill`. */
  message(field: number, fill: ((writer: ProtoWriter) => unknown) | undefined): this {
    if (fill === undefined) return this
    this.#varint((field << 3) | DELIMITED)
    this.#reserve(NESTED_LENGTH_BYTES)
    this.#length += NESTED_LENGTH_BYTES
    const start = this.#length
    fill(this)
    const size = this.#length - start
    const lengthBytes = varintBytes(size)
    const shift = lengthBytes - NESTED_LENGTH_BYTES
    this.#reserve(shift)
    if (shift > 0) this.#bytes.copyWithin(start + shift, start, this.#length)
    writeVarint(this.#bytes, start - NESTED_LENGTH_BYTES, size)
    this.#length += shift
    return this
  }

  /** The message; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Bytes that `value` takes as a varint. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++
  return bytes
}

/** Writes a varint of 0 to 2^53 - 1 at `offset` and returns the offset behind it. */
export function writeVarint(target: Uint8Array, offset: number, value: number): number {
  let position = offset
  let rest = value
  while (rest > 0x7f) {
    target[position++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  target[position++] = rest
  return position
}
