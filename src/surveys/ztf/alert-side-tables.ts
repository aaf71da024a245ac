/**
 * Files that fill ZTF tables beside the alerts: names of the Transient Name Server, names of Solar
 * System objects, and the orbits and trajectories that Fink-FAT finds.
 */
import type { AlertBatch, AlertFields, Cell } from '../../ingest/alert-batch.js'
import { doubleKey } from '../../ingest/row-key.js'
import type { AlertRow, TableFile } from '../../ingest/survey-ingest.js'
import type { ColumnSpec } from '../../rows/layout.js'
import { ZTF_TABLES } from './tables.js'

function columnsOf(table: string): readonly ColumnSpec[] {
  const spec = ZTF_TABLES.find(({ name }) => name === table)
  if (spec === undefined) throw new RangeError(`No table "${table}"`)
  return spec.columns
}

const bare = ({ name }: ColumnSpec): string => name.slice(name.indexOf(':') + 1)

/**
 * @param extra names of fields that make the key and are not stored
 * @param fileName name in the file of a column
 */
function fieldsOf(
  columns: readonly ColumnSpec[],
  extra: readonly string[] = [],
  fileName: (column: string) => string = column => column,
): AlertFields {
  const stored = columns.map(c => ({ path: fileName(bare(c)), column: c.name, type: c.type }))
  const keys = extra.map(path => ({ path, column: `key:${path}`, type: 'string' as const }))
  const cells = [...stored, ...keys]
  return { cells, lists: [], required: cells.map(({ path }) => path) }
}

function cellsOf({ cells }: AlertBatch, position: number): Cell[] {
  return cells.map(column => column?.[position] ?? null)
}

/** Table whose key is made of cells of the row; rows without them cannot be stored. */
function keyedTable(
  kind: string,
  fields: AlertFields,
  keyOf: (cell: (column: string) => Cell) => readonly Cell[],
): TableFile {
  const columns = columnsOf(`ztf.${kind}`)
  const positions = new Map(columns.map(({ name }, i) => [name, i]))
  return {
    kind,
    target: { table: `ztf.${kind}`, columns },
    fields,
    toRows(batch, position): readonly AlertRow[] {
      const values = cellsOf(batch, position)
      const parts = keyOf(column => values[positions.get(column) ?? -1] ?? null)
      if (parts.some(part => part === null || part === '')) return []
      const texts = parts.map(part => (typeof part === 'number' ? doubleKey(part) : String(part)))
      return [{ key: texts.join('_'), values }]
    },
  }
}

/** In the files of Fink-FAT, words of names are set apart by blanks, some after a dot. */
function orbitName(column: string): string {
  return column
    .replace('long_node', 'long. node')
    .replace('arg_peric', 'arg. peric')
    .replace('mean_anomaly', 'mean anomaly')
}

const orbits = keyedTable('orb_cand', fieldsOf(columnsOf('ztf.orb_cand'), [], orbitName), cell => [
  'cand',
  cell('d:ssoCandId'),
])

const trajectories = keyedTable('sso_cand', fieldsOf(columnsOf('ztf.sso_cand')), cell => [
  cell('d:jd'),
  cell('d:ssoCandId'),
])

const tnsColumns = columnsOf('ztf.tns_resolver')
const tnsAt = (name: string): number => tnsColumns.findIndex(column => column.name === name)
const FULL_NAME = tnsAt('d:fullname')
const INTERNAL_NAME = tnsAt('d:internalname')

/** One row for each name that a discovering survey gave; what is missing is `None` or not a number. */
const tnsNames: TableFile = {
  kind: 'tns_resolver',
  target: { table: 'ztf.tns_resolver', columns: tnsColumns },
  fields: fieldsOf(tnsColumns),
  toRows(batch, position) {
    const cells = cellsOf(batch, position)
    const fullName = cells[FULL_NAME]
    const names = cells[INTERNAL_NAME]
    if (typeof fullName !== 'string' || typeof names !== 'string') return []
    return names.split(',').map(name => {
      const values = tnsColumns.map(({ type }, i) => {
        if (i === INTERNAL_NAME) return name.trim()
        return cells[i] ?? (type === 'string' ? 'None' : Number.NaN)
      })
      return { key: `${fullName}_${name.trim()}`.toLowerCase(), values }
    })
  },
}

const ssoColumns = columnsOf('ztf.sso_resolver')

/** Rows as the broker's job writes them: `ssodnet` is the key, with its `@0`, `@1` at the end. */
const ssoNames: TableFile = {
  kind: 'sso_resolver',
  target: { table: 'ztf.sso_resolver', columns: ssoColumns },
  fields: fieldsOf(ssoColumns, ['ssodnet']),
  toRows(batch, position) {
    const cells = cellsOf(batch, position)
    const key = cells[ssoColumns.length]
    if (typeof key !== 'string' || key === '') return []
    const values = cells.slice(0, ssoColumns.length).map(value => value ?? 'nan')
    return [{ key: key.toLowerCase(), values }]
  },
}

/** The kinds of files that fill tables of ZTF. */
export const ztfTableFiles: readonly TableFile[] = [tnsNames, ssoNames, orbits, trajectories]
