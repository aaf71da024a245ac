/**
 * VOTable 1.4 with TABLEDATA rows, the table format of the Virtual Observatory. Cells are the texts
 * that the numbers are stored with; a missing cell of any type is an empty TD, `json` cells are
 * their JSON text.
 */
import type { BytePool } from '../rows/byte-pool.js'
import { ByteSink } from './byte-sink.js'
import type { TableColumn, TableEncoder, TableFacts, TableFormat } from './table.js'
import { ESCAPED, type TextNotation, TextRowWriter } from './text-rows.js'
import { votableEnd, votableStart } from './votable-frame.js'
import { escapeXml } from './xml-text.js'

/** VOTable, with the media type that browsers show and DALI allows. */
export const votableFormat: TableFormat = {
  name: 'votable',
  mediaType: 'text/xml; charset=utf-8',
  encoder: votableEncoder,
}

const care = new Uint8Array(256)
for (const character of '\\&<>') care[character.charCodeAt(0)] = ESCAPED
// U+FFFE and U+FFFF, which XML cannot carry, begin with this byte.
care[0xef] = ESCAPED

const notation: TextNotation = {
  rowStart: '<TR><TD>',
  betweenCells: '</TD><TD>',
  rowEnd: '</TD></TR>\n',
  loneEmptyCell: '',
  // The spelling that STIL, astropy and the validator all read.
  infinity: '+Inf',
  minusInfinity: '-Inf',
  isPointZeroDropped: true,
  escape: escapeXml,
  care,
}

function votableEncoder(
  columns: readonly TableColumn[],
  facts: TableFacts,
  pool: BytePool | undefined,
): TableEncoder {
  const sink = new ByteSink(16_384, pool)
  const writer = new TextRowWriter(sink, notation)
  // A table of the schema has fields when it has data, and at least a group when it has none.
  const hasData = columns.length > 0
  return {
    begin() {
      sink.text(votableStart(columns, facts))
      sink.ascii(hasData ? '<DATA>\n<TABLEDATA>\n' : '<GROUP/>\n')
      return sink.take()
    },
    rows(batch) {
      if (hasData) writer.write(batch)
      return sink.take()
    },
    end() {
      if (hasData) sink.ascii('</TABLEDATA>\n</DATA>\n')
      sink.text(votableEnd(facts))
      return sink.take()
    },
  }
}
