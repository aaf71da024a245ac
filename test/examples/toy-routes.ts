/**
 * Two small routes and two small formats that exercise the HTTP machinery in tests without any
 * store: a table of named dots and an image. They show every feature a route can declare.
 */
import type { LightMyRequestResponse } from 'fastify'
import { decodeMultipart } from '../../src/api/arguments/multipart.js'
import { decodeForm } from '../../src/api/arguments/request.js'
import type { Answer } from '../../src/api/declarations/answer.js'
import {
  choice,
  custom,
  flag,
  integer,
  list,
  number,
  structured,
} from '../../src/api/declarations/params.js'
import { type Endpoint, type Route, routeDefiner } from '../../src/api/declarations/route.js'
import { mountSurveys } from '../../src/api/mount.js'
import { quoteValue } from '../../src/api/quoted-text.js'
import { type ApiServer, buildServer, type ServerOptions } from '../../src/api/server.js'
import { NotFoundError } from '../../src/errors.js'
import {
  computedTable,
  type Table,
  type TableColumn,
  type TableFormat,
} from '../../src/formats/table.js'

/** What differs between toy surveys. */
export interface ToySurvey {
  readonly idExample: string
}

/** What the app would provide to handlers. */
export interface ToyServices {
  readonly dots: ReadonlyMap<string, number>
}

/** `defineRoute` of the toy application. */
export const defineToyRoute = routeDefiner<ToySurvey, ToyServices>()

/** A route of the toy application. */
export type ToyRoute = Route<ToySurvey, ToyServices>

function cellText(column: TableColumn, row: number): string {
  const { values } = column
  if (values === undefined || values.kind === 'constant') return '""'
  return JSON.stringify(values.values[row] ?? null)
}

function writeRows(batch: Table, write: (cells: string[]) => string): Uint8Array {
  let text = ''
  for (let row = 0; row < batch.length; row++) {
    text += write(batch.columns.map(column => cellText(column, row)))
  }
  return Buffer.from(text)
}

/** A JSON array of objects. */
export const toyJson: TableFormat = {
  name: 'json',
  mediaType: 'application/json',
  encoder: columns => {
    let comma = ''
    return {
      begin: () => Buffer.from('['),
      rows: batch =>
        writeRows(batch, cells => {
          const members = cells.map((cell, i) => `${JSON.stringify(columns[i]?.name)}:${cell}`)
          const row = `${comma}{${members.join(',')}}`
          comma = ','
          return row
        }),
      end: () => Buffer.from(']'),
    }
  },
}

/** Lines of comma separated cells. */
export const toyCsv: TableFormat = {
  name: 'csv',
  mediaType: 'text/csv',
  encoder: columns => ({
    begin: () => Buffer.from(`${columns.map(column => column.name).join(',')}\n`),
    rows: batch => writeRows(batch, cells => `${cells.join(',')}\n`),
    end: () => Buffer.alloc(0),
  }),
}

/** A table of `names` and numbers. */
export function toyTable(names: readonly string[], sizes: readonly number[]): Table {
  const columns: TableColumn[] = [
    { name: 'name', type: 'string', values: { kind: 'texts', values: names } },
    {
      name: 'size',
      type: 'double',
      values: { kind: 'numbers', values: Float64Array.from(sizes) },
    },
  ]
  return computedTable(columns, names.length)
}

function parseDate(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms))
    throw new SyntaxError(`Cannot parse "${text}" as a date: expected YYYY-MM-DD`)
  return ms
}

/** A table route with every kind of parameter. */
export const dotsRoute = defineToyRoute({
  name: 'dots',
  summary: 'Get dots based on their names',
  description: 'Dots have a name and a size.',
  params: survey => ({
    dotId: list({
      description: 'Names of dots',
      examples: [survey.idExample],
      items: 'dot names',
      maxItems: 10,
      required: true,
    }),
    n: integer({ description: 'Most rows', default: 10, min: 1, max: 100, examples: [5] }),
    'max-size': number({ description: 'Largest size', min: 0, max: 1e6, unit: 'mm' }),
    withcolour: flag({ description: 'Add colours', default: false, aliases: ['withColour'] }),
    order: choice(['name', 'size'], { description: 'Order of rows', default: 'name' }),
    startdate: custom(
      {
        description: 'First day',
        expected: 'a date YYYY-MM-DD',
        schema: { type: 'string', format: 'date' },
        examples: ['2021-10-22'],
      },
      parseDate,
    ),
  }),
  outputs: [toyJson, toyCsv],
  examples: survey => [
    { title: 'One dot', arguments: { dotId: survey.idExample } },
    { title: 'Two dots as CSV', arguments: { dotId: 'A1,B2', n: 2, 'output-format': 'csv' } },
    { title: 'By POST', arguments: { dotId: 'A1', withcolour: true }, method: 'POST' },
  ],
  handle: ({ dotId, n, ...rest }, { dots }) => {
    const names = dotId.filter(name => dots.has(name)).slice(0, n)
    const limit = rest['max-size'] ?? Number.POSITIVE_INFINITY
    const sizes = names.map(name => Math.min(dots.get(name) ?? 0, limit))
    return { kind: 'table', table: toyTable(names, sizes), facts: { isTruncated: n === 1 } }
  },
})

/** A strict route that answers bytes and reads uploads. */
export const pictureRoute = defineToyRoute({
  name: 'picture',
  summary: 'Get a picture of a dot',
  description: 'A one-byte image.',
  params: survey => ({
    dotId: custom(
      { description: 'Name', expected: 'a dot name', examples: [survey.idExample], required: true },
      text => text.trim(),
    ),
    frame: structured(
      {
        description: 'Uploaded frame',
        expected: 'a file of at most 1000 bytes',
        schema: { type: 'string', format: 'binary', maxLength: 1000 },
      },
      value => {
        const bytes = typeof value === 'string' ? Buffer.from(value) : value
        if (bytes instanceof Uint8Array && bytes.length <= 1000) return bytes
        throw new TypeError(`expected a file of at most 1000 bytes, got ${quoteValue(value)}`)
      },
    ),
  }),
  outputs: [{ mediaType: 'image/png', description: 'PNG' }],
  isStrict: true,
  body: {
    maxBytes: 64 * 1024,
    decoders: {
      'multipart/form-data': decodeMultipart,
      'application/x-www-form-urlencoded': decodeForm,
    },
  },
  handle: ({ dotId, frame }, { dots }): Answer => {
    if (!dots.has(dotId)) throw new NotFoundError(`Cannot find dot "${dotId}"`, { param: 'dotId' })
    return {
      kind: 'bytes',
      bytes: frame ?? Buffer.from([dots.get(dotId) ?? 0]),
      mediaType: 'image/png',
      fileName: `${dotId}.png`,
      etag: `dot-${dotId}`,
      cacheControl: 'public, max-age=3600',
    }
  },
})

/** Dots that the toy application knows. */
export const toyServices: ToyServices = {
  dots: new Map([
    ['A1', 1],
    ['B2', 2],
  ]),
}

/** Endpoints of the routes for two toy surveys, `red` being the default. */
export function mountToys(routes: readonly ToyRoute[]): readonly Endpoint[] {
  const mount = (name: string, idExample: string) => ({
    name,
    survey: { idExample },
    services: toyServices,
    routes,
  })
  return mountSurveys([mount('red', 'A1'), mount('blue', 'B2')], 'red')
}

/** A quiet server of toy routes. */
export function buildToyServer(
  routes: readonly ToyRoute[] = [dotsRoute, pictureRoute],
  options: Partial<ServerOptions> = {},
): ApiServer {
  return buildServer({
    endpoints: mountToys(routes),
    texts: { title: 'Toy service', version: '1.2.3', description: 'Dots & pictures.' },
    strictParameters: false,
    requestTimeoutMs: 10_000,
    bodyLimitBytes: 1024 * 1024,
    logLevel: 'silent',
    ...options,
  })
}

/** A line of the log, as far as tests look at it. */
export interface LogLine {
  readonly msg: string
  readonly level: string
  readonly request?: string
  readonly url?: string
  readonly status?: number
  readonly bytes?: number
  readonly rows?: number
  readonly err?: { readonly message: string }
}

/** The answer of a route `tiny` with the given handler, and the lines it left in the log. */
export async function askToy(
  handle: () => Answer | Promise<Answer>,
  url = '/api/v1/tiny',
): Promise<{ response: LightMyRequestResponse; log: LogLine[] }> {
  const log: LogLine[] = []
  const logStream = { write: (line: string) => void log.push(JSON.parse(line)) }
  const route = defineToyRoute({
    name: 'tiny',
    summary: 'Tiny',
    description: '',
    params: () => ({}),
    outputs: [toyJson, toyCsv],
    emptyGet: 'handle',
    handle,
  })
  const server = buildToyServer([route], { logLevel: 'info', logStream })
  const response = await server.app.inject(url)
  await server.app.close()
  return { response, log }
}
