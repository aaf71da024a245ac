/** Made-up rows and scans of them, the same for the same seed. For tests only. */
import type { ColumnSpec } from '../../../rows/layout.js'
import type { CellValue } from '../../../rows/packed-row.js'
import {
  ALL_KEYS,
  exactRange,
  type KeyRange,
  keyRange,
  prefixRange,
  type ScanRequest,
  type TablePut,
} from '../../store.js'

/** The one table of the rows. */
export const TABLE = 't'
/** Its columns, in name order. */
export const COLUMNS: readonly ColumnSpec[] = [
  { name: 'd:class', type: 'string' },
  { name: 'd:note', type: 'string' },
  { name: 'i:candid', type: 'long' },
  { name: 'i:fid', type: 'integer' },
  { name: 'i:magpsf', type: 'float' },
]
const CLASSES = ['SN', 'QSO', 'é☃', '']
const MAX_NOTE_CHARS = 300

/** Chance as a test has it: numbers evenly distributed in [0, 1). */
export type Chance = () => number

/** A whole number below `end`. */
function below(chance: Chance, end: number): number {
  return Math.floor(chance() * end)
}

/** A key among 600. */
function keyOf(chance: Chance): string {
  return `k${String(below(chance, 600)).padStart(3, '0')}`
}

/** Rows with some of the columns each, in no order. */
export function madeUpPut(chance: Chance, rows: number): TablePut {
  const values = (): (CellValue | null)[] => [
    CLASSES[below(chance, CLASSES.length)]!,
    chance() < 0.5 ? 'n'.repeat(below(chance, MAX_NOTE_CHARS)) : null,
    chance() < 0.7 ? BigInt(below(chance, 2 ** 30)) * 1_000_003n : null,
    below(chance, 4) - 1,
    chance() < 0.9 ? Math.fround(chance() * 20) : null,
  ]
  const byKey = new Map(Array.from({ length: rows }, () => [keyOf(chance), values()] as const))
  return {
    table: TABLE,
    columns: COLUMNS,
    rows: [...byKey].map(([key, cells]) => ({ key, values: cells })),
  }
}

function madeUpRange(chance: Chance): KeyRange {
  const [kind, key] = [below(chance, 4), keyOf(chance)]
  if (kind === 0) return exactRange(key)
  if (kind === 1) return prefixRange(key.slice(0, 3))
  if (kind === 2) return ALL_KEYS
  const through = keyOf(chance)
  return key < through ? keyRange(key, through) : keyRange(through, key)
}

/** A scan of any kind: of one range or many, with and without limits, columns and conditions. */
export function madeUpRequest(chance: Chance): ScanRequest {
  const ranges = Array.from({ length: 1 + below(chance, 3) }, () => madeUpRange(chance))
  // Many ranges close to each other are read in another way than few.
  const tens = Array.from({ length: 30 }, (_, i) =>
    prefixRange(`k${String((i * 7) % 60).padStart(2, '0')}`),
  )
  const columns = COLUMNS.filter(() => chance() < 0.5).map(({ name }) => name)
  return {
    table: TABLE,
    ranges: chance() < 0.2 ? tens : ranges,
    reversed: chance() < 0.4,
    ...(chance() < 0.3 && { limit: below(chance, 100) }),
    ...(chance() < 0.2 && { limitPerRange: below(chance, 10) }),
    ...(chance() < 0.4 && { columns }),
    ...(chance() < 0.3 && {
      where: { column: 'd:class', equals: CLASSES[below(chance, CLASSES.length)]! },
    }),
  }
}
