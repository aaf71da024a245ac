/**
 * Median latency of one object in a large store against a small one: 1,000,000 and 10,000 alerts.
 * Both are copies of the same alerts under other names of objects, in the table of light curves.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PackedRow } from '../src/rows/packed-row.js'
import { openEmbeddedStore, STORE_FORMAT } from '../src/store/embedded/embedded.js'
import { ALL_KEYS, type RowPut, type Store } from '../src/store/store.js'
import { derivationOf } from '../src/surveys/surveys.js'
import { toCellValue } from './measuring/objects.js'
import { load, option, report } from './measuring/report.js'
import { startServer } from './measuring/server.js'
import { benchData } from './measuring/sky.js'

const LARGE = option('alerts', 1_000_000)
const SMALL = 10_000
/** Alerts that are copied. */
const SOURCES = 10_000
/** Objects that are asked for. */
const ASKED = 2000

const [small, large] = [await filled(SMALL), await filled(LARGE)]
const [smallMs, largeMs] = [await medianMs(small), await medianMs(large)]
report({
  bench: `median latency of one object at ${LARGE} alerts, against ${SMALL}`,
  value: largeMs / smallMs,
  unit: 'ratio',
  goal: '<= 1.5',
  details: { largeMs, smallMs },
})

interface Filled {
  readonly folder: string
  readonly ids: readonly string[]
}

/** The least median of several loads, once the server is warm. */
async function medianMs({ folder, ids }: Filled): Promise<number> {
  const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
  const urls = ids.map(id => `${server.url}/api/v1/objects?objectId=${id}`)
  await load(urls, { connections: 1, seconds: 3 })
  const rounds: number[] = []
  for (let i = 0; i < 3; i++) {
    const { medianMs } = await load(urls, { connections: 1, seconds: 2 })
    rounds.push(medianMs)
  }
  await server.stop()
  return Math.min(...rounds)
}

/** A store with that many alerts, made when it is not there. */
async function filled(alerts: number): Promise<Filled> {
  const folder = join('.cache', `bench-scale-${alerts}`, `data-${STORE_FORMAT}`)
  const done = join(folder, 'complete')
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true })
    await fill(folder, alerts)
    writeFileSync(done, '')
  }
  const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
  const ids = new Set<string>()
  for await (const batch of store.scan({ table: 'ztf', ranges: [ALL_KEYS] })) {
    for (const { key } of batch) ids.add(objectOf(key))
    if (ids.size > ASKED * 10) break
  }
  await store.close()
  const all = [...ids]
  return { folder, ids: all.filter((_, i) => i % Math.ceil(all.length / ASKED) === 0) }
}

async function fill(folder: string, alerts: number): Promise<void> {
  const { folder: from } = await benchData(SOURCES)
  const source = openEmbeddedStore(join(from, 'store'), { derivationOf })
  const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
  for await (const batch of source.scan({ table: 'ztf', ranges: [ALL_KEYS] })) {
    await copyRows(source, store, batch, Math.ceil(alerts / SOURCES))
  }
  await source.close()
  await store.close()
}

async function copyRows(
  source: Store,
  store: Store,
  rows: readonly PackedRow[],
  copies: number,
): Promise<void> {
  const columns = (await source.schema('ztf'))?.columns ?? []
  const object = columns.findIndex(({ name }) => name === 'i:objectId')
  const cells = rows.map(row => columns.map(({ name, type }) => toCellValue(row, name, type)))
  for (let copy = 0; copy < copies; copy++) {
    const puts = rows.map(({ key }, i): RowPut => {
      const id = renamed(objectOf(key), copy)
      const values = cells[i]!.with(object, id)
      return { key: id + key.slice(key.indexOf('_')), values }
    })
    await store.write([{ table: 'ztf', columns, rows: puts }])
  }
}

function objectOf(key: string): string {
  return key.slice(0, key.indexOf('_'))
}

/** Another name for each copy: the letters of made-up objects differ, whatever the year before. */
function renamed(id: string, copy: number): string {
  const year = String(copy % 100).padStart(2, '0')
  return `ZTF${year}${id.slice(5)}`
}
