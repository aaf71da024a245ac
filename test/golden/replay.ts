/** Sends a recorded request and compares the answer with the recorded one. */
import assert from 'node:assert/strict'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { parquetReadObjects } from 'hyparquet'
import { bodyOf, type GoldenCase } from './cases.js'
import { assertSameRows, parseCsv, parseExactJson, parseVotable, type Row } from './compare.js'

/** Why a case is not compared as recorded, and what is expected instead. */
export interface Exception {
  readonly reason: string
  /** Status that the answer has instead of the recorded one. */
  readonly status?: number
  /** Checks the answer in place of the comparison. */
  readonly check?: (body: Buffer, recorded: GoldenCase) => void | Promise<void>
}

/** Replays a case; `dataFolder` is where files named by requests are. */
export async function replay(
  app: FastifyInstance,
  recorded: GoldenCase,
  dataFolder: string,
  exception?: Exception,
): Promise<void> {
  const answer = await app.inject(toInject(recorded, dataFolder))
  const { response } = recorded
  // A recorded 500 is a crash of the old service: any clear refusal is right.
  const isCrash = response.status === 500
  if (exception?.status !== undefined) assert.equal(answer.statusCode, exception.status)
  else if (isCrash) assert.ok(answer.statusCode < 500, `status ${answer.statusCode}`)
  else assert.equal(answer.statusCode, response.status, answer.body.slice(0, 300))
  if (exception?.check !== undefined) return exception.check(answer.rawPayload, recorded)
  if (answer.statusCode >= 400) return assertErrorShape(answer.body)
  if (isCrash || exception?.status !== undefined) return
  await assertSameBody(answer.rawPayload, recorded)
}

/** The recorded request, to be sent to an app. */
export function toInject({ request }: GoldenCase, dataFolder: string): InjectOptions {
  const { method, path: url, query, rawBody, contentType } = request
  const base = { method, url, ...(query && { query }) }
  if (rawBody !== undefined) {
    return { ...base, payload: rawBody, headers: { 'content-type': contentType ?? '' } }
  }
  if (request.json === undefined) return base
  const payload = JSON.stringify(bodyOf(request.json, dataFolder))
  return { ...base, payload, headers: { 'content-type': 'application/json' } }
}

function assertErrorShape(body: string): void {
  const error = JSON.parse(body) as Record<string, unknown>
  assert.equal(error.status, 'error')
  assert.equal(typeof error.text, 'string')
  assert.equal(typeof error.code, 'string')
}

async function assertSameBody(actual: Buffer, recorded: GoldenCase): Promise<void> {
  const { response, rowOrder } = recorded
  if (response.parquet !== undefined) {
    const rows = await parquetRows(actual)
    return assertSameRows(rows, response.parquet.rows.map(exactTexts), rowOrder)
  }
  const text = actual.toString()
  const expected = response.body ?? ''
  const type = response.contentType
  if (type.startsWith('application/json')) return assertSameJson(text, expected, rowOrder)
  if (type === 'application/csv')
    return assertSameRows(parseCsv(text), parseCsv(expected), rowOrder)
  if (type === 'text/xml') {
    return assertSameRows(parseVotable(text), parseVotable(expected), rowOrder)
  }
  assert.equal(text, expected)
}

function assertSameJson(actual: string, expected: string, rowOrder: string): void {
  const a = parseExactJson(actual)
  const b = parseRecorded(expected)
  if (Array.isArray(a) && Array.isArray(b)) assertSameRows(a as Row[], b as Row[], rowOrder)
  else assert.deepEqual(a, b)
}

/** Recorded answers may hold bare NaN, which is not JSON. */
function parseRecorded(text: string): unknown {
  try {
    return parseExactJson(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return parseExactJson(text.replaceAll(/\bNaN\b/g, 'null'))
  }
}

async function parquetRows(bytes: Buffer): Promise<Row[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  return (await parquetReadObjects({ file })).map(exactTexts)
}

/** 64-bit integers as texts, so that they compare exactly. */
function exactTexts(row: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? value.toString() : value,
    ]),
  )
}
