/** Recorded requests for stamps, of the old API and of the old cutout service, and their replay. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

/** A recorded request with its answer. */
export interface RecordedStamp {
  readonly name: string
  readonly service?: 'ztf' | 'lsst'
  readonly route?: string
  /** Where the stamp of the answer came from. */
  readonly stamp?: { readonly file: string; readonly diaSourceId?: string }
  readonly request: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
    readonly path: string
    readonly query?: Readonly<Record<string, string>>
    readonly json?: Readonly<Record<string, unknown>>
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly response: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
    readonly pngBase64?: string
    readonly bodyBase64?: string
  }
}

/** What is answered on purpose in another way; see docs/explain/differences.md. */
export interface Difference {
  readonly reason: string
  readonly status: number
}

/** The requests of a folder; ids beyond 2^53 are marked, to be sent as the numbers they were. */
export function readRecorded(folder: string): RecordedStamp[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .map(file => {
      const text = readFileSync(join(folder, file), 'utf8')
      const exact = text.replace(/("(?:candid|diaSourceId)": ?)(\d{16,})/g, '$1"#$2"')
      return { ...(JSON.parse(exact) as RecordedStamp), name: file.replace('.json', '') }
    })
}

function send(app: FastifyInstance, { request }: RecordedStamp): Promise<LightMyRequestResponse> {
  const { method, path: url, query, json, body, headers } = request
  return app.inject({
    method,
    url,
    ...(query && { query }),
    ...(json !== undefined && {
      payload: JSON.stringify(json).replace(/"#(\d+)"/g, '$1'),
      headers: { 'content-type': 'application/json' },
    }),
    ...(body !== undefined && { payload: body, headers: { ...headers } }),
  })
}

/** Compares the body of a successful answer with the recorded one. */
export type CompareBody = (answer: LightMyRequestResponse, recorded: RecordedStamp) => void

function assertSame(
  answer: LightMyRequestResponse,
  recorded: RecordedStamp,
  compareBody: CompareBody,
): void {
  const { status } = recorded.response
  // A crash of the old service: any clear refusal is right, and so is an answer.
  if (status === 500) assert.ok(answer.statusCode < 500, answer.body.slice(0, 300))
  else assert.equal(answer.statusCode, status, answer.body.slice(0, 300))
  if (answer.statusCode >= 400) {
    const error = answer.json() as Record<string, unknown>
    assert.deepEqual([error['status'], typeof error['text']], ['error', 'string'])
  } else if (status !== 500) compareBody(answer, recorded)
}

/** Replays requests, each as a test of its own; every difference must be one. */
export async function replayAll(
  t: TestContext,
  recorded: readonly RecordedStamp[],
  options: {
    readonly appOf: (recorded: RecordedStamp) => FastifyInstance
    readonly differences: Readonly<Record<string, Difference>>
    readonly compareBody: CompareBody
  },
): Promise<void> {
  const { appOf, differences, compareBody } = options
  const used = new Set<string>()
  for (const one of recorded) {
    await t.test(one.name, async () => {
      const answer = await send(appOf(one), one)
      const difference = differences[one.name]
      if (difference === undefined) return assertSame(answer, one, compareBody)
      used.add(one.name)
      assert.equal(answer.statusCode, difference.status, difference.reason)
      assert.throws(() => assertSame(answer, one, compareBody), assert.AssertionError)
    })
  }
  assert.deepEqual([...used].sort(), Object.keys(differences).sort())
}
