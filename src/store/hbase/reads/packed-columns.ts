/**
 * The columns of a scan, prepared for packing rows from cells: names as they stand in cell blocks,
 * labels as they stand in packed rows. Columns that the schema row lacks join as cells show them.
 */
import { compareUtf8, type Layout, MAX_COLUMNS } from '../../../rows/layout.js'
import { layoutOf } from '../../../rows/merge.js'
import { type CellBatch, cellValue, columnName } from '../protocol/cell-block.js'
import { guessedColumn, isCount, type StoredColumn } from '../values/cell-encodings.js'

/** Labels are copied in words of so many bytes, the last of which may go beyond the label. */
export const LABEL_WORD_BYTES = 4

/** A layout with what packing needs about its columns, each kind in one piece of memory. */
export interface PackedColumns {
  readonly layout: Layout
  /** Family and qualifier of column `i`, without colon, are `names[nameStart[i], nameStart[i+1])`. */
  readonly names: DataView
  readonly nameStart: Uint32Array
  readonly familyLength: Uint8Array
  /** One of `ENCODING` per column. */
  readonly encodings: Uint8Array
  /**
   * `"name":` of column `i` is `labels[labelStart[i], labelStart[i + 1])`. Some bytes that mean
   * nothing follow the last, so that labels may be read in words.
   */
  readonly labels: DataView
  readonly labelStart: Uint32Array
}

/** Prepares columns. */
export function toPackedColumns(columns: readonly StoredColumn[]): PackedColumns {
  const layout = layoutOf(columns)
  const byName = new Map(columns.map(column => [column.name, column]))
  const parts = layout.columns.map(({ name }) => {
    const colon = name.indexOf(':')
    return [Buffer.from(name.slice(0, colon)), Buffer.from(name.slice(colon + 1))] as const
  })
  return {
    layout,
    names: viewOf(parts.flat()),
    nameStart: startsOf(parts.map(([family, qualifier]) => family.length + qualifier.length)),
    familyLength: Uint8Array.from(parts, ([family]) => family.length),
    encodings: Uint8Array.from(layout.columns, ({ name }) => byName.get(name)!.encoding),
    labels: viewOf([...layout.labels, Buffer.alloc(LABEL_WORD_BYTES)]),
    labelStart: startsOf(layout.labels.map(label => label.length)),
  }
}

function viewOf(parts: readonly Uint8Array[]): DataView {
  const bytes = Uint8Array.from(Buffer.concat(parts))
  return new DataView(bytes.buffer)
}

function startsOf(lengths: readonly number[]): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1)
  for (const [i, length] of lengths.entries()) starts[i + 1] = starts[i]! + length
  return starts
}

/** Layouts that are kept: one for each set of columns that the schema row lacks. */
const MAX_KEPT = 64

/** The columns of a scan as far as they are known; shared by all scans that ask for the same. */
export class GrowingColumns {
  readonly #known: readonly StoredColumn[]
  readonly #guessed = new Map<string, StoredColumn>()
  readonly #kept = new Map<string, PackedColumns>()
  #current: PackedColumns

  constructor(known: readonly StoredColumn[]) {
    this.#known = known
    this.#current = toPackedColumns(known)
  }

  /** The columns that the next row is likely to have. */
  get current(): PackedColumns {
    return this.#current
  }

  /**
   * The columns with that of a cell which is none of them, or which its column was not guessed for.
   *
   * @throws RangeError when there would be too many
   */
  growBy(batch: CellBatch, cell: number): PackedColumns {
    const name = columnName(batch, cell)
    this.#guessed.set(name, guessedColumn(name, isCount(cellValue(batch, cell))))
    if (this.#known.length + this.#guessed.size > MAX_COLUMNS) {
      throw new RangeError(`Cannot read more than ${MAX_COLUMNS} columns of one table`)
    }
    const guessed = [...this.#guessed.values()].sort((a, b) => compareUtf8(a.name, b.name))
    const key = guessed.map(column => `${column.name} ${column.type}`).join('\n')
    let columns = this.#kept.get(key)
    if (columns === undefined) {
      columns = toPackedColumns([...this.#known, ...guessed])
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear()
      this.#kept.set(key, columns)
    }
    this.#current = columns
    return columns
  }
}
