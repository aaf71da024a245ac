/**
 * Comma-separated values after RFC 4180 with line feeds: a header and one line a row, quotes only
 * where they are needed. Values are written as Python writes them (`True`, `17.0`, `1e-05`, `inf`),
 * missing cells are empty, `json` cells are their JSON text.
 */
import type { BytePool } from '../rows/byte-pool.js'
import { ByteSink } from './byte-sink.js'
import type { TableColumn, TableEncoder, TableFormat } from './table.js'
import { ESCAPED, QUOTED, type TextNotation, TextRowWriter } from './text-rows.js'

/** CSV. A table without columns is one empty line, as pandas writes it. */
export const csvFormat: TableFormat = {
  name: 'csv',
  mediaType: 'text/csv; charset=utf-8',
  encoder: (columns, _facts, pool) => csvEncoder(columns, pool),
}

const care = new Uint8Array(256)
care['\\'.charCodeAt(0)] = ESCAPED
care[','.charCodeAt(0)] = QUOTED

const notation: TextNotation = {
  rowStart: '',
  betweenCells: ',',
  rowEnd: '\n',
  // An empty line would read as no row.
  loneEmptyCell: '""',
  infinity: 'inf',
  minusInfinity: '-inf',
  isPointZeroDropped: false,
  escape: quoteField,
  care,
}

function quoteField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function csvEncoder(columns: readonly TableColumn[], pool: BytePool | undefined): TableEncoder {
  const sink = new ByteSink(16_384, pool)
  const writer = new TextRowWriter(sink, notation)
  return {
    begin() {
      sink.text(`${columns.map(column => quoteField(column.name)).join(',')}\n`)
      return sink.take()
    },
    rows(batch) {
      if (columns.length > 0) writer.write(batch)
      return sink.take()
    },
    end: () => sink.take(),
  }
}
