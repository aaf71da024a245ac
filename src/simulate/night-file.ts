/** Writes made-up nights as Parquet files in the broker's folder layout. */
import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ColumnSource } from 'hyparquet-writer'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import snappy from 'snappy'
import { columnNames, nightSchema, STAMP_COLUMNS } from './night-schema.js'
import { type Packet, type Stamps, toPacket } from './packet.js'
import { seededRandom } from './random.js'
import { type Detection, FIRST_NIGHT_JD, observeSky, type SkyOptions } from './sky.js'
import { drawStamps } from './stamp.js'

/** A file that was written. */
export interface NightFile {
  readonly path: string
  readonly alerts: number
}

/** Rows of one row group; a stamp page has a hundred or so. */
const ROW_GROUP_ROWS = 2000
const STAMP_SETS = 12
const NO_STAMPS: Stamps = {}

/** Path of a night below the output folder, as the broker names it. */
export function nightPath(night: number): string {
  const date = new Date((FIRST_NIGHT_JD + night - 2_440_587.5) * 86_400_000)
  const [year, month, day] = date.toISOString().slice(0, 10).split('-') as [string, string, string]
  return join(`year=${year}`, `month=${month}`, `day=${day}`, 'part-00000.snappy.parquet')
}

/**
 * Writes a file per night with alerts below `folder`, and tells each when it is complete. The same
 * options give the same bytes. `hasStamps: false` leaves the image columns empty.
 */
export function* writeNights(
  folder: string,
  options: SkyOptions & { readonly hasStamps?: boolean },
): Generator<NightFile> {
  const random = seededRandom(options.seed ^ 0x5eed)
  const stamps = drawStamps(random, STAMP_SETS)
  let night = 0
  for (const detections of observeSky(options)) {
    const path = join(folder, nightPath(night++))
    if (detections.length === 0) continue
    const packets = function* (): Generator<Packet> {
      for (const detection of detections) {
        const set = options.hasStamps === false ? NO_STAMPS : stamps[stampSet(detection)]!
        yield toPacket(random, detection, set)
      }
    }
    writeNight(path, packets())
    yield { path, alerts: detections.length }
  }
}

function stampSet({ visit }: Detection): number {
  return Math.max(0, Math.min(STAMP_SETS - 1, Math.round((21 - visit.magnitude) * 2)))
}

function writeNight(path: string, packets: Iterable<Packet>): void {
  mkdirSync(dirname(path), { recursive: true })
  const writer = new ByteWriter()
  const file = new ParquetWriter({
    writer,
    schema: nightSchema(),
    codec: 'SNAPPY',
    compressors: { SNAPPY: bytes => snappy.compressSync(Buffer.from(bytes)) },
    createdBy: 'fink simulate',
    statistics: false,
  })
  let group: Packet[] = []
  for (const packet of packets) {
    group.push(packet)
    if (group.length < ROW_GROUP_ROWS) continue
    file.write({ columnData: toColumns(group), rowGroupSize: group.length })
    group = []
  }
  if (group.length > 0) file.write({ columnData: toColumns(group), rowGroupSize: group.length })
  file.finish()
  // A file appears under its name only when it is whole.
  const partial = `${path}.partial`
  const descriptor = openSync(partial, 'w')
  writeSync(descriptor, new Uint8Array(writer.getBuffer()))
  closeSync(descriptor)
  renameSync(partial, path)
}

function toColumns(packets: readonly Packet[]): ColumnSource[] {
  return columnNames().map(name => ({
    name,
    data: packets.map(packet => packet[name] ?? null),
    // As the broker writes them: stamps differ from alert to alert, a dictionary has no use.
    ...(STAMP_COLUMNS.some(stamp => stamp === name) && { encoding: 'PLAIN' as const }),
  }))
}
