/**
 * Requests of the lake and bytes for one stamp out of a file of 100 MB. Counted, not timed: the
 * figures are the same on every machine.
 */
import { readAlertStamps, type StampTarget } from '../../src/cutouts/files/locate.js'
import { StampFiles } from '../../src/cutouts/files/stamp-files.js'
import { cachedDatalake } from '../../src/datalake/cached.js'
import type { Datalake } from '../../src/datalake/datalake.js'
import { openLocalLake } from '../../src/datalake/local/local.js'
import { parquetCompressors } from '../../src/datalake/parquet/compression.js'
import { type CountingLake, countingLake } from '../../src/datalake/testing/counting-lake.js'
import { ZTF_STAMP_LAYOUT } from '../../src/surveys/ztf/stamps.js'
import { median, report } from '../measuring/report.js'
import { prepareGroup, type StampNight } from './night.js'

/** Stamps to read one by one, and the most requests for each. */
interface ReadCase {
  readonly name: string
  readonly targets: readonly StampTarget[]
  readonly files: () => StampFiles
  readonly most: number
}

function filesOf(lake: Datalake): StampFiles {
  const cached = cachedDatalake(lake, { maxBytes: 2 ** 26 })
  return new StampFiles({ lake: cached, decompressors: parquetCompressors }, ZTF_STAMP_LAYOUT)
}

/** For alerts of a night that was ingested: by what was noted down, and by id alone. */
export async function benchKnownFile(night: StampNight): Promise<void> {
  const counter = countingLake(await openLocalLake(night.lake))
  const byId = night.candids.map(candid => ({ file: night.file, ids: { candid } }))
  const byHint = byId.map((target, i) => ({ ...target, hint: night.hints[i] }))
  const known = filesOf(counter)
  await readAlertStamps(known, byId[0]!, ['Science'])
  const files = () => filesOf(counter)
  const groups = 'found by id in a new file of two row groups without statistics'
  for (const read of [
    { name: 'noted down at ingest', targets: byHint, files, most: 1 },
    { name: 'found by id in a known file', targets: byId.slice(1), files: () => known, most: 1 },
    // The ids are in two places, far from each other.
    { name: groups, targets: byId, files, most: 4 },
  ]) {
    await countReads(counter, read)
  }
  await counter.close()
}

/** For alerts of a file of one row group that nothing is known of. */
export async function benchNewFile(): Promise<void> {
  const { lake, file, candids } = await prepareGroup()
  const counter = countingLake(await openLocalLake(lake))
  const targets = candids.map(candid => ({ file, ids: { candid } }))
  const name = 'found by id in a new file of one row group'
  await countReads(counter, { name, targets, files: () => filesOf(counter), most: 3 })
  await counter.close()
}

async function countReads(counter: CountingLake, read: ReadCase): Promise<void> {
  const { name, targets, files, most } = read
  const counts: number[] = []
  const bytes: number[] = []
  for (const target of targets) {
    counter.take()
    await readAlertStamps(files(), target, ['Science'])
    const calls = counter.take()
    counts.push(calls.length)
    bytes.push(calls.reduce((sum, call) => sum + call.bytes, 0))
  }
  report({
    bench: `requests of the lake for a stamp ${name}`,
    value: Math.max(...counts),
    unit: 'requests',
    goal: `<= ${most}`,
    details: { medianBytes: median(bytes), mostBytes: Math.max(...bytes) },
  })
}
