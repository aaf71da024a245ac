/**
 * Reading of protobuf messages: field by field, skipping everything unknown, copying nothing.
 * @see https://protobuf.dev/programming-guides/encoding/
 */

const MAX_VARINT_BYTES = 10

const VARINT = 0
const FIXED64 = 1
const DELIMITED = 2
const FIXED32 = 5

/**
 * Walks the fields of one message: `while (reader.next()) switch (reader.field) ...`. A field that
 * is not read before the following `next()` is skipped. Values are views into the input.
 *
 * @throws SyntaxError from every method when the input is cut off or not protobuf
 */
export class ProtoReader {
  /** Number of the current field. */
  field = 0
  #wireType = VARINT
  #pending = false
  #position: number
  readonly #bytes: Buffer
  readonly #end: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#position = start
    this.#end = end
  }

  /** Offset of the next unread byte. */
  get position(): number {
    return this.#position
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#pending) this.#skip()
    if (this.#position >= this.#end) return false
    const tag = this.varint()
    this.field = Math.floor(tag / 8)
    this.#wireType = tag & 7
    if (this.field === 0 || tag > 0xffff_ffff) throw malformed('a field number of 1 to 2^29 - 1')
    this.#pending = true
    return true
  }

  /** The bare varint at the current position: the length in front of a delimited message. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      if (this.#position >= this.#end) throw malformed('a whole varint')
      const byte = this.#bytes[this.#position++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw malformed(`a varint of at most ${MAX_VARINT_BYTES} bytes`)
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw malformed(`field ${this.field} of wire type ${wireType}`)
    this.#pending = false
  }

  /** The current varint field, 0 to 2^53 - 1. */
  uint(): number {
    this.#expect(VARINT)
    const value = this.varint()
    if (value > Number.MAX_SAFE_INTEGER) throw malformed(`field ${this.field} below 2^53`)
    return value
  }

  /** The current varint field with all its 64 bits. */
  uint64(): bigint {
    this.#expect(VARINT)
    let value = 0n
    for (let count = 0n; count < MAX_VARINT_BYTES; count++) {
      if (this.#position >= this.#end) throw malformed('a whole varint')
      const byte = this.#bytes[this.#position++]!
      value |= BigInt(byte & 0x7f) << (count * 7n)
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw malformed(`a varint of at most ${MAX_VARINT_BYTES} bytes`)
  }

  /** The current field as `int32`, which the format stores as a 64-bit varint. */
  int32(): number {
    return Number(BigInt.asIntN(32, this.uint64()))
  }

  bool(): boolean {
    this.#expect(VARINT)
    return this.varint() !== 0
  }

  bytes(): Buffer {
    this.#expect(DELIMITED)
    const length = this.varint()
    const start = this.#position
    if (length > this.#end - start) throw malformed(`${length} bytes of field ${this.field}`)
    this.#position = start + length
    return this.#bytes.subarray(start, start + length)
  }

  text(): string {
    return this.bytes().toString()
  }

  /** A reader of the current field, a nested message. */
  message(): ProtoReader {
    const bytes = this.bytes()
    return new ProtoReader(bytes)
  }

  /** Appends the current field to `values`, be it one element or a packed list of varints. */
  uints(values: number[]): void {
    if (this.#wireType === VARINT) {
      values.push(this.uint())
      return
    }
    const packed = this.message()
    while (packed.#position < packed.#end) values.push(packed.varint())
  }

  #skip(): void {
    this.#pending = false
    if (this.#wireType === VARINT) this.varint()
    else if (this.#wireType === DELIMITED) this.#advance(this.varint())
    else if (this.#wireType === FIXED64) this.#advance(8)
    else if (this.#wireType === FIXED32) this.#advance(4)
    else throw malformed(`a wire type other than ${this.#wireType}`)
  }

  #advance(count: number): void {
    if (count > this.#end - this.#position) throw malformed(`${count} bytes of field ${this.field}`)
    this.#position += count
  }
}

function malformed(expected: string): SyntaxError {
  return new SyntaxError(`Cannot read a protobuf message: expected ${expected}`)
}
