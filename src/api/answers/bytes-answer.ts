/**
 * Ready bytes as answers: files and images, with the conditional requests of RFC 9110 section 13
 * (`If-None-Match`) and the file names of RFC 6266.
 */
import type { FastifyReply } from 'fastify'
import type { BytesAnswer } from '../declarations/answer.js'
import type { Exchange } from '../exchange/exchange.js'
import { toHeaderText } from '../quoted-text.js'
import { streamBody } from './stream-answer.js'

/** Sends bytes, or 304 without any when the client already has them. */
export async function sendBytes(
  reply: FastifyReply,
  exchange: Exchange,
  answer: BytesAnswer,
): Promise<void> {
  const { bytes, cacheControl, fileName, length } = answer
  if (cacheControl !== undefined) reply.header('cache-control', cacheControl)
  if (answer.etag !== undefined) {
    const etag = `"${toHeaderText(answer.etag).replaceAll('"', "'")}"`
    reply.header('etag', etag)
    if (hasClientCopy(exchange, etag)) {
      reply.code(304).send()
      return
    }
  }
  reply.type(answer.mediaType)
  if (fileName !== undefined) reply.header('content-disposition', toDisposition(fileName))
  if (bytes instanceof Uint8Array) {
    exchange.bytes = bytes.length
    reply.send(bytes)
    return
  }
  if (length !== undefined) reply.header('content-length', String(length))
  await streamBody(reply, exchange, { pieces: bytes })
}

function hasClientCopy({ request }: Exchange, etag: string): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const held = request.headers['if-none-match']
  if (held === undefined) return false
  return held.split(',').some(tag => {
    const name = tag.trim().replace(/^W\//, '')
    return name === '*' || name === etag
  })
}

/** `attachment` with a plain name for old clients and, if it differs, the exact one. */
function toDisposition(fileName: string): string {
  const plain = fileName.replace(/[^\w.+-]/g, '_').slice(0, 200)
  if (plain === fileName) return `attachment; filename="${plain}"`
  const wellFormed = fileName.slice(0, 200).replace(/\p{Surrogate}/gu, '_')
  const exact = encodeURIComponent(wellFormed).replace(
    /['()*]/g,
    c => `%${c.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
