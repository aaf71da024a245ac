/** From what a handler returned to what is sent: headers beside the answer, then its kind. */
import type { FastifyReply } from 'fastify'
import type { TableFormat } from '../../formats/table.js'
import type { Answer, AnswerNotes, TableAnswer } from '../declarations/answer.js'
import type { Endpoint } from '../declarations/route.js'
import type { Exchange } from '../exchange/exchange.js'
import { toHeaderText } from '../quoted-text.js'
import { sendBytes } from './bytes-answer.js'
import { toNoteHeader } from './note-header.js'
import { sendTable } from './table-answer.js'

/** An answer and what decides how it is written. */
export interface Outcome {
  readonly answer: Answer
  readonly endpoint: Endpoint
  /** Value of `output-format` if the client gave one. */
  readonly format: string | undefined
}

/** Sends the answer of a handler. Throws only while nothing has been sent. */
export async function sendAnswer(
  reply: FastifyReply,
  exchange: Exchange,
  { answer, endpoint, format }: Outcome,
): Promise<void> {
  setNotes(reply, answer)
  switch (answer.kind) {
    case 'table': {
      const tableFormat = pickFormat(endpoint, answer, format)
      return sendTable(reply, exchange, { content: answer, format: tableFormat })
    }
    case 'bytes':
      return sendBytes(reply, exchange, answer)
    case 'json':
      sendText(reply, exchange, {
        text: JSON.stringify(answer.value),
        mediaType: 'application/json',
      })
      return
    case 'text':
      sendText(reply, exchange, {
        text: answer.text,
        mediaType: answer.mediaType ?? 'text/plain; charset=utf-8',
      })
  }
}

/** Sends a text as it is. */
export function sendText(
  reply: FastifyReply,
  exchange: Exchange,
  { text, mediaType }: { readonly text: string; readonly mediaType: string },
): void {
  const body = Buffer.from(text)
  exchange.bytes = body.length
  reply.type(mediaType).send(body)
}

function setNotes(reply: FastifyReply, { headers, partial, isCreated }: AnswerNotes): void {
  if (isCreated === true) reply.code(201)
  for (const [name, value] of Object.entries(headers ?? {})) reply.header(name, toHeaderText(value))
  if (partial !== undefined && partial.length > 0) {
    reply.header('x-fink-partial', toNoteHeader(partial))
  }
}

function pickFormat(
  { tableFormats, name }: Endpoint,
  answer: TableAnswer,
  requested: string | undefined,
): TableFormat {
  const wanted = requested ?? answer.format ?? tableFormats[0]?.name
  const found = tableFormats.find(format => format.name === wanted)
  if (found === undefined) throw new TypeError(`Route "${name}" has no table format "${wanted}"`)
  return found
}
