/** What a ZTF alert must have to be stored: the values that rows are found by, within their range. */
import type { AlertBatch, Cell } from '../../ingest/alert-batch.js'
import { doubleKey, joinKey } from '../../ingest/row-key.js'
import type { AlertIdentity } from '../../ingest/survey-ingest.js'
import { cellPosition } from './alert.js'

/** Longest text that may become part of a row key, in characters. */
const MAX_KEY_TEXT = 200

interface Rule {
  readonly column: string
  readonly expected: string
  readonly isValid: (value: Cell) => boolean
}

function within(low: number, high: number): (value: Cell) => boolean {
  return value => typeof value === 'number' && value >= low && value <= high
}

const isShort = (value: Cell): boolean =>
  value === null || (typeof value === 'string' && value.length <= MAX_KEY_TEXT)

const RULES: readonly Rule[] = [
  {
    column: 'i:objectId',
    expected: 'letters and digits',
    isValid: value => typeof value === 'string' && /^[A-Za-z0-9]{1,32}$/.test(value),
  },
  {
    column: 'i:candid',
    expected: 'a positive number',
    isValid: value => (typeof value === 'bigint' || typeof value === 'number') && value > 0,
  },
  { column: 'i:jd', expected: '2400000 to 2500000', isValid: within(2_400_000, 2_500_000) },
  { column: 'i:ra', expected: '0 to 360', isValid: within(0, 360) },
  { column: 'i:dec', expected: '-90 to 90', isValid: within(-90, 90) },
  { column: 'i:fid', expected: '1, 2 or 3', isValid: within(1, 3) },
  {
    column: 'i:magpsf',
    expected: 'a magnitude',
    isValid: value => typeof value === 'number' && Number.isFinite(value),
  },
  ...['i:ssnamenr', 'd:cdsxmatch', 'd:tns', 'd:tracklet'].map(column => ({
    column,
    expected: `at most ${MAX_KEY_TEXT} characters`,
    isValid: isShort,
  })),
]

const CHECKS = RULES.map(rule => ({ ...rule, position: cellPosition(rule.column) }))
const OBJECT = cellPosition('i:objectId')
const JD = cellPosition('i:jd')
const CANDID = cellPosition('i:candid')

/** Key of the alert in table `ztf`, or what is wrong with it. */
export function identifyAlert({ cells }: AlertBatch, row: number): AlertIdentity {
  const candid = cells[CANDID]?.[row] ?? null
  for (const { position, isValid, column, expected } of CHECKS) {
    const value = cells[position]?.[row] ?? null
    if (isValid(value)) continue
    const problem = `${column}: expected ${expected}, got ${shown(value)}`
    return { alert: candid === null ? undefined : String(candid), problem }
  }
  const jd = Number(cells[JD]?.[row])
  const key = joinKey([String(cells[OBJECT]?.[row]), doubleKey(jd)])
  return { alert: String(candid), table: 'ztf', key }
}

function shown(value: Cell): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)
}
