/**
 * Alerts of a Parquet file. Only the leaf columns a survey asks for are read, row group by row
 * group; image stamps and forced photometry are never touched.
 */
import { createHash } from 'node:crypto'
import {
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadata,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet'
import {
  type AlertBatch,
  type AlertFields,
  type Cell,
  type CellList,
  consecutive,
} from '../alert-batch.js'
import type { AlertFile } from '../alert-file.js'
import type { ByteSource } from '../byte-source.js'
import { type CastProblems, castColumn, castLists } from '../cell-cast.js'
import { AlertFileError, toAlertFileError } from '../errors.js'
import { ParquetColumn } from './column.js'
import { findParquetPath, type ParquetTarget } from './paths.js'

/** Most bytes of a footer: 256 MiB. */
const MAX_FOOTER_BYTES = 2 ** 28
/** Column chunks closer than this are read at once, up to `MAX_READ_BYTES`. */
const MAX_GAP_BYTES = 2 ** 16
const MAX_READ_BYTES = 2 ** 25

const TAIL_BYTES = 8

/** The columns of one row group by the dotted names of their leaves. */
type GroupColumns = ReadonlyMap<string, ParquetColumn>

interface Plan {
  readonly source: ByteSource
  readonly metadata: FileMetaData
  readonly fields: AlertFields
  readonly cells: readonly (ParquetTarget | undefined)[]
  readonly lists: readonly (ParquetTarget | undefined)[]
  /** Every leaf the targets need. */
  readonly leaves: ReadonlyMap<string, SchemaTree[]>
}

/**
 * Opens a Parquet file of alerts.
 *
 * @throws AlertFileError when the footer cannot be read or required fields are missing
 */
export async function openParquetAlerts(
  source: ByteSource,
  fields: AlertFields,
): Promise<AlertFile> {
  const { metadata, root, footer } = await readFooter(source)
  for (const path of fields.required) {
    if (findParquetPath(root, path)?.kind !== 'leaf') {
      throw new AlertFileError(source.path, `its alerts have no "${path}"`)
    }
  }
  const plan = planRead(source, metadata, root, fields)
  return {
    format: 'parquet',
    length: Number(metadata.num_rows),
    fingerprint: () => hashFile(plan, footer),
    has: async path => findParquetPath(root, path) !== undefined,
    check: () => checkFile(plan),
    batches: (start, size) => readBatches(plan, start, size),
    close: async () => undefined,
  }
}

interface Footer {
  readonly metadata: FileMetaData
  readonly root: SchemaTree
  readonly footer: Buffer
}

async function readFooter(source: ByteSource): Promise<Footer> {
  const tail = await source.read(Math.max(0, source.size - TAIL_BYTES), source.size)
  if (source.size < TAIL_BYTES + 4 || tail.toString('latin1', 4) !== 'PAR1') {
    throw new AlertFileError(source.path, 'it begins as Parquet but has no footer; is it whole?')
  }
  const length = tail.readUInt32LE(0)
  if (length > source.size - TAIL_BYTES - 4 || length > MAX_FOOTER_BYTES) {
    throw new AlertFileError(source.path, `its footer cannot have ${length} bytes`)
  }
  const footer = await source.read(source.size - TAIL_BYTES - length, source.size)
  try {
    // Marking columns of geography would follow whatever counts a broken file claims.
    const metadata = parquetMetadata(footer, { geoparquet: false })
    return { metadata, root: parquetSchema(metadata), footer }
  } catch (cause) {
    throw toAlertFileError(source.path, 'its footer cannot be read', cause)
  }
}

function planRead(
  source: ByteSource,
  metadata: FileMetaData,
  root: SchemaTree,
  fields: AlertFields,
): Plan {
  const find = (path: string): ParquetTarget | undefined => findParquetPath(root, path)
  const cells = fields.cells.map(({ path }) => only(find(path), 'leaf', 'entry'))
  const lists = fields.lists.map(({ path }) => only(find(path), 'leaf', 'record'))
  const leaves = new Map<string, SchemaTree[]>()
  for (const target of [...cells, ...lists]) {
    for (const leaf of leavesOf(target)) leaves.set(leafName(leaf), leaf)
  }
  return { source, metadata, fields, cells, lists, leaves }
}

function only(
  target: ParquetTarget | undefined,
  ...kinds: readonly ParquetTarget['kind'][]
): ParquetTarget | undefined {
  return target !== undefined && kinds.includes(target.kind) ? target : undefined
}

function leavesOf(target: ParquetTarget | undefined): readonly SchemaTree[][] {
  if (target?.kind === 'leaf') return [target.leaf]
  if (target?.kind === 'entry') return [target.keys, target.values]
  return target?.kind === 'record' ? target.members : []
}

function leafName(path: readonly SchemaTree[]): string {
  return path[path.length - 1]!.path.join('.')
}

async function checkFile(plan: Plan): Promise<void> {
  const rows = plan.metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  if (rows !== Number(plan.metadata.num_rows)) {
    throw new AlertFileError(plan.source.path, 'its row groups do not add up')
  }
  for (const group of plan.metadata.row_groups) {
    for (const [name, column] of await readGroup(plan, group)) {
      const found = readOrRefuse(plan, () => column.countRows())
      if (found === Number(group.num_rows)) continue
      throw new AlertFileError(plan.source.path, `column ${name} has ${found} rows in a row group`)
    }
  }
}

async function* readBatches(plan: Plan, start: number, size: number): AsyncGenerator<AlertBatch> {
  let groupStart = 0
  for (const group of plan.metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows)
    if (groupEnd > start) {
      const columns = await readGroup(plan, group)
      const first = Math.max(0, start - groupStart)
      if (first > 0) readOrRefuse(plan, () => skipRows(columns, first))
      for (let at = groupStart + first; at < groupEnd; at += size) {
        const rows = consecutive(at, Math.min(size, groupEnd - at))
        yield readOrRefuse(plan, () => readRows(plan, columns, rows))
      }
    }
    groupStart = groupEnd
  }
}

function readOrRefuse<T>({ source }: Plan, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw toAlertFileError(source.path, 'a part of it cannot be read', cause)
  }
}

function skipRows(columns: GroupColumns, count: number): void {
  for (const column of columns.values()) readColumn(column, count)
}

function readColumn(column: ParquetColumn, count: number): unknown[] {
  return column.isInList ? column.lists(count) : column.values(count)
}

/** Hash of the footer, which tells sizes and places of everything, and of what is read. */
async function hashFile(plan: Plan, footer: Buffer): Promise<string> {
  const hash = createHash('sha256').update(footer)
  for (const group of plan.metadata.row_groups) {
    for await (const { bytes } of readChunks(plan, group)) hash.update(bytes)
  }
  return hash.digest('hex')
}

async function readGroup(plan: Plan, group: RowGroup): Promise<GroupColumns> {
  const columns = new Map<string, ParquetColumn>()
  for await (const { chunk, bytes } of readChunks(plan, group)) {
    const { name, metadata, leaf } = chunk
    columns.set(
      name,
      readOrRefuse(plan, () => new ParquetColumn(bytes, metadata, leaf)),
    )
  }
  return columns
}

/** Reads the column chunks of a row group in their order, neighbours in one go. */
async function* readChunks(
  plan: Plan,
  group: RowGroup,
): AsyncGenerator<{ readonly chunk: Chunk; readonly bytes: Buffer }> {
  for (const run of readOrRefuse(plan, () => chunkRuns(plan, group))) {
    const bytes = await plan.source.read(run.start, run.end)
    for (const chunk of run.chunks) {
      yield { chunk, bytes: bytes.subarray(chunk.start - run.start, chunk.end - run.start) }
    }
  }
}

interface Chunk {
  readonly name: string
  readonly leaf: SchemaTree[]
  readonly metadata: ColumnMetaData
  readonly start: number
  readonly end: number
}

function chunkRuns({ leaves, source }: Plan, group: RowGroup) {
  const chunks: Chunk[] = []
  for (const { meta_data: metadata } of group.columns) {
    const name = metadata?.path_in_schema.join('.') ?? ''
    const leaf = leaves.get(name)
    if (metadata === undefined || leaf === undefined) continue
    const dictionary = Number(metadata.dictionary_page_offset ?? 0)
    const data = Number(metadata.data_page_offset)
    const start = dictionary > 0 ? Math.min(dictionary, data) : data
    const end = start + Number(metadata.total_compressed_size)
    if (!(start >= 0 && end >= start && end <= source.size)) {
      throw new RangeError(`column "${name}" lies outside the file`)
    }
    chunks.push({ name, leaf, metadata, start, end })
  }
  if (chunks.length < leaves.size) throw new RangeError('columns of the schema are missing')
  chunks.sort((a, b) => a.start - b.start)
  const runs: { start: number; end: number; chunks: Chunk[] }[] = []
  for (const chunk of chunks) {
    const run = runs[runs.length - 1]
    const isNear = run !== undefined && chunk.start - run.end <= MAX_GAP_BYTES
    if (isNear && chunk.end - run.start <= MAX_READ_BYTES) {
      run.end = Math.max(run.end, chunk.end)
      run.chunks.push(chunk)
    } else runs.push({ start: chunk.start, end: chunk.end, chunks: [chunk] })
  }
  return runs
}

function readRows(plan: Plan, columns: GroupColumns, rows: readonly number[]): AlertBatch {
  const count = rows.length
  // A map has several fields of one leaf, which must move forward once per batch.
  const read = new Map<string, unknown[]>()
  for (const [name, column] of columns) read.set(name, readColumn(column, count))
  const problems: CastProblems = new Map()
  const cells = plan.fields.cells.map(({ path, type }, i): Cell[] | undefined => {
    const values = cellValues(plan.cells[i], read, count)
    return values && castColumn(values, { path, type }, problems)
  })
  const lists = plan.fields.lists.map(({ path, type }, i): CellList[] | undefined => {
    const values = listValues(plan.lists[i], read, count)
    return values && castLists(values, { path, type }, problems)
  })
  return { length: count, rows, cells, lists, problems }
}

type ReadLeaves = ReadonlyMap<string, unknown[]>

function cellValues(target: ParquetTarget | undefined, read: ReadLeaves, count: number) {
  if (target?.kind === 'leaf') return read.get(leafName(target.leaf))
  if (target?.kind !== 'entry') return undefined
  const keys = read.get(leafName(target.keys)) ?? []
  const values = read.get(leafName(target.values)) ?? []
  return Array.from({ length: count }, (_, row) => {
    const rowKeys = keys[row]
    const rowValues = values[row]
    if (!Array.isArray(rowKeys) || !Array.isArray(rowValues)) return null
    const at = rowKeys.indexOf(target.name)
    return at < 0 ? null : rowValues[at]
  })
}

function listValues(target: ParquetTarget | undefined, read: ReadLeaves, count: number) {
  if (target?.kind === 'leaf') return read.get(leafName(target.leaf))
  if (target?.kind !== 'record') return undefined
  const members = target.members.map(leaf => read.get(leafName(leaf)) ?? [])
  return Array.from({ length: count }, (_, row) => {
    // Undefined tells a record that is null from one whose members are.
    const isNull = members.every(values => values[row] === undefined)
    return isNull ? null : members.map(values => values[row])
  })
}
