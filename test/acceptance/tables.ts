/** Tables in the formats of the service, read into columns by simple readers of their own. */
import { parquetReadObjects } from 'hyparquet'
import { parquetCompressors } from '../../src/datalake/parquet/compression.js'
import type { Row } from './live-service.js'

/** Names of the table formats. */
export const TABLE_FORMATS = ['json', 'csv', 'votable', 'parquet'] as const

/** A table format. */
export type FormatName = (typeof TABLE_FORMATS)[number]

/** Rows of an answer; cells of CSV and VOTable are texts. Names of VOTable columns are their ids. */
export async function readTable(format: FormatName, body: Buffer): Promise<readonly Row[]> {
  switch (format) {
    case 'json':
      return JSON.parse(body.toString()) as Row[]
    case 'csv':
      return readCsv(body.toString())
    case 'votable':
      return readVotable(body.toString())
    case 'parquet': {
      const file = new Uint8Array(body).buffer
      return parquetReadObjects({ file, compressors: parquetCompressors })
    }
  }
}

/** Name of a column in a format. */
export function nameIn(format: FormatName, column: string): string {
  return format === 'votable' ? column.replace(/[^\w.-]/g, '_') : column
}

function readCsv(text: string): Row[] {
  const lines: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/gy)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\n') lines.push([])
  }
  const [names = [], ...rows] = lines.slice(0, -1)
  return rows.map(row => Object.fromEntries(names.map((name, i) => [name, row[i]])))
}

function readVotable(text: string): Row[] {
  const names = [...text.matchAll(/<FIELD ID="([^"]+)"/g)].map(([, id = '']) => id)
  return [...text.matchAll(/<TR>(.*?)<\/TR>/gs)].map(([, row = '']) => {
    const cells = [...row.matchAll(/<TD>(.*?)<\/TD>|<TD\/>/gs)].map(([, cell = '']) => cell)
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]))
  })
}
