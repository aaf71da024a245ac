/**
 * Values of alert files as cells of a known type. Files of one survey differ in the types they
 * use (pandas widens floats and integers, Avro knows unions), tables do not.
 */
import type { CellType } from '../rows/layout.js'
import { formatJavaDouble } from '../rows/number-text.js'
import type { Cell, CellList } from './alert-batch.js'

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 }
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

/**
 * The value as a cell; null and undefined give null. Doubles become the nearest binary32 value in
 * float cells, fractions are cut in integer cells, where NaN counts as missing.
 *
 * @throws TypeError when a value has no meaning in that type, RangeError when it does not fit
 */
export function castCell(value: unknown, type: CellType): Cell {
  if (value === null || value === undefined) return null
  switch (type) {
    case 'double':
      return typeof value === 'number' ? value : toNumber(value, type)
    case 'float':
      return Math.fround(typeof value === 'number' ? value : toNumber(value, type))
    case 'integer':
      return toInteger(value)
    case 'long':
      return toLong(value)
    case 'boolean':
      return toBoolean(value)
    default:
      return typeof value === 'string' ? value : toText(value)
  }
}

function refuse(value: unknown, type: CellType): never {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value
  throw new TypeError(`expected ${type}, got ${shown}`)
}

function toNumber(value: unknown, type: CellType): number {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string') return typeof value === 'number' ? value : refuse(value, type)
  if (/^nan$/i.test(value)) return Number.NaN
  const number = Number(value)
  return value.trim() === '' || Number.isNaN(number) ? refuse(value, type) : number
}

function toInteger(value: unknown): number | null {
  const number = Math.trunc(toNumber(value, 'integer'))
  if (number >= INT32.min && number <= INT32.max) return number
  if (Number.isNaN(number)) return null
  throw new RangeError(`expected a 32-bit integer, got ${number}`)
}

function toLong(value: unknown): Cell {
  if (typeof value === 'bigint') {
    if (value >= INT64.min && value <= INT64.max) return value
    throw new RangeError(`expected a 64-bit integer, got ${value}`)
  }
  if (typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value)) return toLong(BigInt(value))
  const number = Math.trunc(toNumber(value, 'long'))
  if (Number.isNaN(number)) return null
  if (!Number.isFinite(number)) throw new RangeError(`expected a 64-bit integer, got ${number}`)
  return Number.isSafeInteger(number) ? number : toLong(BigInt(number))
}

function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  if (value === 'true' || value === 'false') return value === 'true'
  return refuse(value, 'boolean')
}

function toText(value: unknown): string {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? String(value) : formatJavaDouble(value)
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return refuse(value, 'string')
}

/** What is wrong with rows, by position; the first problem of each is kept. */
export type CastProblems = Map<number, string>

/** What a column is, for messages. */
export interface CastTarget {
  readonly path: string
  readonly type: CellType
}

/** Casts a column; values that cannot be cast become null and are noted in `problems`. */
export function castColumn(
  values: readonly unknown[],
  { path, type }: CastTarget,
  problems: CastProblems,
): Cell[] {
  // Grown and not made at length: arrays without holes are copied between threads at once.
  const cells: Cell[] = []
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    // Most cells are numbers of a night's photometry, and most files hold them as they are.
    if (typeof value === 'number' && (type === 'float' || type === 'double')) {
      cells.push(type === 'float' ? Math.fround(value) : value)
      continue
    }
    try {
      cells.push(castCell(value, type))
    } catch (error) {
      cells.push(null)
      noteProblem(problems, row, path, error)
    }
  }
  return cells
}

/** Casts a column of lists like `castColumn`; what is no list counts as null. */
export function castLists(
  values: readonly unknown[],
  { path, type }: CastTarget,
  problems: CastProblems,
): CellList[] {
  return values.map((list, row) => {
    if (!Array.isArray(list)) return null
    try {
      const cells: Cell[] = []
      for (const value of list) cells.push(castCell(value, type))
      return cells
    } catch (error) {
      noteProblem(problems, row, path, error)
      return null
    }
  })
}

function noteProblem(problems: CastProblems, row: number, path: string, error: unknown): void {
  if (problems.has(row)) return
  problems.set(row, `${path}: ${error instanceof Error ? error.message : String(error)}`)
}
