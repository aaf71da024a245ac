/** Made-up rows for the benchmarks of HBase, the same in every run. */
import type { ColumnSpec } from '../../src/rows/layout.js'
import type { CellValue } from '../../src/rows/packed-row.js'
import type { RowPut, Store } from '../../src/store/store.js'
import { tableSpec } from '../../src/surveys/survey.js'
import { ztf } from '../../src/surveys/ztf/ztf.js'

/** What to make. */
export interface BenchRows {
  /** Objects of the table of light curves by id, with the number of their rows. */
  readonly curves: ReadonlyMap<string, number>
  /** Columns of those rows. */
  readonly columns: number
  /** Prefixes of keys of the table of pixels; they have none to three rows. */
  readonly pixels: readonly string[]
}

const FIRST_JD = 2_459_000
const DAYS_BETWEEN = 0.7654321

/** Values as alerts have them: floats of six or seven digits, doubles of up to fifteen. */
function makeValue({ name, type }: ColumnSpec, random: () => number): CellValue {
  switch (type) {
    case 'float':
      return Math.fround(Number((random() * 30).toPrecision(7)))
    case 'double':
      return Number((random() * 360).toPrecision(11))
    case 'integer':
      return Math.floor(random() * 1000)
    case 'long':
      return BigInt(Math.floor(random() * 1e9)) * 1_000_000_007n
    case 'boolean':
      return random() < 0.5
    default:
      return `text of ${name}`
  }
}

/** Numbers that are the same in every run (Park and Miller 1988). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

function makeRows(columns: readonly ColumnSpec[], keys: readonly string[]): RowPut[] {
  const random = seeded(1)
  return keys.map(key => {
    const [id = '', jd = ''] = key.split('_')
    const known: Readonly<Record<string, CellValue>> = { 'i:objectId': id, 'i:jd': Number(jd) }
    return { key, values: columns.map(column => known[column.name] ?? makeValue(column, random)) }
  })
}

function curveKeys(id: string, count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `${id}_${(FIRST_JD + i * DAYS_BETWEEN).toFixed(7)}`,
  )
}

/** Writes the rows. */
export async function fillBenchRows(store: Store, rows: BenchRows): Promise<void> {
  const all = tableSpec(ztf, 'ztf').columns
  const first = all.filter(({ name }) => name === 'i:objectId' || name === 'i:jd')
  const rest = all.filter(column => !first.includes(column))
  const wide = [...first, ...rest].slice(0, rows.columns)
  const keys = [...rows.curves].flatMap(([id, count]) => curveKeys(id, count))
  await store.write([{ table: 'ztf', columns: wide, rows: makeRows(wide, keys) }])
  const narrow = tableSpec(ztf, 'ztf.pixel128').columns
  const pixels = rows.pixels.flatMap((prefix, i) =>
    Array.from(
      { length: i % 4 },
      (_, n) => `${prefix}${FIRST_JD}.5_ZTF20${String(n).padStart(7, 'a')}`,
    ),
  )
  await store.write([{ table: 'ztf.pixel128', columns: narrow, rows: makeRows(narrow, pixels) }])
}
