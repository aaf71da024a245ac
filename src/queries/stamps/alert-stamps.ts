/** The stamps of one alert of an object: a given one, or the first, last, brightest or faintest. */
import { LAKE_SERVICE } from '../../cutouts/files/stamp-files.js'
import { DatalakeError, NotFoundError, ParamError } from '../../errors.js'
import { numberReader } from '../../rows/cell-reader.js'
import { prefixRange, type Store } from '../../store/store.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import type { StampArchive, StampKind } from './stamp-archive.js'
import { STORED } from './stamp-cache.js'
import type { AlertTarget } from './stamp-origin.js'
import { readPlaces, type StampPlace, toTarget } from './stamp-places.js'
import { makeView, type StampView } from './stamp-views.js'

/** Ways to pick an alert of an object, among those that have stamps. */
export const ALERT_PICKS = ['last', 'first', 'brightest', 'faintest'] as const

/** One of the ways. */
export type AlertPick = (typeof ALERT_PICKS)[number]

/** Which stamps to read. */
export interface StampsRequest {
  readonly object: string
  /** Id of the alert. */
  readonly alert?: string | undefined
  /** Which alert, when there is no id. */
  readonly pick: AlertPick
  readonly kinds: readonly StampKind[]
  readonly signal: AbortSignal
}

/** Where to read. */
export interface StampSources {
  readonly store: Store
  readonly survey: Survey
  readonly archive: StampArchive
}

/**
 * Reads stamps in a form, in the order of the kinds, null where the alert has none.
 *
 * @throws ParamError when the text cannot be an object id
 * @throws NotFoundError when there is no such object or alert, or it has none of the stamps
 * @throws DatalakeError when its file cannot be read
 */
export async function readStampsOfAlert(
  sources: StampSources,
  request: StampsRequest,
  view: StampView,
): Promise<readonly (Uint8Array | null)[]> {
  const { object, kinds } = request
  const { survey, archive } = sources
  const place = await findPlace(sources, request)
  const stamps = await readView(archive, request, toTarget(archive, survey, place), view)
  if (stamps.some(stamp => stamp !== null)) return stamps
  const what = kinds.length === 1 ? `stamp "${kinds[0]}"` : 'stamps'
  throw new NotFoundError(`Cannot find the ${what} of alert "${place.alert}" of "${object}"`)
}

async function readView(
  archive: StampArchive,
  request: StampsRequest,
  target: AlertTarget,
  view: StampView,
): Promise<readonly (Uint8Array | null)[]> {
  const { name } = view
  const { kinds } = request
  const kept = name === undefined ? undefined : archive.cache.find(name, target, kinds)
  if (kept !== undefined) return kept
  const stored = await readStored(archive, request, target)
  return stored.map((stamp, i) => {
    const made = stamp === null ? null : makeView(view, stamp)
    if (name !== undefined) archive.cache.keep(name, target, kinds[i]!, made)
    return made
  })
}

async function readStored(
  { cache, readOne }: StampArchive,
  { kinds, signal }: StampsRequest,
  target: AlertTarget,
): Promise<readonly (Uint8Array | null)[]> {
  const kept = cache.find(STORED, target, kinds)
  if (kept !== undefined) return kept
  try {
    const stamps = await readOne(target, kinds, { signal })
    kinds.forEach((kind, i) => {
      cache.keep(STORED, target, kind, stamps[i] ?? null)
    })
    return stamps
  } catch (cause) {
    // The tables have the alert: that its file does not is no fault of the client.
    if (!(cause instanceof NotFoundError)) throw cause
    throw new DatalakeError(LAKE_SERVICE, cause.message, { cause })
  }
}

async function findPlace(sources: StampSources, request: StampsRequest): Promise<StampPlace> {
  const { object, alert, pick } = request
  const { idParam } = sources.survey.lightCurve
  const prefix = toPrefix(sources.survey, object)
  if (alert !== undefined) {
    const places = await readAll(sources, request, prefix)
    const place = places.find(known => known.alert === alert)
    if (place !== undefined) return place
    throw new NotFoundError(`Cannot find stamps of alert "${alert}" of "${object}"`)
  }
  const place =
    pick === 'first' || pick === 'last'
      ? await readEnd(sources, request, prefix)
      : await readExtreme(sources, request, prefix)
  if (place !== undefined) return place
  throw new NotFoundError(`Cannot find stamps of object "${object}"`, { param: idParam })
}

function toPrefix(survey: Survey, object: string): string {
  try {
    return surveyFact(survey, 'stamps').keyPrefix(object)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const param = survey.lightCurve.idParam
    throw new ParamError(`Cannot read parameter "${param}": ${cause.message}`, { param, cause })
  }
}

function readAll(
  { store, survey }: StampSources,
  { signal }: StampsRequest,
  prefix: string,
): Promise<StampPlace[]> {
  return readPlaces(store, survey, { prefixes: [prefix], signal })
}

async function readEnd(
  { store, survey }: StampSources,
  { pick, signal }: StampsRequest,
  prefix: string,
): Promise<StampPlace | undefined> {
  const isNewestFirst = pick === 'last'
  const request = { prefixes: [prefix], isNewestFirst, limit: 1, signal }
  const [place] = await readPlaces(store, survey, request)
  return place
}

/** The place of the brightest or faintest alert; of equal ones the first. */
async function readExtreme(
  sources: StampSources,
  request: StampsRequest,
  prefix: string,
): Promise<StampPlace | undefined> {
  const { store, survey } = sources
  const sign = request.pick === 'brightest' ? 1 : -1
  const places = new Map((await readAll(sources, request, prefix)).map(place => [place.key, place]))
  const { keyOf, magnitude, keyColumns } = surveyFact(survey, 'stamps')
  const magnitudeOf = numberReader(magnitude)
  let best: StampPlace | undefined
  let least = Number.POSITIVE_INFINITY
  for await (const rows of store.scan({
    table: survey.lightCurve.table,
    ranges: [prefixRange(prefix)],
    columns: [magnitude, ...keyColumns],
    signal: request.signal,
  })) {
    for (const row of rows) {
      const place = places.get(keyOf(row) ?? '')
      const value = sign * magnitudeOf(row)
      if (place === undefined || !(value < least)) continue
      best = place
      least = value
    }
  }
  return best
}
