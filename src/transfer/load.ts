/** Reads dumps (dump.ts) into a store. */
import { CELL_TYPES, type CellType, type ColumnSpec } from '../rows/layout.js'
import { parseFloatText } from '../rows/number-text.js'
import type { CellValue } from '../rows/packed-row.js'
import type { RowPut, Store } from '../store/store.js'
import type { DumpHeader, DumpRow } from './dump.js'

/** Rows written in one batch. */
const BATCH_ROWS = 1000

/** Result of a load. */
export interface LoadSummary {
  readonly table: string
  readonly rows: number
}

/**
 * Writes the rows of one dump.
 *
 * @param lines lines without their ends; empty ones are passed over
 * @throws SyntaxError naming the line when it cannot be read; batches before it are written
 */
export async function loadDump(store: Store, lines: AsyncIterable<string>): Promise<LoadSummary> {
  let loader: DumpLoader | undefined
  let number = 0
  for await (const line of lines) {
    number++
    if (line === '') continue
    try {
      if (loader === undefined) loader = new DumpLoader(store, parseHeader(line))
      else loader.add(parseRow(line))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new SyntaxError(`Cannot read line ${number} of the dump: ${reason}`, { cause })
    }
    await loader.flush(BATCH_ROWS)
  }
  if (loader === undefined) throw new SyntaxError('Cannot read the dump: it is empty')
  // Also without rows: a table that is empty is still a table.
  await loader.flush(0)
  return { table: loader.table, rows: loader.rows }
}

function parseHeader(line: string): DumpHeader {
  const header = JSON.parse(line) as Partial<DumpHeader>
  const { table, schema, schemaKey = '' } = header
  if (typeof table !== 'string' || typeof schema !== 'object' || schema === null) {
    throw new SyntaxError('expected a first line with "table" and "schema"')
  }
  return { table, schema, schemaKey }
}

function parseRow(line: string): DumpRow {
  const row = JSON.parse(line) as Partial<DumpRow> | null
  if (typeof row?.key !== 'string' || row.key === '') throw new SyntaxError('expected a "key"')
  const { key, cells, hex = {} } = row
  if (!isTexts(cells) || !isTexts(hex)) throw new SyntaxError('expected cells that are texts')
  return { key, cells, hex }
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(text => typeof text === 'string')
  )
}

class DumpLoader {
  readonly table: string
  rows = 0
  private readonly columns = new Map<string, ColumnSpec & { readonly position: number }>()
  private pending: RowPut[] = []

  constructor(
    private readonly store: Store,
    header: DumpHeader,
  ) {
    this.table = header.table
    for (const [name, type] of Object.entries(header.schema)) {
      // A name in angle brackets stands for columns that vary from row to row.
      if (!name.includes('<')) this.column(name, cellType(name, type))
    }
  }

  add({ key, cells, hex = {} }: DumpRow): void {
    const values: (CellValue | undefined)[] = []
    for (const [name, text] of Object.entries(cells)) {
      const bytes = hex[name]
      const { type, position } = this.column(name, bytes === undefined ? 'string' : 'long')
      values[position] = bytes === undefined ? parseCell(text, type) : readLong(bytes)
    }
    this.pending.push({ key, values })
  }

  async flush(minRows: number): Promise<void> {
    if (this.pending.length < minRows) return
    const rows = this.pending
    this.pending = []
    await this.store.write([{ table: this.table, columns: [...this.columns.values()], rows }])
    this.rows += rows.length
  }

  private column(name: string, type: CellType): ColumnSpec & { readonly position: number } {
    const known = this.columns.get(name)
    if (known !== undefined) return known
    const column = { name, type, position: this.columns.size }
    this.columns.set(name, column)
    return column
  }
}

function cellType(name: string, type: string): CellType {
  const known = CELL_TYPES.find(candidate => candidate === type)
  if (known === undefined) {
    throw new SyntaxError(
      `column "${name}": expected one of ${CELL_TYPES.join(', ')}, got "${type}"`,
    )
  }
  return known
}

function parseCell(text: string, type: CellType): CellValue {
  switch (type) {
    case 'float':
      return Math.fround(parseFloatText(text))
    case 'double':
      return parseFloatText(text)
    case 'integer':
    case 'long':
      return BigInt(text)
    case 'boolean':
      return text === 'true'
    default:
      return text
  }
}

/** Cells without a type are 64-bit counts. */
function readLong(hex: string): bigint {
  if (!/^[0-9a-f]{16}$/.test(hex)) throw new SyntaxError(`expected 16 hex digits, got "${hex}"`)
  return BigInt.asIntN(64, BigInt(`0x${hex}`))
}
