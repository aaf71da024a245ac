/** The stamps of the rows of a table, one row after the other: kept ones, and those of the files. */
import { LAKE_SERVICE } from '../../cutouts/files/stamp-files.js'
import { decodeStamp, type Stamp } from '../../cutouts/stamp.js'
import { encodeStampJson } from '../../cutouts/stamp-json.js'
import type { CallOptions } from '../../datalake/datalake.js'
import { DatalakeError, NotFoundError } from '../../errors.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { surveyFact } from '../../surveys/survey.js'
import type { StampSources } from './alert-stamps.js'
import type { StampArchive, StampKind } from './stamp-archive.js'
import type { AlertTarget, StampOutcome } from './stamp-origin.js'
import { readPlaces, type StampPlace, toTarget } from './stamp-places.js'
import { planReaders } from './stamp-readers.js'
import { JSON_VIEW } from './stamp-views.js'

/** A stamp: decoded, or its ready JSON text; null when there is none, or why it cannot be read. */
type StampCell = Stamp | Uint8Array | DatalakeError | null

/** The stamps of a row by kind; none when its alert has none. */
export interface RowStamps {
  readonly target: AlertTarget | undefined
  readonly cells: readonly StampCell[]
}

/** Where the stamps of a row are, or why that is not known; undefined when it has none. */
export type RowTarget = AlertTarget | DatalakeError | undefined

/** Looks up where the stamps of rows are. */
export async function findTargets(
  { store, survey, archive }: StampSources,
  rows: readonly PackedRow[],
  signal: AbortSignal,
): Promise<RowTarget[]> {
  const { keyOf, groupOf } = surveyFact(survey, 'stamps')
  const keys = rows.map(keyOf)
  const prefixes = new Set(keys.flatMap(key => (key === undefined ? [] : [groupOf(key)])))
  const places = new Map<string, StampPlace>()
  for (const place of await readPlaces(store, survey, { prefixes: [...prefixes], signal })) {
    places.set(place.key, place)
  }
  return keys.map(key => {
    const place = key === undefined ? undefined : places.get(key)
    if (place === undefined) return undefined
    try {
      return toTarget(archive, survey, place)
    } catch (error) {
      if (error instanceof DatalakeError) return error
      throw error
    }
  })
}

/** Reads the stamps of rows in order; ends when the last row was given. */
export async function* readCells(
  archive: StampArchive,
  targets: readonly RowTarget[],
  kinds: readonly StampKind[],
  options: CallOptions,
): AsyncGenerator<RowStamps, undefined> {
  const kept = new Map<AlertTarget, readonly StampCell[]>()
  const missing: AlertTarget[] = []
  for (const target of targets) {
    if (target === undefined || target instanceof DatalakeError) continue
    const cells = archive.cache.find(JSON_VIEW.name, target, kinds)
    if (cells === undefined) missing.push(target)
    else kept.set(target, cells)
  }
  const readers = planReaders(archive, missing, kinds, options)
  for (const target of targets) {
    if (target === undefined) yield { target, cells: [] }
    else if (target instanceof DatalakeError) {
      yield { target: undefined, cells: kinds.map(() => target) }
    } else {
      const cells = kept.get(target) ?? toCells(await readers.next(target.file), kinds)
      yield { target, cells }
    }
  }
}

function toCells(outcome: StampOutcome, kinds: readonly StampKind[]): StampCell[] {
  if (outcome instanceof Error) return kinds.map(() => toLakeFault(outcome))
  return outcome.map(stored => {
    try {
      return stored === null ? null : decodeStamp(stored)
    } catch (cause) {
      return toLakeFault(cause)
    }
  })
}

/** Stamps that the tables promise and the files do not have, or not whole, are a fault of the lake. */
function toLakeFault(cause: unknown): DatalakeError {
  if (cause instanceof DatalakeError) return cause
  const isFault =
    cause instanceof NotFoundError || cause instanceof RangeError || cause instanceof SyntaxError
  if (!isFault) throw cause
  return new DatalakeError(LAKE_SERVICE, cause.message, { cause })
}

/** JSON text of the pixels in a cell; null when there are none. */
export function toJson(cell: StampCell): Uint8Array | null {
  if (cell === null || cell instanceof DatalakeError) return null
  return cell instanceof Uint8Array ? cell : encodeStampJson(cell)
}
