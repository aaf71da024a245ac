/**
 * Tables as answers: the encoder of the format writes them, a short answer leaves as one buffer
 * with its length, a long one as a stream that starts as soon as there is something to say.
 */
import type { FastifyReply } from 'fastify'
import type { Table, TableEncoder, TableFacts, TableFormat } from '../../formats/table.js'
import type { TableAnswer } from '../answer.js'
import type { Exchange } from '../exchange.js'
import { sendPieces, streamBody } from './stream-answer.js'
import { batchRows, toBatches } from './table-batches.js'

/** Body bytes from which on an answer is streamed, unless its end is already known. */
const STREAM_BYTES = 64 * 1024

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

interface Batched {
  readonly encoder: TableEncoder
  readonly facts: TableFacts
  readonly batches: AsyncIterable<Table>
}

async function sendBatches(
  reply: FastifyReply,
  exchange: Exchange,
  { encoder, facts, batches }: Batched,
): Promise<void> {
  const source = batches[Symbol.asyncIterator]()
  const head = [encoder.begin()]
  let bytes = head[0]!.length
  try {
    while (bytes < STREAM_BYTES) {
      const next = await source.next()
      if (next.done === true) {
        sendWhole(reply, exchange, { pieces: [...head, encoder.end()], facts })
        return
      }
      const piece = encodeBatch(exchange, encoder, next.value)
      head.push(piece)
      bytes += piece.length
    }
    if (reply.sent) return
    markTruncated(reply, facts)
    const trailers = announceTrailer(reply, exchange, facts)
    const pieces = encodeRest(exchange, { encoder, source, head })
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
  },
): AsyncGenerator<Uint8Array> {
  yield* rest.head
  for (;;) {
    const next = await rest.source.next()
    if (next.done === true) break
    yield encodeBatch(exchange, rest.encoder, next.value)
  }
  yield rest.encoder.end()
}

function encodeBatch(exchange: Exchange, encoder: TableEncoder, batch: Table): Uint8Array {
  exchange.rows += batch.length
  return encoder.rows(batch)
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
  if (facts.isTruncated === true) reply.header('x-fink-truncated', 'true')
}

/** What the end of a stream can add: whether rows were left out, when it was not known before. */
function announceTrailer(
  reply: FastifyReply,
  { request }: Exchange,
  facts: TableFacts,
): (() => Readonly<Record<string, string>>) | undefined {
  const canTrail = request.httpVersionMinor >= 1 && request.method !== 'HEAD'
  if (!canTrail || facts.isTruncated === true) return undefined
  reply.header('trailer', 'X-Fink-Truncated')
  return () => ({ 'X-Fink-Truncated': String(facts.isTruncated === true) })
}

async function* toAsync(batches: Iterable<Table>): AsyncGenerator<Table> {
  yield* batches
}
