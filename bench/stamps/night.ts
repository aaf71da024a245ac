/**
 * What the benchmarks of stamps work on: a file of 100 MB with the alerts of one night as the
 * broker writes it, its tables, and an object whose alerts lie all over the night.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { ingestFiles } from '../../src/cli/commands/ingest.js'
import { parseStampHint, type StampHint } from '../../src/cutouts/files/stamp-hint.js'
import { parquetCompressors } from '../../src/datalake/parquet/compression.js'
import { type CellValue, columnOf, type PackedRow, readText } from '../../src/rows/packed-row.js'
import { nightPath, writeNights } from '../../src/simulate/night-file.js'
import { openEmbeddedStore } from '../../src/store/embedded/embedded.js'
import { ALL_KEYS, readRows, type Store } from '../../src/store/store.js'
import { derivationOf } from '../../src/surveys/surveys.js'

/** The object whose alerts lie all over the night. */
export const CURVE_ID = 'ZTF17zzzzzzz'
/** Its alerts. */
export const CURVE_ALERTS = 14
/** Objects of the file of one row group: nearly 2,000 alerts, 88 MB. */
const GROUP_OBJECTS = 4_800
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

/** A file in a lake that nothing is noted down about. */
export interface UnknownFile {
  /** Folder that is the lake. */
  readonly lake: string
  readonly file: string
  /** Some of its alerts. */
  readonly candids: readonly string[]
}

/**
 * Makes a file of one row group unless it is there: Spark, with which brokers write, begins another
 * group after 128 MB only.
 */
export async function prepareGroup(): Promise<UnknownFile> {
  const lake = join('.cache', `bench-stamp-group-${GROUP_OBJECTS}`)
  const file = nightPath(0)
  if (!existsSync(join(lake, file))) {
    for (const _ of writeNights(lake, { objects: GROUP_OBJECTS, nights: 1, seed: 1 }));
  }
  const source = await asyncBufferFromFile(join(lake, file))
  const { row_groups: groups } = await parquetMetadataAsync(source)
  if (groups.length !== 1) throw new Error(`expected one row group, got ${groups.length}`)
  const compressors = parquetCompressors
  const rows = await parquetReadObjects({ file: source, columns: ['candid'], compressors })
  return { lake, file, candids: spread(rows, CURVE_ALERTS).map(row => String(row['candid'])) }
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
