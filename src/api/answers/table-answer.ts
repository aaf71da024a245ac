/**
 * Tables as answers: the encoder of the format writes them, a short answer leaves as one buffer
 * with its length, a long one as a stream that starts as soon as there is something to say.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { Table, TableEncoder, TableFacts, TableFormat } from '../../formats/table.js'
import type { TableAnswer, TableStream } from '../declarations/answer.js'
import type { Exchange } from '../exchange/exchange.js'
import { toNoteHeader } from './note-header.js'
import { sendPieces, streamBody, streamSlices } from './stream-answer.js'
import { batchRows, toBatches } from './table-batches.js'

/** Body bytes from which on an answer is streamed, unless its end is already known. */
const STREAM_BYTES = 64 * 1024

const NO_BYTES = new Uint8Array()

/** Writes a table in a format and sends it. Errors before the first byte are thrown. */
export async function sendTable(
  reply: FastifyReply,
  exchange: Exchange,
  answer: { readonly content: TableAnswer; readonly format: TableFormat },
): Promise<void> {
  const { table, facts = {} } = answer.content
  reply.type(answer.format.mediaType)
  const encoder = answer.format.encoder(table.columns, facts, exchange.pool)
  if ('batches' in table) return sendBatches(reply, exchange, { encoder, facts, ...table })
  if (table.length > batchRows(table)) {
    const slices = encoder.slices?.(table)
    if (slices !== undefined) {
      exchange.rows = table.length
      return sendSlices(reply, exchange, slices, facts)
    }
    const batches = toAsync(toBatches(table))
    return sendBatches(reply, exchange, { encoder, facts, batches })
  }
  exchange.rows = table.length
  const pieces =
    encoder.whole === undefined
      ? [encoder.begin(), encoder.rows(table), encoder.end()]
      : [encoder.whole(table)]
  sendWhole(reply, exchange, { pieces, facts })
}

/** Sends an answer that stands ready in the memory of its rows. */
async function sendSlices(
  reply: FastifyReply,
  exchange: Exchange,
  slices: readonly Uint8Array[],
  facts: TableFacts,
): Promise<void> {
  if (reply.sent) return
  markTruncated(reply, facts)
  await streamSlices(reply, exchange, slices)
}

interface Batched {
  readonly encoder: TableEncoder
  readonly facts: TableFacts
  readonly batches: AsyncIterable<Table>
  readonly isLong?: boolean | undefined
  readonly lateProblems?: TableStream['lateProblems']
}

async function sendBatches(
  reply: FastifyReply,
  exchange: Exchange,
  { encoder, facts, batches, isLong = false, lateProblems }: Batched,
): Promise<void> {
  const source = batches[Symbol.asyncIterator]()
  const head = [encoder.begin()]
  let bytes = head[0]!.length
  try {
    while (bytes < STREAM_BYTES) {
      const next = await source.next()
      if (next.done === true) {
        markPartial(reply, lateProblems)
        sendWhole(reply, exchange, { pieces: [...head, encoder.end()], facts })
        return
      }
      const piece = encodeBatch(exchange, encoder, next.value)
      head.push(piece)
      bytes += piece.length
      if (isLong) break
    }
    if (reply.sent) return
    markTruncated(reply, facts)
    const trailers = announceTrailer(reply, exchange, { facts, lateProblems })
    const untold = trailers === undefined ? lateProblems : undefined
    const pieces = encodeRest(exchange, { encoder, source, head, untold })
    await streamBody(reply, exchange, { pieces, trailers })
  } finally {
    await source.return?.()
  }
}

async function* encodeRest(
  exchange: Exchange,
  rest: {
    readonly encoder: TableEncoder
    readonly source: AsyncIterator<Table>
    readonly head: readonly Uint8Array[]
    /** Problems that the end of the answer cannot tell. */
    readonly untold: TableStream['lateProblems']
  },
): AsyncGenerator<Uint8Array> {
  yield* rest.head
  // What was written leaves when the event loop turns, and rows may come without a turn of it.
  await nextTurn()
  for (;;) {
    const next = await rest.source.next()
    if (next.done === true) break
    yield encodeBatch(exchange, rest.encoder, next.value)
  }
  const [problem] = rest.untold?.() ?? []
  if (problem !== undefined) throw new Error(problem)
  yield rest.encoder.end()
}

function encodeBatch(exchange: Exchange, encoder: TableEncoder, batch: Table): Uint8Array {
  exchange.rows += batch.length
  return batch.length === 0 ? NO_BYTES : encoder.rows(batch)
}

function sendWhole(
  reply: FastifyReply,
  exchange: Exchange,
  { pieces, facts }: { readonly pieces: readonly Uint8Array[]; readonly facts: TableFacts },
): void {
  if (reply.sent) return
  markTruncated(reply, facts)
  sendPieces(reply, exchange, pieces)
}

function markTruncated(reply: FastifyReply, facts: TableFacts): void {
  if (facts.isTruncated !== true) return
  reply.headers(truncationHeaders(facts))
}

/** What a limit left out, with the number of rows when it is known. */
function truncationHeaders({ isTruncated, truncatedCount }: TableFacts): Record<string, string> {
  const isCounted = isTruncated === true && truncatedCount !== undefined
  return {
    'X-Fink-Truncated': String(isTruncated === true),
    ...(isCounted && { 'X-Fink-Truncated-Count': String(truncatedCount) }),
  }
}

/** What was found missing before the answer began to leave. */
function markPartial(reply: FastifyReply, lateProblems: TableStream['lateProblems']): void {
  const problems = lateProblems?.() ?? []
  if (problems.length === 0) return
  const before = reply.getHeader('x-fink-partial')
  reply.header('x-fink-partial', [before ?? [], toNoteHeader(problems)].flat().join('; '))
}

/** What the end of a stream can add: rows or parts left out, when it was not known before. */
function announceTrailer(
  reply: FastifyReply,
  { request }: Exchange,
  { facts, lateProblems }: Pick<Batched, 'facts' | 'lateProblems'>,
): (() => Readonly<Record<string, string>>) | undefined {
  const canTrail = request.httpVersionMinor >= 1 && request.method !== 'HEAD'
  const mayTruncate = facts.isTruncated !== true
  if (!canTrail || !(mayTruncate || lateProblems)) return undefined
  const names = mayTruncate ? ['X-Fink-Truncated', 'X-Fink-Truncated-Count'] : []
  if (lateProblems !== undefined) names.push('X-Fink-Partial')
  reply.header('trailer', names.join(', '))
  return () => {
    const problems = lateProblems?.() ?? []
    return {
      ...(mayTruncate && truncationHeaders(facts)),
      ...(problems.length > 0 && { 'X-Fink-Partial': toNoteHeader(problems) }),
    }
  }
}

async function* toAsync(batches: Iterable<Table>): AsyncGenerator<Table> {
  yield* batches
}
