/** The objects inside a circle, each by its latest alert, nearest first and as early as they are final. */
import { numberReader, textReader } from '../../rows/cell-reader.js'
import { columnOf, literalEnd, literalStart, type PackedRow } from '../../rows/packed-row.js'
import type { SkyPosition } from '../../science/sky/angle.js'
import { separationFrom } from '../../science/sky/separation.js'
import type { KeyRange } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import { type FirstSeen, planCone } from './cone-plan.js'

/** Where to look. */
export interface Circle {
  readonly centre: SkyPosition
  readonly radiusArcsec: number
  readonly firstSeen?: FirstSeen | undefined
  /** Most rows to read. */
  readonly rowLimit: number
}

/** Reads the rows of ranges of the table of positions, at most `limit`. */
export type RangeReader = (
  ranges: readonly KeyRange[],
  limit: number,
) => AsyncIterable<readonly PackedRow[]>

/** An object found, with its latest alert. */
export interface Found {
  readonly row: PackedRow
  readonly separationDeg: number
}

/** Objects, all of them farther than those before, nearest first. */
export interface FoundObjects {
  readonly objects: readonly Found[]
  /** None follow. */
  readonly isLast: boolean
  /** Rows were left unread because of the limit. */
  readonly isCut: boolean
}

/**
 * Alerts of one object lie up to this far apart, in degrees: one found nearer than the reach of a
 * shell by more than this has no other alert in a later shell.
 */
const OBJECT_EXTENT_DEG = 5 / 3600

/**
 * Rows read before the first objects are given out. Within them an object is one wherever its
 * alerts lie; in larger answers those of an object are taken to lie together.
 */
const ROWS_BEFORE_FIRST = 1500

/**
 * Finds the objects. The first batch, mostly an empty one, comes as soon as the search has begun;
 * the last one always comes.
 */
export async function* findObjects(
  read: RangeReader,
  survey: Survey,
  circle: Circle,
): AsyncGenerator<FoundObjects> {
  const { centre, radiusArcsec, firstSeen, rowLimit } = circle
  const radiusDeg = radiusArcsec / 3600
  const given = new Set<string>()
  const { latest, collect, settle } = openCollection(survey, circle)
  let rowsLeft = rowLimit
  const shells = radiusArcsec > 0 ? planCone(survey.position, centre, radiusArcsec, firstSeen) : []
  for (const { ranges, reachDeg } of shells) {
    for await (const batch of read(ranges, rowsLeft)) {
      rowsLeft -= batch.length
      for (const row of batch) collect(row)
    }
    const isCut = rowsLeft <= 0
    const isLast = isCut || reachDeg === Number.POSITIVE_INFINITY
    settle({ isLast })
    const isEarly = !isLast && rowLimit - rowsLeft < ROWS_BEFORE_FIRST
    const finalDeg = isLast ? Number.POSITIVE_INFINITY : reachDeg - OBJECT_EXTENT_DEG
    const ready = isEarly ? [] : takeWithin(latest, given, finalDeg)
    const objects = ready.filter(({ separationDeg }) => separationDeg <= radiusDeg)
    yield { objects, isLast, isCut }
    if (isLast) return
  }
  yield { objects: [], isLast: true, isCut: false }
}

interface Collection {
  /** The latest alert of each object, by object. */
  readonly latest: Map<string, Found>
  collect(row: PackedRow): void
  /** Lets alerts outside of the circle take the place of earlier ones of the same object. */
  settle(options: { readonly isLast: boolean }): void
}

function openCollection(survey: Survey, { centre, radiusArcsec, firstSeen }: Circle): Collection {
  const { object, time, ra, dec } = survey.columns
  const radiusDeg = radiusArcsec / 3600
  const distance = separationFrom(centre)
  const objectOf = textReader(object)
  const timeOf = numberReader(time)
  const raOf = numberReader(ra)
  const decOf = numberReader(dec)
  const firstSeenOf = numberReader(survey.position.firstSeen)
  const latest = new Map<string, Found>()
  const add = (row: PackedRow, decDeg: number): void => {
    const key = objectOf(row) ?? row.key
    const known = latest.get(key)
    // Most objects have one row: its time is not looked at.
    if (known !== undefined && !(timeOf(known.row) < timeOf(row))) return
    latest.set(key, { row, separationDeg: distance(raOf(row), decDeg) })
  }
  const isTimely = (row: PackedRow): boolean =>
    firstSeen === undefined || isWithin(firstSeenOf(row), firstSeen)
  let outside: PackedRow[] = []
  return {
    latest,
    collect(row) {
      const decDeg = decOf(row)
      // No position is nearer than the difference of declinations, which costs much less.
      if (Math.abs(decDeg - centre.decDeg) > radiusDeg) outside.push(row)
      else if (isTimely(row)) add(row, decDeg)
    },
    settle({ isLast }) {
      const isWanted = isLast ? objectTest(object, latest) : () => true
      for (const row of isLast && latest.size === 0 ? [] : outside) {
        if (isWanted(row) && isTimely(row)) add(row, decOf(row))
      }
      outside = []
    },
  }
}

/** So many ids are compared one by one. */
const FEW_IDS = 4

/** Tells rows of the objects, of few of them without making a text of each id. */
function objectTest(
  column: string,
  objects: ReadonlyMap<string, Found>,
): (row: PackedRow) => boolean {
  const objectOf = textReader(column)
  if (objects.size > FEW_IDS) return row => objects.has(objectOf(row) ?? row.key)
  const ids = [...objects.values()].map(({ row }) => literalOf(row, column))
  return row => {
    const at = columnOf(row, column)
    const start = at < 0 ? -1 : literalStart(row, at)
    if (start < 0) return objects.has(row.key)
    const end = literalEnd(row, at)
    return ids.some(id => isSameText(id, row.bytes, start, end))
  }
}

function literalOf(row: PackedRow, column: string): Uint8Array {
  const at = columnOf(row, column)
  const start = at < 0 ? -1 : literalStart(row, at)
  return start < 0 ? new Uint8Array() : row.bytes.subarray(start, literalEnd(row, at))
}

/** Ids differ at their ends. */
function isSameText(text: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  let at = end - start
  if (at !== text.length) return false
  while (at > 0 && text[at - 1] === bytes[start + at - 1]) at--
  return at === 0
}

function isWithin(value: number, { from, through }: FirstSeen): boolean {
  return value >= from && value <= through
}

/** Takes the objects out that are near enough to be final, nearest first. */
function takeWithin(latest: Map<string, Found>, given: Set<string>, finalDeg: number): Found[] {
  const isAll = finalDeg === Number.POSITIVE_INFINITY
  const ready: Found[] = []
  for (const [key, found] of latest) {
    if (found.separationDeg > finalDeg) continue
    if (!isAll) latest.delete(key)
    if (given.has(key)) continue
    if (!isAll) given.add(key)
    ready.push(found)
  }
  return sortNearestFirst(ready)
}

/** Objects for which sorting as such is fast enough. */
const FEW = 64

/**
 * Sorts by distance in linear time: on an even sky as many objects are expected in each of the
 * rings that the objects are put into first.
 */
function sortNearestFirst(found: Found[]): Found[] {
  const byDistance = (a: Found, b: Found): number => a.separationDeg - b.separationDeg
  if (found.length <= FEW) return found.sort(byDistance)
  const farthest = found.reduce((most, { separationDeg }) => Math.max(most, separationDeg), 0)
  const rings: Found[][] = Array.from({ length: found.length }, () => [])
  for (const one of found) {
    const share = farthest === 0 ? 0 : (one.separationDeg / farthest) ** 2
    rings[Math.floor(share * (found.length - 1))]!.push(one)
  }
  return rings.flatMap(ring => (ring.length > 1 ? ring.sort(byDistance) : ring))
}
