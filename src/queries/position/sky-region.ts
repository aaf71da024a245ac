/** Objects first seen around the time of an event, inside the credible region of its sky map. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Table, TableColumn } from '../../formats/table.js'
import { numberReader, presentColumns, textReader } from '../../rows/cell-reader.js'
import { compareUtf8 } from '../../rows/layout.js'
import { formatDouble } from '../../rows/number-text.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { listPixels } from '../../science/healpix/pixel-ranges.js'
import {
  credibleRegion,
  regionHas,
  regionRanges,
  type SkyRegion,
} from '../../science/sky-map/credible-region.js'
import { decodeSkyMap, type SkyMap } from '../../science/sky-map/skymap.js'
import { type KeyRange, keyRange, type Store } from '../../store/store.js'
import { type Survey, toSurveyTime } from '../../surveys/survey.js'
import { sortNewestFirst } from '../alerts/alert-table.js'
import { factColumn } from '../alerts/fact-column.js'

/** What to look for. */
export interface SkyRegionRequest {
  readonly map: SkyMap
  readonly credibleLevel: number
  readonly daysBefore: number
  readonly daysAfter: number
  /** Most rows to read. */
  readonly rowLimit: number
  readonly signal: AbortSignal
}

/** Objects found, and whether a limit left some out. */
export interface SkyRegionAnswer {
  readonly table: Table
  readonly isTruncated: boolean
}

/** Largest map when it is unpacked: flat maps of 12.6 million pixels have 400 MB. */
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024

/** Most pixels of the index that a region may touch: all of them at nside 128. */
const MAX_REGION_PIXELS = 1_000_000

/** Column of the time of the event. */
const EVENT_COLUMN = 'v:jdstartgw'

const unzip = promisify(gunzip)

/**
 * Reads a sky map from the bytes of its file.
 *
 * @throws SyntaxError when they are no map; RangeError when it is too large
 */
export async function readSkyMap(bytes: Uint8Array): Promise<SkyMap> {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b
  if (!isPacked) return decodeSkyMap(bytes)
  try {
    return decodeSkyMap(await unzip(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }))
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof RangeError) throw cause
    throw new SyntaxError('expected a complete gzip file', { cause })
  }
}

/**
 * Searches a region; the latest alert of each object, newest first.
 *
 * @throws RangeError when the map does not tell the time of its event
 */
export async function searchRegion(
  store: Store,
  survey: Survey,
  request: SkyRegionRequest,
): Promise<SkyRegionAnswer> {
  const { map } = request
  if (map.eventTime === undefined) {
    throw new RangeError('expected a map that tells the time of its event (DATE-OBS)')
  }
  const event = toSurveyTime(survey, map.eventTime)
  const region = credibleRegion(map, request.credibleLevel)
  const span = { from: event - request.daysBefore, through: event + request.daysAfter }
  const { rows, isTruncated } = await readObjects(store, survey, request, { region, span })
  return { table: toTable(survey, sortNewestFirst(survey, rows), event), isTruncated }
}

interface Place {
  readonly region: SkyRegion
  readonly span: { readonly from: number; readonly through: number }
}

async function readObjects(
  store: Store,
  survey: Survey,
  { rowLimit, daysAfter, signal }: SkyRegionRequest,
  { region, span }: Place,
): Promise<{ rows: PackedRow[]; isTruncated: boolean }> {
  const { table, nside, firstSeen } = survey.position
  const pixels = listPixels(regionRanges(region, nside), MAX_REGION_PIXELS)
  const latest = new Map<string, { row: PackedRow; time: number }>()
  const objectOf = textReader(survey.columns.object)
  const timeOf = numberReader(survey.columns.time)
  const raOf = numberReader(survey.columns.ra)
  const decOf = numberReader(survey.columns.dec)
  const firstOf = numberReader(firstSeen)
  const ranges = pixelRanges(pixels, span)
  let rows = 0
  for await (const batch of store.scan({ table, ranges, limit: rowLimit, signal })) {
    rows += batch.length
    for (const row of batch) {
      const first = firstOf(row)
      const time = timeOf(row)
      if (!(first >= span.from && first <= span.through && time - first <= daysAfter)) continue
      if (!regionHas(region, raOf(row), decOf(row))) continue
      const object = objectOf(row) ?? row.key
      const known = latest.get(object)
      if (known === undefined || known.time < time) latest.set(object, { row, time })
    }
  }
  return { rows: [...latest.values()].map(({ row }) => row), isTruncated: rows >= rowLimit }
}

function pixelRanges(pixels: Float64Array, { from, through }: Place['span']): KeyRange[] {
  const first = formatDouble(from)
  const last = formatDouble(through)
  const prefixes = Array.from(pixels, pixel => `${pixel}_`).sort(compareUtf8)
  return prefixes.map(prefix => keyRange(prefix + first, prefix + last))
}

function toTable(survey: Survey, rows: readonly PackedRow[], event: number): Table {
  const typeOf = (name: string) => {
    const row = rows.find(({ layout }) => layout.index.has(name))
    return row?.layout.columns[row.layout.index.get(name)!]?.type
  }
  const columns: TableColumn[] = [...presentColumns(rows)]
    .sort(compareUtf8)
    .map(name => factColumn(survey, name, typeOf(name)))
  if (rows.length > 0) {
    columns.push({
      ...factColumn(survey, EVENT_COLUMN, 'double'),
      values: { kind: 'constant', value: event },
    })
  }
  return { columns, rows, length: rows.length }
}
