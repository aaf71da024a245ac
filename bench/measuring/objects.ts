/** Objects of the benchmark data by the length of their light curves. */
import { join } from 'node:path'
import type { CellType } from '../../src/rows/layout.js'
import { type CellValue, columnOf, type PackedRow, readText } from '../../src/rows/packed-row.js'
import { openEmbeddedStore } from '../../src/store/embedded/embedded.js'
import { ALL_KEYS, type RowPut, type Store } from '../../src/store/store.js'
import { derivationOf } from '../../src/surveys/surveys.js'

/** Most objects of one length. */
const OBJECTS = 2000

/** Ids of objects with about 14 and 33 alerts, and of one with 1,575. */
export async function objectsByLength(
  data: string,
): Promise<{ short: string[]; medium: string[]; long: string }> {
  const store = openEmbeddedStore(join(data, 'store'), { derivationOf })
  const counts = new Map<string, number>()
  const request = { table: 'ztf', ranges: [ALL_KEYS], columns: ['i:objectId'] }
  for await (const batch of store.scan(request)) {
    for (const { key } of batch) {
      const id = key.slice(0, key.indexOf('_'))
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
  }
  const long = await makeLongObject(store)
  await store.close()
  const near = (wanted: number): string[] =>
    [...counts]
      .sort((a, b) => Math.abs(a[1] - wanted) - Math.abs(b[1] - wanted))
      .slice(0, OBJECTS)
      .map(([id]) => id)
  return { short: near(14), medium: near(33), long }
}

/** An object with 1,575 alerts, made of alerts of others. */
async function makeLongObject(store: Store): Promise<string> {
  const id = 'ZTF17zzzzzzz'
  const schema = await store.schema('ztf')
  const columns = schema?.columns ?? []
  const rows: RowPut[] = []
  for await (const batch of store.scan({ table: 'ztf', ranges: [ALL_KEYS], limit: 1575 })) {
    for (const row of batch) {
      const jd = 2_458_000.5 + rows.length * 1.0417
      const values = columns.map(({ name, type }): CellValue | null => {
        if (name === 'i:objectId') return id
        if (name === 'i:jd') return jd
        return toCellValue(row, name, type)
      })
      rows.push({ key: `${id}_${jd}`, values })
    }
  }
  await store.write([{ table: 'ztf', columns, rows }])
  return id
}

/** The value of a cell, as it is written; null when there is none. */
export function toCellValue(row: PackedRow, name: string, type: CellType): CellValue | null {
  const text = readText(row, columnOf(row, name))
  if (text === undefined) return null
  if (type === 'integer' || type === 'long') return BigInt(text)
  if (type === 'boolean') return text === 'true'
  return type === 'string' ? text : Number(text)
}
