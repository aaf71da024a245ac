/** The objects inside a circle, each by its latest alert, nearest first and as early as they are final. */
import { numberReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import type { SkyPosition } from '../../science/sky/angle.js'
import { separationFrom } from '../../science/sky/separation.js'
import type { KeyRange } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import { type FirstSeen, firstRadiusArcsec, planCone } from './cone-plan.js'
import { sortNearestFirst } from './nearest-first.js'
import { ObjectIndex } from './object-index.js'

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
 * Finds the objects. The first batch of a wide circle is an empty one, which comes as soon as rows
 * were read; the last one always comes.
 */
export async function* findObjects(
  read: RangeReader,
  survey: Survey,
  circle: Circle,
): AsyncGenerator<FoundObjects> {
  const { centre, radiusArcsec, firstSeen, rowLimit } = circle
  const { collect, settle, takeWithin } = openCollection(survey, circle)
  const isWide = radiusArcsec > firstRadiusArcsec(survey.position)
  let rowsLeft = rowLimit
  const shells = radiusArcsec > 0 ? planCone(survey.position, centre, radiusArcsec, firstSeen) : []
  for (const { ranges, reachDeg } of shells) {
    for await (const batch of read(ranges, rowsLeft)) {
      // The table can be read: the answer may begin.
      if (isWide && rowsLeft === rowLimit) yield { objects: [], isLast: false, isCut: false }
      rowsLeft -= batch.length
      for (const row of batch) collect(row)
    }
    const isCut = rowsLeft <= 0
    const isLast = isCut || reachDeg === Number.POSITIVE_INFINITY
    settle({ isLast })
    const isEarly = !isLast && rowLimit - rowsLeft < ROWS_BEFORE_FIRST
    const finalDeg = isLast ? Number.POSITIVE_INFINITY : reachDeg - OBJECT_EXTENT_DEG
    yield { objects: isEarly ? [] : takeWithin(finalDeg), isLast, isCut }
    if (isLast) return
  }
  yield { objects: [], isLast: true, isCut: false }
}

/** An object whose latest alert may not have been read yet. */
interface Candidate {
  /** Undefined once the object was given out. */
  row: PackedRow | undefined
  separationDeg: number
}

interface Collection {
  collect(row: PackedRow): void
  /** Lets alerts outside of the circle take the place of earlier ones of the same object. */
  settle(options: { readonly isLast: boolean }): void
  /** Takes the objects out that are near enough to be final: those in the circle, nearest first. */
  takeWithin(finalDeg: number): Found[]
}

function openCollection(survey: Survey, { centre, radiusArcsec, firstSeen }: Circle): Collection {
  const { object, time, ra, dec } = survey.columns
  const radiusDeg = radiusArcsec / 3600
  const distance = separationFrom(centre)
  const timeOf = numberReader(time)
  const raOf = numberReader(ra)
  const decOf = numberReader(dec)
  const firstSeenOf = numberReader(survey.position.firstSeen)
  const known = new ObjectIndex<Candidate>(object)
  let open: Candidate[] = []
  const begin = (row: PackedRow): Candidate => {
    const candidate = { row, separationDeg: Number.NaN }
    open.push(candidate)
    return candidate
  }
  const add = (row: PackedRow, decDeg: number): void => {
    const candidate = known.findOrAdd(row, begin)
    const before = candidate.row
    if (before === undefined) return
    if (before !== row && !(timeOf(before) < timeOf(row))) return
    candidate.row = row
    candidate.separationDeg = distance(raOf(row), decDeg)
  }
  const isTimely = (row: PackedRow): boolean =>
    firstSeen === undefined || isWithin(firstSeenOf(row), firstSeen)
  let outside: PackedRow[] = []
  return {
    collect(row) {
      const decDeg = decOf(row)
      // No position is nearer than the difference of declinations, which costs much less.
      if (Math.abs(decDeg - centre.decDeg) > radiusDeg) outside.push(row)
      else if (isTimely(row)) add(row, decDeg)
    },
    settle({ isLast }) {
      for (const row of isLast && open.length === 0 ? [] : outside) {
        // What is outside of the last circle is only wanted of objects that have an alert inside.
        const isWanted = !isLast || known.find(row) !== undefined
        if (isWanted && isTimely(row)) add(row, decOf(row))
      }
      outside = []
    },
    takeWithin(finalDeg) {
      const ready: Found[] = []
      const later: Candidate[] = []
      for (const candidate of open) {
        const { row, separationDeg } = candidate
        if (separationDeg > finalDeg) later.push(candidate)
        else if (row !== undefined) {
          candidate.row = undefined
          if (separationDeg <= radiusDeg) ready.push({ row, separationDeg })
        }
      }
      open = later
      return sortNearestFirst(ready)
    },
  }
}

function isWithin(value: number, { from, through }: FirstSeen): boolean {
  return value >= from && value <= through
}
