/** Rows for the stores of tests: cells by name, with the types that the survey gives them. */
import type { CellValue } from '../../src/rows/packed-row.js'
import type { Store } from '../../src/store/store.js'
import { tableSpec } from '../../src/surveys/survey.js'
import { ztf } from '../../src/surveys/ztf/ztf.js'

/** A row by its key. */
export type PlayRow = readonly [key: string, cells: Readonly<Record<string, CellValue>>]

/** Writes rows into a table of ZTF. */
export async function putRows(
  store: Store,
  table: string,
  rows: readonly PlayRow[],
): Promise<void> {
  const { columns } = tableSpec(ztf, table)
  const puts = rows.map(([key, cells]) => ({ key, values: columns.map(({ name }) => cells[name]) }))
  await store.write([{ table, columns, rows: puts }])
}

/** Names of an asteroid with two designations, and of one without a number. */
export const BODY_NAMES: readonly PlayRow[] = [
  ['8467@0', { 'i:name': 'Benoitcarry', 'i:number': '8467', 'i:ssnamenr': '8467' }],
  ['benoitcarry@0', { 'i:name': 'Benoitcarry', 'i:number': '8467', 'i:ssnamenr': '8467' }],
  ['benoitcarry@1', { 'i:name': 'Benoitcarry', 'i:number': '8467', 'i:ssnamenr': '1981EN30' }],
  ['1981en30@0', { 'i:name': 'Benoitcarry', 'i:number': '8467', 'i:ssnamenr': '1981EN30' }],
  ['2010 jo69@0', { 'i:name': '2010 JO69', 'i:number': 'nan', 'i:ssnamenr': '2010JO69' }],
  ['2010jo69@0', { 'i:name': '2010 JO69', 'i:number': 'nan', 'i:ssnamenr': '2010JO69' }],
]

/** An alert of a Solar System object. */
export function bodyAlert(designation: string, jd: number, candid = 1): PlayRow {
  const cells = {
    'i:objectId': 'ZTF21aaaaaaa',
    'i:candid': BigInt(candid),
    'i:ssnamenr': designation,
    'i:jd': jd,
    'i:fid': 1 + (candid % 2),
    'i:magpsf': 18 + 0.1 * Math.sin(jd),
    'i:sigmapsf': 0.05,
    'i:ra': (jd * 0.3) % 360,
    'i:dec': 10 * Math.sin(jd / 30),
    'd:roid': 3,
  }
  return [`${designation}_${jd}`, cells]
}
