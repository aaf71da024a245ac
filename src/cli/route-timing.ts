/**
 * Where the time of a request goes: the steps of an answer taken one by one, as the server takes
 * them, with a clock between. What the server does around them is the rest of a request over a
 * connection.
 */

import { toBatches } from '../api/answers/table-batches.js'
import { readArguments } from '../api/arguments/request.js'
import type { Answer, TableAnswer } from '../api/declarations/answer.js'
import { type Endpoint, isTableFormat, type RequestFacts } from '../api/declarations/route.js'
import { BytePool } from '../rows/byte-pool.js'
import type { ScanTotals } from '../store/measured.js'

/** Milliseconds of each part of one answer. */
export interface PartTimes {
  /** The address or the body to texts by name. */
  readonly parse: number
  /** Texts to values, and their checks. */
  readonly plan: number
  /** Waiting for rows of the store. */
  readonly store: number
  /** The handler without the store: choosing, computing and arranging rows. */
  readonly derive: number
  /** The answer to bytes. */
  readonly encode: number
}

/** A request to time. */
export interface TimedRequest {
  readonly endpoint: Endpoint
  readonly method: 'GET' | 'POST'
  /** Path and query. */
  readonly url: string
  /** JSON of a POST. */
  readonly body?: string
}

/** One answer, its size and its times. */
export interface TimedAnswer {
  readonly times: PartTimes
  readonly rows: number
  readonly bytes: number
}

/** Answers a request once. `totals` are those of the store that the endpoint was mounted with. */
export async function timeAnswer(
  { endpoint, method, url, body }: TimedRequest,
  totals: ScanTotals,
): Promise<TimedAnswer> {
  const { facts, end } = openFacts()
  try {
    const contentType = 'application/json'
    const content = body === undefined ? undefined : Buffer.from(body)
    const parts = { method, url, contentType, contentEncoding: undefined, body: content }
    const startMs = performance.now()
    const args = readArguments(parts, endpoint.body)
    const parsedMs = performance.now()
    const call = endpoint.prepare(args, { isStrict: false })
    const plannedMs = performance.now()
    const before = totals.ms
    const answer = await call.run(facts)
    const handledMs = performance.now()
    const handlerStoreMs = totals.ms - before
    const size = await encodeAnswer(endpoint, { answer, format: call.format, pool: facts.pool })
    const encodedMs = performance.now()
    const lateStoreMs = totals.ms - before - handlerStoreMs
    const times = {
      parse: parsedMs - startMs,
      plan: plannedMs - parsedMs,
      store: handlerStoreMs + lateStoreMs,
      // Scans at the same time each count, so together they may have waited longer than it took.
      derive: Math.max(0, handledMs - plannedMs - handlerStoreMs),
      encode: Math.max(0, encodedMs - handledMs - lateStoreMs),
    }
    return { times, ...size }
  } finally {
    end()
  }
}

/** What a handler is told about a request that came over no connection. */
function openFacts(): { readonly facts: RequestFacts; readonly end: () => void } {
  const listeners: (() => void)[] = []
  const facts = {
    signal: new AbortController().signal,
    requestId: 'profile',
    bearerToken: undefined,
    pool: new BytePool(),
    onEnd: (listener: () => void) => void listeners.push(listener),
  }
  return {
    facts,
    end: () => {
      for (const listener of listeners) listener()
    },
  }
}

interface Encoding {
  readonly answer: Answer
  readonly format: string | undefined
  readonly pool: BytePool
}

async function encodeAnswer(
  endpoint: Endpoint,
  { answer, format, pool }: Encoding,
): Promise<{ rows: number; bytes: number }> {
  switch (answer.kind) {
    case 'table':
      return encodeTable(endpoint, { answer, format, pool })
    case 'json':
      return { rows: 0, bytes: Buffer.byteLength(JSON.stringify(answer.value)) }
    case 'text':
      return { rows: 0, bytes: Buffer.byteLength(answer.text) }
    case 'bytes': {
      if (answer.bytes instanceof Uint8Array) return { rows: 0, bytes: answer.bytes.length }
      let bytes = 0
      for await (const piece of answer.bytes) bytes += piece.length
      return { rows: 0, bytes }
    }
  }
}

async function encodeTable(
  endpoint: Endpoint,
  { answer, format, pool }: Encoding & { readonly answer: TableAnswer },
): Promise<{ rows: number; bytes: number }> {
  const wanted = format ?? answer.format ?? endpoint.outputs.find(isTableFormat)?.name
  const found = endpoint.tableFormats.find(({ name }) => name === wanted)
  if (found === undefined) throw new TypeError(`No table format "${wanted}"`)
  const { table } = answer
  const encoder = found.encoder(table.columns, answer.facts ?? {}, pool)
  let bytes = encoder.begin().length
  let rows = 0
  for await (const batch of 'batches' in table ? table.batches : toBatches(table)) {
    const piece = encoder.rows(batch)
    rows += batch.length
    bytes += piece.length
    pool.give(piece)
  }
  return { rows, bytes: bytes + encoder.end().length }
}
