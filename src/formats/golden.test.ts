/**
 * Recorded CSV, VOTable and Parquet answers of the service this one replaces, against the encoders
 * on the same stored rows. Derived (`v:`) columns and defaults are left to the routes' own tests.
 */
import assert from 'node:assert/strict'
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { testWithShared } from '../../test/shared.js'
import type { PackedRow } from '../rows/packed-row.js'
import { readText } from '../rows/packed-row.js'
import { openMemoryStore } from '../store/memory.js'
import { ALL_KEYS, readRows } from '../store/store.js'
import { loadDump } from '../transfer/load.js'
import type { ReadCell } from './contract.js'
import { readCsv, readParquet, readVotable } from './contract-readers.js'
import { csvFormat } from './csv.js'
import { parquetFormat } from './parquet.js'
import type { TableColumn, TableFormat } from './table.js'
import { votableFormat } from './votable.js'

interface Golden {
  readonly response: {
    readonly body: string
    readonly parquet?: {
      readonly columns: readonly (readonly [string, string])[]
      readonly rows: readonly Readonly<Record<string, ReadCell>>[]
    }
  }
}

function readGolden(path: string): Golden['response'] {
  return (JSON.parse(readFileSync(path, 'utf8')) as Golden).response
}

/** Rows of a dumped table whose cell in a column is the text, newest first. */
async function storedRows(file: string, table: string, column: string, text: string) {
  const store = openMemoryStore()
  await loadDump(store, createInterface({ input: createReadStream(file).pipe(createGunzip()) }))
  const rows = await readRows(store, { table, ranges: [ALL_KEYS] })
  const at = (row: PackedRow, name: string) => readText(row, row.layout.index.get(name) ?? -1)
  return rows
    .filter(row => at(row, column) === text)
    .sort((a, b) => Number(at(b, 'i:jd')) - Number(at(a, 'i:jd')))
}

/** The stored ones of the named columns, with the types of their rows. */
function storedColumns(rows: readonly PackedRow[], names: readonly string[]): TableColumn[] {
  const known = new Map(rows[0]!.layout.columns.map(column => [column.name, column]))
  return names.flatMap(name => known.get(name) ?? [])
}

function encode(format: TableFormat, columns: TableColumn[], rows: PackedRow[]): Buffer {
  const encoder = format.encoder(columns, {})
  const batch = { columns, rows, length: rows.length }
  return Buffer.concat([encoder.begin(), encoder.rows(batch), encoder.end()])
}

/** A missing text used to be shown as `nan`. */
function cellText(cell: ReadCell): string {
  return cell === null || cell === 'nan' || cell === 'NaN' ? '' : String(cell)
}

function asTexts(columns: readonly TableColumn[]): TableColumn[] {
  return columns.map(column => ({ ...column, type: 'string' }))
}

const csvCases = [
  ['042-objects-csv-all', 'ztf', 'i:objectId', 'ZTF18adkvbzf', 100],
  ['162-sso-csv', 'ztf.ssnamenr', 'i:ssnamenr', '8467', 70],
] as const

for (const [golden, table, column, text, least] of csvCases) {
  testWithShared(`csvFormat writes the cells of ${golden}`, async path => {
    const rows = await storedRows(path(`golden/store/${table}.ndjson.gz`), table, column, text)
    const { body } = readGolden(path(`golden/ztf/${golden}.json`))
    const names = body.split('\n', 1)[0]!.split(',')
    const columns = storedColumns(rows, names)
    assert.ok(columns.length > least)
    const expected = await readCsv(
      Buffer.from(body),
      asTexts(names.map(name => ({ name, type: 'string' }))),
    )
    const wanted = expected.map(row =>
      columns.map(({ name }) => cellText(row[names.indexOf(name)]!)),
    )
    const actual = await readCsv(encode(csvFormat, columns, rows), asTexts(columns))
    assert.deepEqual(
      actual.map(row => row.map(cellText)),
      wanted,
    )
  })
}

const votableCases = [
  ['043-objects-votable', 'ZTF18adkvbzf', 6],
  ['301-objects-mulens-null-columns-votable', 'ZTF18aaxyyjv', 40],
] as const

for (const [golden, object, least] of votableCases) {
  testWithShared(`votableFormat writes the cells of ${golden}`, async path => {
    const file = path('golden/store/ztf.ndjson.gz')
    const rows = await storedRows(file, 'ztf', 'i:objectId', object)
    const { body } = readGolden(path(`golden/ztf/${golden}.json`))
    const names = [...body.matchAll(/<FIELD .*name="([^"]+)"/g)].map(match => match[1]!)
    const columns = storedColumns(rows, names)
    assert.ok(columns.length >= least)
    assert.deepEqual(
      columns.map(({ name }) => name),
      names,
    )
    const wanted = [...body.matchAll(/<TD\/>|<TD>(.*?)<\/TD>/g)].map(match =>
      cellText(match[1] ?? ''),
    )
    const actual = await readVotable(encode(votableFormat, columns, rows), asTexts(columns))
    assert.deepEqual(actual.flat().map(cellText), wanted)
    const ids = (text: string) => [...text.matchAll(/<FIELD ID="([^"]+)"/g)].map(match => match[1])
    assert.deepEqual(ids(encode(votableFormat, columns, rows).toString()), ids(body))
  })
}

const parquetCases = [
  ['045-objects-parquet', 'ZTF18adkvbzf', 6],
  ['046-objects-parquet-all', 'ZTF18adkvbzf', 130],
  ['300-objects-mulens-null-columns-parquet', 'ZTF19aaapmmu', 40],
] as const

for (const [golden, object, least] of parquetCases) {
  testWithShared(`parquetFormat writes the values of ${golden}`, async path => {
    const file = path('golden/store/ztf.ndjson.gz')
    const rows = await storedRows(file, 'ztf', 'i:objectId', object)
    // Integers beyond 2^53 are kept by making them texts.
    const text = readFileSync(path(`golden/ztf/${golden}.json`), 'utf8')
    const exact = text.replace(/: (-?\d{16,})(?=[,\n])/g, ': "$1"')
    const { parquet } = (JSON.parse(exact) as Golden).response
    assert.ok(parquet !== undefined)
    const columns = storedColumns(
      rows,
      parquet.columns.map(([name]) => name),
    )
    assert.ok(columns.length >= least)
    const actual = await readParquet(encode(parquetFormat, columns, rows), columns)
    const wanted = parquet.rows.map(row => columns.map(({ name }) => cellText(row[name] ?? null)))
    assert.deepEqual(
      actual.map(row => row.map(cellText)),
      wanted,
    )
  })
}
