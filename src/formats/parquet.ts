/**
 * Apache Parquet: every column optional, text as UTF8, integers as INT64, floats as DOUBLE, truth
 * values as BOOLEAN and images (`json` cells) as lists of lists of DOUBLE; NaN is null. Units,
 * UCDs and descriptions stand in the footer as a VOTable without data (IVOA note VOParquet 1.0).
 */
import type { KeyValue } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { compressSync } from 'snappy'
import { type CellFinder, cellFinder, computedValue } from './cells.js'
import { PARQUET_KINDS, type ParquetKind, type ParquetValue } from './parquet-values.js'
import type { Table, TableColumn, TableEncoder, TableFacts, TableFormat } from './table.js'
import { votableEnd, votableStart } from './votable-frame.js'

/** Most rows of one row group; a group is written when it is full. */
export const MAX_GROUP_ROWS = 16_384

/** A row group is also written when the texts of its images reach this many bytes. */
export const MAX_GROUP_IMAGE_BYTES = 16 * 1024 * 1024

/** Parquet with Snappy pages. */
export const parquetFormat: TableFormat = {
  name: 'parquet',
  mediaType: 'application/vnd.apache.parquet',
  encoder: (columns, facts) => new ParquetEncoder(columns, facts),
}

class ParquetEncoder implements TableEncoder {
  readonly #columns: readonly TableColumn[]
  readonly #kinds: readonly ParquetKind[]
  readonly #bytes = new ByteWriter(65_536)
  readonly #file: ParquetWriter
  /** Values of the rows that are not written yet, one list a column. */
  #group: ParquetValue[][]
  #groupRows = 0
  #groupImageBytes = 0

  constructor(columns: readonly TableColumn[], facts: TableFacts) {
    this.#columns = columns
    this.#kinds = columns.map(column => PARQUET_KINDS[column.type])
    this.#group = columns.map(() => [])
    this.#file = new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: 'root', num_children: columns.length },
        ...columns.flatMap(({ name }, c) => this.#kinds[c]!.elements(name)),
      ],
      compressors: { SNAPPY: input => compressSync(input) },
      statistics: false,
      kvMetadata: columnFacts(columns, facts),
      createdBy: 'fink-object-api',
    })
  }

  begin(): Uint8Array {
    return this.#take()
  }

  rows(batch: Table): Uint8Array {
    const find = cellFinder(batch.columns)
    for (let r = 0; r < batch.length; r++) {
      this.#addRow(batch, r, find)
      const isFull =
        this.#groupRows >= MAX_GROUP_ROWS || this.#groupImageBytes >= MAX_GROUP_IMAGE_BYTES
      if (isFull) this.#writeGroup()
    }
    return this.#take()
  }

  end(): Uint8Array {
    this.#writeGroup()
    this.#file.finish()
    return this.#take()
  }

  #addRow({ columns, rows }: Table, index: number, find: CellFinder): void {
    const row = rows[index]
    const spans = find(row)
    for (let c = 0; c < columns.length; c++) {
      const kind = this.#kinds[c]!
      const start = spans[2 * c]!
      const { values } = columns[c]!
      let value: ParquetValue
      if (start >= 0) value = kind.fromLiteral(row!.bytes, start, spans[2 * c + 1]!)
      else if (values !== undefined) {
        const computed = computedValue(values, index)
        if (computed instanceof Uint8Array) this.#groupImageBytes += computed.length
        value = computed === undefined ? undefined : kind.fromComputed(computed)
      }
      this.#group[c]!.push(value)
    }
    this.#groupRows++
  }

  #writeGroup(): void {
    if (this.#groupRows === 0) return
    const columnData = this.#columns.map(({ name }, c) => {
      const { encoding } = this.#kinds[c]!
      return { name, data: this.#group[c]!, ...(encoding && { encoding }) }
    })
    this.#file.write({ columnData, rowGroupSize: this.#groupRows })
    this.#group = this.#columns.map(() => [])
    this.#groupRows = 0
    this.#groupImageBytes = 0
  }

  /** The bytes written since the last call; the writer goes on counting its offsets. */
  #take(): Uint8Array {
    const taken = new Uint8Array(this.#bytes.getBuffer())
    this.#bytes.index = 0
    return taken
  }
}

function columnFacts(columns: readonly TableColumn[], facts: TableFacts): KeyValue[] {
  return [
    { key: 'IVOA.VOTable-Parquet.version', value: '1.0' },
    {
      key: 'IVOA.VOTable-Parquet.content',
      value: votableStart(columns, facts) + votableEnd(facts),
    },
  ]
}
