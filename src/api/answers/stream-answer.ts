/**
 * Bodies in pieces. Ready ones leave together without being copied into one; streamed ones are
 * written as fast as the client takes them and no faster. A body that cannot be completed ends
 * with a reset connection, so that it never looks like a whole answer.
 */
import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import type { Exchange } from '../exchange/exchange.js'

/** Bytes of a ready body that are handed to the connection at once. */
const TOGETHER_BYTES = 1024 * 1024

/** A body in pieces. */
export interface Streaming {
  readonly pieces: AsyncIterable<Uint8Array>
  /** Called after the last piece; headers that only the end knows, announced as trailers. */
  readonly trailers?: (() => Readonly<Record<string, string>>) | undefined
}

/** Sends the status and headers set on the reply and a body that is complete. */
export function sendPieces(
  reply: FastifyReply,
  exchange: Exchange,
  pieces: readonly Uint8Array[],
): void {
  const response = reply.raw
  for (const piece of pieces) exchange.bytes += piece.length
  reply.header('content-length', String(exchange.bytes))
  takeOver(reply)
  const last = pieces.length - 1
  for (let i = 0; i < last; i++) {
    const piece = pieces[i]!
    if (piece.length > 0) response.write(piece, giveBack(exchange, piece))
  }
  // Sent together with the end, a body of one piece is one write less.
  const piece = pieces[last]
  if (piece === undefined) response.end()
  else response.end(piece, giveBack(exchange, piece))
}

/**
 * Sends the status and headers set on the reply, then the pieces. Errors before the first piece
 * are thrown; afterwards it returns when the body is complete, the client is gone or the source
 * failed (logged).
 */
export async function streamBody(
  reply: FastifyReply,
  exchange: Exchange,
  { pieces, trailers }: Streaming,
): Promise<void> {
  const source = pieces[Symbol.asyncIterator]()
  try {
    const first = await source.next()
    if (exchange.isAborted) return
    takeOver(reply)
    if (exchange.request.method !== 'HEAD') await pump(reply, exchange, { first, source, trailers })
    else reply.raw.end()
  } finally {
    await source.return?.()
  }
}

/**
 * As `streamBody`, for a body that is in memory and belongs to somebody else: parts of it are sent
 * together, the next ones when the client has taken them.
 */
export async function streamSlices(
  reply: FastifyReply,
  exchange: Exchange,
  slices: readonly Uint8Array[],
): Promise<void> {
  const response = reply.raw
  const { signal } = exchange
  for (const slice of slices) exchange.bytes += slice.length
  reply.header('content-length', String(exchange.bytes))
  takeOver(reply)
  if (exchange.request.method === 'HEAD') {
    response.end()
    return
  }
  await writeBody(reply, exchange, async () => {
    for (let next = 0; next < slices.length; ) {
      let size = 0
      response.cork()
      for (; next < slices.length && size < TOGETHER_BYTES; next++) {
        response.write(slices[next]!)
        size += slices[next]!.length
      }
      response.uncork()
      if (next < slices.length && response.writableNeedDrain) {
        await once(response, 'drain', { signal })
      }
      exchange.extendDeadline()
    }
  })
}

interface Pumping {
  readonly first: IteratorResult<Uint8Array>
  readonly source: AsyncIterator<Uint8Array>
  readonly trailers: Streaming['trailers']
}

async function pump(
  reply: FastifyReply,
  exchange: Exchange,
  { first, source, trailers }: Pumping,
): Promise<void> {
  const { raw: response } = reply
  const { signal } = exchange
  await writeBody(reply, exchange, async () => {
    for (let next = first; next.done !== true; next = await source.next()) {
      exchange.bytes += next.value.length
      const piece = next.value
      const isTaken = piece.length === 0 || response.write(piece, giveBack(exchange, piece))
      if (!isTaken) await once(response, 'drain', { signal })
      exchange.extendDeadline()
    }
    if (trailers !== undefined) response.addTrailers(trailers())
  })
}

/** Writes a body to its end; one that cannot be completed resets the connection. */
async function writeBody(
  reply: FastifyReply,
  exchange: Exchange,
  write: () => Promise<void>,
): Promise<void> {
  const { signal } = exchange
  // A source that does not listen to the signal must not keep the connection open.
  const stop = () => resetConnection(reply)
  signal.addEventListener('abort', stop)
  try {
    await write()
    reply.raw.end()
  } catch (err) {
    if (!exchange.isAborted) reply.log.error({ request: exchange.requestId, err }, 'broke off')
    stop()
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The memory of a piece is free again when the connection has taken it. */
function giveBack({ pool }: Exchange, piece: Uint8Array): () => void {
  return () => pool.give(piece)
}

/** Writes the status and headers set on the reply; from here on Fastify has no part in the answer. */
export function takeOver(reply: FastifyReply): void {
  reply.raw.writeHead(reply.statusCode, toRawHeaders(reply))
  reply.hijack()
}

/** The headers set so far; those of Fastify carry no undefined values. */
function toRawHeaders(reply: FastifyReply): OutgoingHttpHeaders {
  return reply.getHeaders() as OutgoingHttpHeaders
}

/** A reset, not an orderly end: clients of HTTP/1.0 know no other sign of a cut body. */
function resetConnection(reply: FastifyReply): void {
  const { socket } = reply.raw
  if (socket instanceof Socket) socket.resetAndDestroy()
  reply.raw.destroy()
}
