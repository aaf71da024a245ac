/**
 * Makes packed rows cell by cell, as bytes from the start: no literal is a string of its own, and
 * cells of a row that was there before are copied. The bytes are those of `encodeRow`.
 */
import { type Layout, toLayout } from './layout.js'
import { maxLiteralBytes, writeLiteral } from './literal-bytes.js'
import { type Allocate, type Members, noMembers, packMembers, placeMembers } from './members.js'
import { readNumberText } from './number-text.js'
import { type CellValue, hasInfinity, type PackedRow, textLength, textStart } from './packed-row.js'

const COMMA = 0x2c
/** Bytes that a writer has room for at first; wide rows of alerts have some 5000. */
const FIRST_BYTES = 2 ** 16

const WORD_BYTES = 4
const NO_LAYOUT = toLayout([])

/** Labels as little-endian words, which are written in a third of the time of bytes. */
interface LabelWords {
  readonly words: Uint32Array
  /** Words that each label has room for. */
  readonly most: number
}

const wordsOf = (bytes: number): number => Math.ceil(bytes / WORD_BYTES)

function labelWords({ labels }: Layout): LabelWords {
  const most = Math.max(0, ...labels.map(({ length }) => wordsOf(length)))
  const words = new Uint32Array(labels.length * most)
  labels.forEach((label, i) => {
    const padded = Buffer.alloc(most * WORD_BYTES)
    label.copy(padded)
    for (let word = 0; word < most; word++) {
      words[i * most + word] = padded.readUInt32LE(word * WORD_BYTES)
    }
  })
  return { words, most }
}

/** A row that is being made, or many one after the other. */
export class RowWriter {
  readonly #allocate: Allocate
  #layout = NO_LAYOUT
  #labels = labelWords(NO_LAYOUT)
  /** Members in the order in which they were written; those that were replaced stay in it. */
  #text = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #view = new DataView(this.#text.buffer)
  #used = 0
  #members: Members = noMembers(NO_LAYOUT)
  #mayBeInfinite = false

  /** @param allocate where rows go; memory that is kept as long as the rows are */
  constructor(allocate: Allocate = Buffer.allocUnsafe) {
    this.#allocate = allocate
  }

  /** Begins a row without cells. */
  open(layout: Layout): void {
    if (layout !== this.#layout) {
      this.#layout = layout
      this.#labels = labelWords(layout)
      this.#members = noMembers(layout)
    } else {
      this.#members.starts.fill(0)
      this.#members.ends.fill(0)
    }
    this.#used = 0
    this.#mayBeInfinite = false
  }

  /** Takes over the cells of a row; those that the layout has no column for are left out. */
  keep(row: PackedRow): void {
    const length = textLength(row)
    if (length === 0) return
    const start = textStart(row)
    const at = this.#reserve(length)
    row.bytes.copy(this.#text, at, start, start + length)
    this.#used += length
    // Where a filled row ends, there is a brace.
    this.#text[at + length - 1] = COMMA
    if (hasInfinity(row)) this.#mayBeInfinite = true
    if (row.layout === this.#layout) placeMembers(row, at, this.#members)
    else this.#keepByName(row, at)
  }

  #keepByName(row: PackedRow, at: number): void {
    const { columns } = row.layout
    const members = noMembers(row.layout)
    placeMembers(row, at, members)
    for (let i = 0; i < columns.length; i++) {
      const column = this.#layout.index.get(columns[i]!.name)
      if (column === undefined) continue
      this.#members.starts[column] = members.starts[i]!
      this.#members.ends[column] = members.ends[i]!
    }
  }

  /**
   * Writes a cell.
   *
   * @throws RangeError when an integer column is given a fraction
   */
  set(column: number, value: CellValue): void {
    const label = this.#layout.labels[column]!
    const { type } = this.#layout.columns[column]!
    const start = this.#reserve(label.length + maxLiteralBytes(value) + 1)
    const { words, most } = this.#labels
    const end = column * most + wordsOf(label.length)
    for (let i = column * most, at = start; i < end; i++, at += WORD_BYTES) {
      this.#view.setUint32(at, words[i]!, true)
    }
    let at = writeLiteral(this.#text, start + label.length, value, type)
    this.#text[at++] = COMMA
    this.#members.starts[column] = start
    this.#members.ends[column] = at
    this.#used = at
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      this.#mayBeInfinite = true
    }
  }

  /** Makes a cell missing. */
  clear(column: number): void {
    this.#members.ends[column] = this.#members.starts[column]!
  }

  /** Literal of a cell as text, undefined when it is missing. */
  literal(name: string): string | undefined {
    const column = this.#layout.index.get(name)
    if (column === undefined) return undefined
    const start = this.#members.starts[column]!
    const end = this.#members.ends[column]!
    if (start === end) return undefined
    return this.#text.toString('utf8', start + this.#layout.labels[column]!.length, end - 1)
  }

  /** The row; the next one can be begun. */
  close(key: string): PackedRow {
    const isInfinite = this.#mayBeInfinite && this.#hasInfinity()
    const options = { isInfinite, allocate: this.#allocate }
    const bytes = packMembers(this.#text, this.#members, options)
    return { key, layout: this.#layout, bytes, start: 0 }
  }

  /** An infinite cell may have been replaced since. */
  #hasInfinity(): boolean {
    const { starts, ends } = this.#members
    for (let i = 0; i < starts.length; i++) {
      if (this.#layout.isFloat[i] === 0 || starts[i] === ends[i]) continue
      const literal = starts[i]! + this.#layout.labels[i]!.length
      const value = readNumberText(this.#text, literal, ends[i]! - 1)
      if (Math.abs(value) === Number.POSITIVE_INFINITY) return true
    }
    return false
  }

  /** Makes room behind what is there; gives where it begins. */
  #reserve(bytes: number): number {
    if (this.#used + bytes > this.#text.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.#text.length * 2, this.#used + bytes))
      this.#text.copy(grown, 0, 0, this.#used)
      this.#text = grown
      this.#view = new DataView(grown.buffer)
    }
    return this.#used
  }
}
