/** Data for the benchmarks: a made-up sky of a stated size, ingested once and kept. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type IngestSummary, ingest } from '../../src/ingest/ingest.js'
import { writeNights } from '../../src/simulate/night-file.js'
import type { SkyField } from '../../src/simulate/sky-source.js'
import { openEmbeddedStore, STORE_FORMAT } from '../../src/store/embedded/embedded.js'
import { derivationOf } from '../../src/surveys/surveys.js'
import { ztfIngest } from '../../src/surveys/ztf/alert-ingest.js'

/** Nights and alerts a source has on average in them, by trial. */
const NIGHTS = 30
const ALERTS_PER_SOURCE = 11.9

function folderOf(alerts: number, field: SkyField | undefined): string {
  return join('.cache', `bench-${alerts}${field === undefined ? '' : '-field'}`)
}

/** Files of about that many alerts without stamps; made when they are not there. */
export function benchFiles(alerts: number, field?: SkyField): string[] {
  const folder = join(folderOf(alerts, field), 'nights')
  const options = {
    objects: Math.ceil(alerts / ALERTS_PER_SOURCE),
    nights: NIGHTS,
    seed: 1,
    hasStamps: false,
    ...(field && { field }),
  }
  const list = join(folder, 'files.json')
  if (!existsSync(list)) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const files = [...writeNights(folder, options)].map(({ path }) => path)
    writeFileSync(list, JSON.stringify(files))
  }
  return JSON.parse(readFileSync(list, 'utf8')) as string[]
}

/** Data folder with those alerts in all tables, and what the ingest said when it was made. */
export async function benchData(
  alerts: number,
  field?: SkyField,
): Promise<{ readonly folder: string; readonly summary: IngestSummary | undefined }> {
  const folder = join(folderOf(alerts, field), `data-${STORE_FORMAT}`)
  const done = join(folder, 'complete')
  if (existsSync(done)) return { folder, summary: undefined }
  rmSync(folder, { recursive: true, force: true })
  const summary = await ingestInto(folder, benchFiles(alerts, field))
  writeFileSync(done, '')
  return { folder, summary }
}

/** Ingests files into a fresh data folder. */
export async function ingestInto(folder: string, files: readonly string[]): Promise<IngestSummary> {
  const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
  try {
    return await ingest({ store, survey: ztfIngest, files })
  } finally {
    await store.close()
  }
}
