/** Where the stamps of alerts lie, as the tables of a survey tell: from rows to targets to read. */
import { LAKE_SERVICE } from '../../cutouts/files/stamp-files.js'
import { parseStampHint } from '../../cutouts/files/stamp-hint.js'
import { DatalakeError } from '../../errors.js'
import { textReader } from '../../rows/cell-reader.js'
import { prefixRange, type Store } from '../../store/store.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import type { StampArchive } from './stamp-archive.js'
import type { AlertTarget } from './stamp-origin.js'

/** Most alerts of one object whose stamps are looked up. */
const MAX_ALERTS_PER_OBJECT = 10_000

/** A row about the stamps of an alert. */
export interface StampPlace {
  readonly key: string
  /** Id of the alert, all its digits. */
  readonly alert: string
  /** Name of the file as stored, and what was noted down about the place in it. */
  readonly path: string
  readonly hint: string | undefined
}

/** Which rows to read. */
export interface PlaceRequest {
  /** What the keys begin with. */
  readonly prefixes: readonly string[]
  /** Newest first, and at most that many of each prefix. */
  readonly isNewestFirst?: boolean
  readonly limit?: number
  readonly signal?: AbortSignal | undefined
}

/** Reads rows about stamps, in the order of time within each prefix. */
export async function readPlaces(
  store: Store,
  survey: Survey,
  { prefixes, isNewestFirst = false, limit = MAX_ALERTS_PER_OBJECT, signal }: PlaceRequest,
): Promise<StampPlace[]> {
  const { table, path, hint } = surveyFact(survey, 'stamps')
  const { alert } = survey.columns
  const pathOf = textReader(path)
  const hintOf = textReader(hint)
  const alertOf = textReader(alert)
  const places: StampPlace[] = []
  for await (const rows of store.scan({
    table,
    ranges: prefixes.map(prefixRange),
    columns: [path, hint, alert],
    limitPerRange: limit,
    reversed: isNewestFirst,
    signal,
  })) {
    for (const row of rows) {
      const place = { key: row.key, alert: alertOf(row) ?? '', hint: hintOf(row) }
      const stored = pathOf(row)
      if (stored !== undefined) places.push({ ...place, path: stored })
    }
  }
  return places
}

/**
 * What to read for a place.
 *
 * @throws DatalakeError when the file is not inside the lake, or the note cannot be read
 */
export function toTarget(
  { pathOf }: StampArchive,
  survey: Survey,
  { key, path, hint, alert }: StampPlace,
): AlertTarget {
  const facts = surveyFact(survey, 'stamps')
  try {
    const file = pathOf(path)
    const noted = hint === undefined ? undefined : parseStampHint(hint, path)
    const ids = { [facts.idColumn]: alert }
    const serviceIds = facts.serviceIds(key, alert)
    return { file, ids, serviceIds, hint: noted && { ...noted, file } }
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof SyntaxError)) throw cause
    throw new DatalakeError(LAKE_SERVICE, cause.message, { cause })
  }
}
