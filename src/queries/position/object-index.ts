/**
 * Finds things by the object that a row belongs to: ids are compared as they stand in packed rows,
 * so that no text is made of them. A hash table with open addressing (FNV-1a, linear probing) that
 * keeps the ids and none of the rows.
 */
import type { Layout } from '../../rows/layout.js'
import { literalEnd, literalStart, type PackedRow } from '../../rows/packed-row.js'

const FIRST_SLOTS = 64
const FIRST_BYTES = 1024
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193
/** In front of the key that stands for a missing id: no UTF-8 text has this byte. */
const NO_ID = Buffer.of(0xff)

/** Things by object, one each; rows without an id are objects of their own. */
export class ObjectIndex<T> {
  readonly #column: string
  readonly #things: T[] = []
  readonly #hashes: number[] = []
  /** Ids one behind the other, and where each ends. */
  #ids = Buffer.allocUnsafe(FIRST_BYTES)
  readonly #ends: number[] = []
  /** Number of a thing, counted from 1, or 0; more than half of the slots are 0. */
  #slots = new Int32Array(FIRST_SLOTS)
  /** The layout of the last row, and where its ids are. */
  #layout: Layout | undefined
  #position = -1
  /** The id of the last row: `[start, end)` of these bytes. */
  #bytes: Buffer = NO_ID
  #start = 0
  #end = 0

  /** @param column the column that holds the id */
  constructor(column: string) {
    this.#column = column
  }

  get size(): number {
    return this.#things.length
  }

  /** The thing of the object that the row belongs to. */
  find(row: PackedRow): T | undefined {
    this.#readId(row)
    return this.#things[this.#slots[this.#slotOf(this.#hash())]! - 1]
  }

  /** As `find`; made and added when the object is new. */
  findOrAdd(row: PackedRow, make: (row: PackedRow) => T): T {
    this.#readId(row)
    const hash = this.#hash()
    const slot = this.#slotOf(hash)
    const known = this.#slots[slot]!
    if (known > 0) return this.#things[known - 1]!
    this.#keepId()
    const thing = make(row)
    this.#hashes.push(hash)
    this.#slots[slot] = this.#things.push(thing)
    if (this.#things.length * 2 > this.#slots.length) this.#grow()
    return thing
  }

  #readId(row: PackedRow): void {
    if (row.layout !== this.#layout) {
      this.#layout = row.layout
      this.#position = row.layout.index.get(this.#column) ?? -1
    }
    this.#bytes = row.bytes
    this.#start = literalStart(row, this.#position)
    if (this.#start >= 0) {
      this.#end = literalEnd(row, this.#position)
      return
    }
    this.#bytes = Buffer.concat([NO_ID, Buffer.from(row.key)])
    this.#start = 0
    this.#end = this.#bytes.length
  }

  #hash(): number {
    const bytes = this.#bytes
    const end = this.#end
    let hash = FNV_BASIS
    for (let i = this.#start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME)
    // The low bits, which choose the slot, are to depend on all others.
    return hash ^ (hash >>> 15)
  }

  /** The slot of the last id, or the free one that it would go to. */
  #slotOf(hash: number): number {
    const slots = this.#slots
    const last = slots.length - 1
    let slot = hash & last
    for (; slots[slot] !== 0; slot = (slot + 1) & last) {
      const at = slots[slot]! - 1
      if (this.#hashes[at] === hash && this.#isId(at)) break
    }
    return slot
  }

  /** True when the last id is that of a thing. */
  #isId(at: number): boolean {
    const from = at === 0 ? 0 : this.#ends[at - 1]!
    let left = this.#ends[at]! - from
    if (this.#end - this.#start !== left) return false
    const ids = this.#ids
    const bytes = this.#bytes
    const start = this.#start
    // Ids differ at their ends.
    while (left > 0 && ids[from + left - 1] === bytes[start + left - 1]) left--
    return left === 0
  }

  #keepId(): void {
    const from = this.#ends[this.#ends.length - 1] ?? 0
    const end = from + this.#end - this.#start
    if (end > this.#ids.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#ids.length * 2))
      this.#ids.copy(larger, 0, 0, from)
      this.#ids = larger
    }
    for (let i = this.#start, to = from; i < this.#end; i++) this.#ids[to++] = this.#bytes[i]!
    this.#ends.push(end)
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4)
    const last = this.#slots.length - 1
    for (let at = 0; at < this.#hashes.length; at++) {
      let slot = this.#hashes[at]! & last
      while (this.#slots[slot] !== 0) slot = (slot + 1) & last
      this.#slots[slot] = at + 1
    }
  }
}
