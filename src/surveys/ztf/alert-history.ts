/**
 * Upper limits and detections of low quality from the history that comes with a ZTF alert
 * (`prv_candidates`, oldest first).
 */
import type { Cell, ListField } from '../../ingest/alert-batch.js'
import { doubleKey, joinKey } from '../../ingest/row-key.js'
import type { AddRow, CompleteBatch } from '../../ingest/survey-ingest.js'
import type { ColumnSpec } from '../../rows/layout.js'
import { UPPER_COLUMNS, UPPERVALID_COLUMNS } from './tables.js'

const GOOD_REAL_BOGUS = 0.55

/** What decides about the quality of an entry, and is not stored. */
const QUALITY: readonly ListField[] = [
  { path: 'prv_candidates.rb', type: 'float' },
  { path: 'prv_candidates.nbad', type: 'integer' },
]

/** Members of the history that are read, in the order of the lists of a batch. */
export const HISTORY_LISTS: readonly ListField[] = [
  ...UPPERVALID_COLUMNS.slice(1).map(({ name, type }) => ({
    path: `prv_candidates.${name.slice(name.indexOf(':') + 1)}`,
    type,
  })),
  ...QUALITY,
]

const upperTarget = { table: 'ztf.upper', columns: UPPER_COLUMNS }
const uppervalidTarget = { table: 'ztf.uppervalid', columns: UPPERVALID_COLUMNS }

function listOf(name: string): number {
  return HISTORY_LISTS.findIndex(({ path }) => path === `prv_candidates.${name}`)
}

/** Lists of the columns but the first, which is the object's name. */
function listsOf(columns: readonly ColumnSpec[]): readonly number[] {
  return columns.slice(1).map(({ name }) => listOf(name.slice(name.indexOf(':') + 1)))
}

const JD = listOf('jd')
const MAGPSF = listOf('magpsf')
const RB = listOf('rb')
const NBAD = listOf('nbad')
const UPPER_LISTS = listsOf(UPPER_COLUMNS)
const UPPERVALID_LISTS = listsOf(UPPERVALID_COLUMNS)

type History = readonly (readonly Cell[])[]

/** What an entry is; undefined when it cannot be told because of missing values. */
type Status = 'limit' | 'good' | 'bad' | undefined

/**
 * Adds the history of an alert to the tables of upper limits. The last entry decides: when it is a
 * limit all limits are added, when it is a detection of low quality all of those.
 */
export function addHistoryRows(
  batch: CompleteBatch,
  row: number,
  alert: { readonly name: string | null; readonly time: number },
  add: AddRow,
): void {
  const { name } = alert
  const times = batch.lists[JD]?.[row]
  if (!times || times.length === 0) return
  const history = HISTORY_LISTS.map((_, list) => batch.lists[list]?.[row] ?? [])
  const last = statusOf(history, times.length - 1)
  if (last !== 'limit' && last !== 'bad') return
  const target = last === 'limit' ? upperTarget : uppervalidTarget
  const lists = last === 'limit' ? UPPER_LISTS : UPPERVALID_LISTS
  for (let entry = 0; entry < times.length; entry++) {
    const time = times[entry]
    if (typeof time !== 'number' || statusOf(history, entry) !== last) continue
    add(target, {
      key: joinKey([name, doubleKey(time)]),
      values: [name, ...lists.map(list => history[list]?.[entry] ?? null)],
      time: alert.time,
    })
  }
}

function statusOf(history: History, entry: number): Status {
  const magnitude = history[MAGPSF]?.[entry] ?? null
  if (magnitude === null) return 'limit'
  const realBogus = history[RB]?.[entry] ?? null
  const badPixels = history[NBAD]?.[entry] ?? null
  const isReal = realBogus === null ? undefined : Number(realBogus) >= GOOD_REAL_BOGUS
  const isClean = badPixels === null ? undefined : Number(badPixels) === 0
  if (isReal === false || isClean === false) return 'bad'
  return isReal && isClean ? 'good' : undefined
}
