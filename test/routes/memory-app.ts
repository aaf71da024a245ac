/** The service on a few rows in memory, for tests of routes. */
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Endpoint } from '../../src/api/declarations/route.js'
import { buildApp } from '../../src/app.js'
import type { ColumnSpec } from '../../src/rows/layout.js'
import { formatDouble } from '../../src/rows/number-text.js'
import type { CellValue } from '../../src/rows/packed-row.js'
import { openMemoryStore } from '../../src/store/memory.js'
import type { TablePut } from '../../src/store/store.js'
import { derivationOf, SURVEYS } from '../../src/surveys/surveys.js'
import { NEWER_BLAZAR_COLUMNS } from '../../src/surveys/ztf/tables.js'

/** A row key of parts joined by `_`, times written as ingest writes them. */
export function keyOf(...parts: readonly (string | number)[]): string {
  return parts.map(part => (typeof part === 'number' ? formatDouble(part) : part)).join('_')
}

/** Cells by column name. */
export type Cells = Readonly<Record<string, CellValue>>

/** Rows of tables: table, then key, then cells. */
export type Tables = Readonly<Record<string, Readonly<Record<string, Cells>>>>

/** An answer of JSON rows, with the headers that tell about it. */
export interface RowAnswer {
  readonly status: number
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** A running service. */
export interface MemoryApp {
  readonly app: FastifyInstance
  readonly endpoints: readonly Endpoint[]
  /** Asks a route under `/api/v1/`. */
  get(route: string, query?: Readonly<Record<string, string>>): Promise<RowAnswer>
  post(route: string, json: object): Promise<RowAnswer>
  close(): Promise<void>
}

/** Builds the service on the rows; columns get the types the survey gives them, or `long`. */
export async function openMemoryApp(
  tables: Tables,
  options: { readonly now?: Date; readonly rowLimit?: number } = {},
): Promise<MemoryApp> {
  const { now = new Date('2025-01-01'), rowLimit = 10_000 } = options
  const store = openMemoryStore({ derivationOf })
  await store.write(Object.entries(tables).map(([table, rows]) => toPut(table, rows)))
  const { app, endpoints } = buildApp({
    store,
    defaultSurvey: 'ztf',
    rowLimit,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 1024 * 1024,
    logLevel: 'silent',
    version: 'test',
    now: () => now,
  })
  const ask = async (request: InjectOptions): Promise<RowAnswer> => {
    const { statusCode: status, headers, body: text } = await app.inject(request)
    const isTable = status === 200 && text.startsWith('[')
    return { status, headers, text, rows: isTable ? JSON.parse(text) : [] }
  }
  return {
    app,
    endpoints: endpoints.filter(({ survey }) => survey === 'ztf'),
    get: (route, query = {}) => ask({ method: 'GET', url: `/api/v1/${route}`, query }),
    post: (route, payload) => ask({ method: 'POST', url: `/api/v1/${route}`, payload }),
    close: async () => {
      await app.close()
      await store.close()
    },
  }
}

function toPut(table: string, rows: Tables[string]): TablePut {
  const spec = SURVEYS.flatMap(({ tables }) => tables).find(({ name }) => name === table)
  const types = new Map(spec?.columns.map(({ name, type }) => [name, type]))
  for (const { name, type } of NEWER_BLAZAR_COLUMNS) types.set(name, type)
  const names = [...new Set(Object.values(rows).flatMap(cells => Object.keys(cells)))]
  const columns = names.map((name): ColumnSpec => ({ name, type: types.get(name) ?? 'long' }))
  return {
    table,
    columns,
    rows: Object.entries(rows).map(([key, cells]) => ({
      key,
      values: names.map(name => cells[name]),
    })),
  }
}
