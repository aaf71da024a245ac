/**
 * Tables as the Spark jobs of the broker leave them in HBase, made from dumps without the store of
 * the service: plain cells, an empty family `a`, several regions, and a schema row that does not
 * know the columns which vary from row to row.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { HBaseClient, NewRow } from '../../src/store/hbase/client.js'
import type { DumpHeader, DumpRow } from '../../src/transfer/dump.js'
import { cellOf } from './hbase-tests.js'

const ROWS_AT_ONCE = 500
/** Boundaries of regions, inside the keys of the larger tables. */
const SPLITS = ['2459', 'SN', 'ZTF19', 'ZTF21', 'aaaaaaa'].map(key => Buffer.from(key))

function toNumber(text: string): number {
  return Number(text.replace('Infinity', '1e999').replace('-1e999', '-Infinity'))
}

function toBytes(text: string, type: string | undefined): Buffer {
  const bytes = Buffer.alloc(type === 'double' || type === 'long' ? 8 : 4)
  if (type === 'integer') bytes.writeInt32BE(Number(text))
  else if (type === 'long') bytes.writeBigInt64BE(BigInt(text))
  else if (type === 'float') bytes.writeFloatBE(toNumber(text))
  else if (type === 'double') bytes.writeDoubleBE(toNumber(text))
  else return Buffer.from(text)
  return bytes
}

function toRow({ key, cells, hex = {} }: DumpRow, schema: DumpHeader['schema']): NewRow {
  return {
    row: Buffer.from(key),
    cells: Object.entries(cells).map(([name, text]) => {
      const raw = hex[name]
      return cellOf(name, raw === undefined ? toBytes(text, schema[name]) : Buffer.from(raw, 'hex'))
    }),
  }
}

/** Makes the table of a dump file and writes its rows. */
export async function writeForeignTable(client: HBaseClient, file: string): Promise<void> {
  const input = createReadStream(file).pipe(createGunzip())
  let header: DumpHeader | undefined
  let rows: NewRow[] = []
  for await (const line of createInterface({ input })) {
    if (header === undefined) {
      header = JSON.parse(line) as DumpHeader
      rows.push(await makeTable(client, header))
      continue
    }
    rows.push(toRow(JSON.parse(line) as DumpRow, header.schema))
    if (rows.length < ROWS_AT_ONCE) continue
    await client.put(header.table, rows)
    rows = []
  }
  if (header !== undefined && rows.length > 0) await client.put(header.table, rows)
}

/** Makes a table; gives its schema row. */
async function makeTable(client: HBaseClient, header: DumpHeader): Promise<NewRow> {
  const { table, schema, schemaKey } = header
  const columns = Object.entries(schema).filter(([name]) => !name.includes('<'))
  const families = new Set(['a', ...columns.map(([name]) => name.slice(0, name.indexOf(':')))])
  const splitKeys = table === 'ztf' || table === 'ztf.class' ? SPLITS : []
  await client.createTable({ name: table, families: [...families].sort(), splitKeys })
  return {
    row: Buffer.from(schemaKey),
    cells: columns.map(([name, type]) => cellOf(name, type)),
  }
}
