/**
 * What the benchmarks of stamps work on: a file of 100 MB with the alerts of one night as the
 * broker writes it, its tables, and an object whose alerts lie all over the night.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ingestFiles } from '../src/cli/commands/ingest.js'
import { parseStampHint, type StampHint } from '../src/cutouts/files/stamp-hint.js'
import { type CellValue, columnOf, type PackedRow, readText } from '../src/rows/packed-row.js'
import { nightPath, writeNights } from '../src/simulate/night-file.js'
import { openEmbeddedStore } from '../src/store/embedded/embedded.js'
import { ALL_KEYS, readRows, type Store } from '../src/store/store.js'
import { derivationOf } from '../src/surveys/surveys.js'

/** The object whose alerts lie all over the night. */
export const CURVE_ID = 'ZTF17zzzzzzz'
/** Its alerts. */
export const CURVE_ALERTS = 14
/** Changes with what is prepared. */
const EDITION = 2

/** A prepared night. */
export interface StampNight {
  /** Data folder of the service, and the folder that is its lake. */
  readonly folder: string
  readonly lake: string
  /** The file in the lake. */
  readonly file: string
  /** Objects spread over the night, and where the stamps of their last alerts are. */
  readonly ids: readonly string[]
  readonly lastHints: readonly StampHint[]
  /** Alerts of the object `CURVE_ID`, and where their stamps are. */
  readonly candids: readonly string[]
  readonly hints: readonly StampHint[]
}

/** Makes the night unless it is there. */
export async function prepareNight(objects: number, pictures: number): Promise<StampNight> {
  const folder = join('.cache', `bench-stamps-${objects}`)
  const lake = join(folder, 'nights')
  const done = join(folder, `complete-${EDITION}`)
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const _ of writeNights(lake, { objects, nights: 1, seed: 1 }));
    await ingestFiles(folder, [lake], { lake, isQuiet: true })
    await withStore(folder, async store => {
      for (const table of ['ztf', 'ztf.cutouts']) await copyRows(store, table)
    })
    writeFileSync(done, '')
  }
  const file = nightPath(0)
  return withStore(folder, async store => {
    const rows = await readRows(store, { table: 'ztf.cutouts', ranges: [ALL_KEYS] })
    const own = rows.filter(({ key }) => key.startsWith(CURVE_ID))
    const textOf = (row: PackedRow, name: string) => readText(row, columnOf(row, name)) ?? ''
    const hintOf = (row: PackedRow) => parseStampHint(textOf(row, 'd:stamps'), file)!
    // In the order of time: what is left is the last alert of each object.
    const last = new Map(rows.map(row => [row.key.slice(0, row.key.indexOf('_')), row]))
    last.delete(CURVE_ID)
    const chosen = spread([...last], pictures)
    return {
      folder,
      lake,
      file,
      ids: chosen.map(([id]) => id),
      lastHints: chosen.map(([, row]) => hintOf(row)),
      candids: own.map(row => textOf(row, 'i:candid')),
      hints: own.map(hintOf),
    }
  })
}

async function withStore<T>(folder: string, run: (store: Store) => Promise<T>): Promise<T> {
  const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
  try {
    return await run(store)
  } finally {
    await store.close()
  }
}

/** Rows spread over the table, under the name of one object. */
async function copyRows(store: Store, table: string): Promise<void> {
  const columns = (await store.schema(table))?.columns ?? []
  const rows = spread(await readRows(store, { table, ranges: [ALL_KEYS] }), CURVE_ALERTS)
  const puts = rows.map((row, i) => {
    const jd = 2_460_000.5 + i
    const values = columns.map(({ name, type }) => {
      if (name === 'i:objectId') return CURVE_ID
      return name === 'i:jd' ? jd : toValue(row, name, type)
    })
    return { key: `${CURVE_ID}_${jd}`, values }
  })
  await store.write([{ table, columns, rows: puts }])
}

function toValue(row: PackedRow, name: string, type: string): CellValue | null {
  const text = readText(row, columnOf(row, name))
  if (text === undefined) return null
  if (type === 'integer' || type === 'long') return BigInt(text)
  if (type === 'boolean') return text === 'true'
  return type === 'string' ? text : Number(text)
}

function spread<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!)
}
