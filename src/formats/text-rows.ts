/**
 * Rows of a table as text: what CSV and VOTable have in common. The literals of stored cells are
 * copied as bytes; no text is made for them unless characters must be escaped.
 */
import { type PackedRow, packedLength } from '../rows/packed-row.js'
import type { ByteSink } from './byte-sink.js'
import {
  type ComputedValue,
  cellFinder,
  computedValue,
  isInfiniteLiteral,
  numberText,
  parseTextLiteral,
} from './cells.js'
import type { ColumnType, Table, TableColumn } from './table.js'
import { copySpan, toViewedBytes, type ViewedBytes } from './viewed-bytes.js'

/** How a format writes rows and cells as text. */
export interface TextNotation {
  readonly rowStart: string
  readonly betweenCells: string
  readonly rowEnd: string
  /** What stands in a row whose only cell is empty. */
  readonly loneEmptyCell: string
  readonly infinity: string
  readonly minusInfinity: string
  /** Whether whole floats lose their `.0`. */
  readonly isPointZeroDropped: boolean
  /** Text as it stands in a cell, with what the format needs around or inside it. */
  readonly escape: (text: string) => string
  /** Per byte, what a JSON string literal with that byte in it needs: `ESCAPED`, `QUOTED` or 0. */
  readonly care: Uint8Array
}

/** The text must go through `escape`; true of every backslash. */
export const ESCAPED = 1
/** The text stands in double quotes. */
export const QUOTED = 2

const QUOTE = 0x22
const MINUS = 0x2d
const DOT = 0x2e
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const LOWER_N = 0x6e
const LOWER_T = 0x74

/** Longest text of a number: a 64-bit integer or a double. */
const MAX_NUMBER_BYTES = 32

const NOTHING = toViewedBytes(Buffer.alloc(0))
const TRUE = toViewedBytes(Buffer.from('True'))
const FALSE = toViewedBytes(Buffer.from('False'))

/**
 * Writes rows of tables to a sink, in one notation. Its put methods write from position `at` of
 * the sink's buffer, in which there is room for the stored cells of the row, and give the position
 * behind what they wrote.
 */
export class TextRowWriter {
  readonly #sink: ByteSink
  readonly #notation: TextNotation
  readonly #between: ViewedBytes
  readonly #infinity: ViewedBytes
  readonly #minusInfinity: ViewedBytes
  #source = NOTHING
  #target = NOTHING
  #room = 0

  constructor(sink: ByteSink, notation: TextNotation) {
    this.#sink = sink
    this.#notation = notation
    this.#between = toViewedBytes(Buffer.from(notation.betweenCells))
    this.#infinity = toViewedBytes(Buffer.from(notation.infinity))
    this.#minusInfinity = toViewedBytes(Buffer.from(notation.minusInfinity))
  }

  /** Writes all rows of the table. */
  write({ columns, rows, length }: Table): void {
    const { rowStart, rowEnd, loneEmptyCell } = this.#notation
    const sink = this.#sink
    const find = cellFinder(columns)
    for (let r = 0; r < length; r++) {
      const row = rows[r]
      sink.ascii(rowStart)
      const start = sink.length
      this.#openRow(columns, row)
      sink.length = this.#putCells(columns, r, find(row))
      if (columns.length === 1 && sink.length === start) sink.ascii(loneEmptyCell)
      sink.ascii(rowEnd)
    }
  }

  #openRow(columns: readonly TableColumn[], row: PackedRow | undefined): void {
    if (row !== undefined && row.bytes !== this.#source.bytes) {
      this.#source = toViewedBytes(row.bytes)
    }
    const storedBytes = row === undefined ? 0 : packedLength(row)
    this.#room = columns.length * this.#between.bytes.length + storedBytes
    this.#reserve(this.#sink.length, 0)
  }

  /** Makes room for `count` bytes more than the stored cells of the row can take. */
  #reserve(at: number, count: number): void {
    this.#sink.length = at
    const bytes = this.#sink.reserve(count + this.#room)
    if (bytes !== this.#target.bytes) this.#target = toViewedBytes(bytes)
  }

  #putCells(columns: readonly TableColumn[], row: number, spans: Int32Array): number {
    let at = this.#sink.length
    for (let c = 0; c < columns.length; c++) {
      if (c > 0) at = this.#putAll(at, this.#between)
      const start = spans[2 * c]!
      const { values, type } = columns[c]!
      if (start >= 0) at = this.#putLiteral(at, start, spans[2 * c + 1]!)
      else if (values !== undefined) at = this.#putValue(at, computedValue(values, row), type)
    }
    return at
  }

  #putAll(at: number, source: ViewedBytes): number {
    return copySpan(this.#target, at, source, 0, source.bytes.length)
  }

  #putLiteral(at: number, start: number, end: number): number {
    const first = this.#source.bytes[start]!
    if (first === QUOTE) return this.#putTextLiteral(at, start, end)
    if (first <= DIGIT_9) return this.#putNumber(at, this.#source, start, end)
    return first === LOWER_N ? at : this.#putAll(at, first === LOWER_T ? TRUE : FALSE)
  }

  #putTextLiteral(at: number, start: number, end: number): number {
    const { bytes } = this.#source
    const { care } = this.#notation
    let needs = 0
    for (let from = start + 1; from < end - 1; from++) needs |= care[bytes[from]!]!
    if ((needs & ESCAPED) !== 0) return this.#putText(at, parseTextLiteral(bytes, start, end))
    // The literal brings quotes of its own.
    const inset = (needs & QUOTED) === 0 ? 1 : 0
    return copySpan(this.#target, at, this.#source, start + inset, end - inset)
  }

  #putNumber(at: number, source: ViewedBytes, start: number, end: number): number {
    const { bytes } = source
    if (isInfiniteLiteral(bytes, start, end)) {
      return this.#putAll(at, bytes[start] === MINUS ? this.#minusInfinity : this.#infinity)
    }
    const isWhole = bytes[end - 2] === DOT && bytes[end - 1] === DIGIT_0
    const isCut = isWhole && this.#notation.isPointZeroDropped
    return copySpan(this.#target, at, source, start, isCut ? end - 2 : end)
  }

  #putValue(at: number, value: ComputedValue | undefined, type: ColumnType): number {
    if (value === undefined) return at
    if (typeof value === 'string') return this.#putText(at, value)
    if (value instanceof Uint8Array) return this.#putText(at, Buffer.from(value).toString())
    this.#reserve(at, MAX_NUMBER_BYTES)
    if (typeof value === 'boolean') return this.#putAll(at, value ? TRUE : FALSE)
    const literal = toViewedBytes(Buffer.from(numberText(value, type)))
    return this.#putNumber(at, literal, 0, literal.bytes.length)
  }

  #putText(at: number, text: string): number {
    const escaped = this.#notation.escape(text)
    this.#reserve(at, escaped.length * 3)
    return at + this.#target.bytes.write(escaped, at)
  }
}
