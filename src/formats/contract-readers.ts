/**
 * Readers of the output formats for the contract tests: as simple as can be, and independent of
 * the encoders. They are no general parsers.
 */
import { parquetReadObjects } from 'hyparquet'
import type { FormatReader, ReadCell } from './contract.js'
import type { ColumnType, TableColumn } from './table.js'

/** Value of a cell text of CSV or VOTable; an empty one is missing. */
function readCell(text: string, type: ColumnType): ReadCell {
  if (text === '') return null
  switch (type) {
    case 'string':
    case 'timestamp':
      return text
    case 'integer':
    case 'long':
      return BigInt(text)
    case 'float':
    case 'double':
      return Number(text.replace(/^\+?(-?)inf$/i, '$1Infinity'))
    case 'boolean':
      if (text !== 'True' && text !== 'False') throw new SyntaxError(`No truth value: "${text}"`)
      return text === 'True'
    case 'json':
      return JSON.parse(text) as readonly unknown[]
  }
}

/** Reads JSON; integers beyond 2^53 are kept by making them texts first. */
export const readJson: FormatReader = async (bytes, columns) => {
  const text = bytes.toString().replace(/("[^"]+":)(-?\d+)(?=[,}])/g, '$1"$2"')
  const rows = JSON.parse(text) as Record<string, ReadCell>[]
  return rows.map(row => {
    if (Object.keys(row).join() !== columns.map(c => c.name).join()) {
      throw new SyntaxError(`Wrong members: ${Object.keys(row)}`)
    }
    return columns.map(({ name, type }) => {
      const value = row[name] ?? null
      const isInteger = type === 'integer' || type === 'long'
      return isInteger && value !== null ? BigInt(String(value)) : value
    })
  })
}

/** Reads CSV by the rules of RFC 4180, with line feeds. */
export const readCsv: FormatReader = async (bytes, columns) => {
  const [header, ...rows] = parseCsv(bytes.toString())
  const names = columns.length === 0 ? [''] : columns.map(column => column.name)
  if (header?.join() !== names.join()) throw new SyntaxError(`Wrong header: ${header}`)
  return rows.map(row => {
    if (row.length !== columns.length) throw new SyntaxError(`Wrong row: ${row}`)
    return row.map((text, i) => readCell(text, columns[i]!.type))
  })
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/gy)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain!)
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

/** Reads the rows of a VOTable whose every element is on the line where it is expected. */
export const readVotable: FormatReader = async (bytes, columns) => {
  const text = bytes.toString()
  const names = [...text.matchAll(/<FIELD ID="[^"]+" name="([^"]*)"/g)].map(m => unescapeXml(m[1]!))
  if (names.join() !== columns.map(column => column.name).join()) {
    throw new SyntaxError(`Wrong fields: ${names}`)
  }
  return [...text.matchAll(/<TR>(.*)<\/TR>\n/g)].map(([, row]) => {
    const cells = [...row!.matchAll(/<TD>(.*?)<\/TD>/g)]
    return cells.map(([, cell], i) => readCell(unescapeXml(cell!), columns[i]!.type))
  })
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

function unescapeXml(text: string): string {
  return text.replace(/&(#?)(\w+);/g, (_, isCode, name) =>
    isCode ? String.fromCharCode(Number(name)) : ENTITIES[name]!,
  )
}

/** Reads Parquet with hyparquet. */
export const readParquet: FormatReader = async (bytes, columns) => {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  const rows = await parquetReadObjects({ file })
  return rows.map(row => columns.map(({ name }: TableColumn) => row[name] ?? null))
}
