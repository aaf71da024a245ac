/**
 * Asks questions and judges the answers: the same as before the faults, an error of a declared kind
 * that a fault explains, or something that must not be.
 */
import { createHash } from 'node:crypto'
import { Agent, type IncomingMessage, request } from 'node:http'
import { ERROR_CODES } from '../../src/api/http-errors.js'
import type { Question } from './questions.js'

/** What an answer is known by; `text` is that of an error. */
export interface Seen {
  readonly status: number
  readonly mediaType: string
  readonly digest: string
  /** Of an error of the service. */
  readonly code: string | undefined
  /** It says that something is missing. */
  readonly isPartial: boolean
  readonly text: string
}

/** Longest time that an answer may take, faults included. */
const TIMEOUT_MS = 30_000
/** Error texts kept for the report. */
const SHOWN = 300

/** Connections to one service. */
export class Witness {
  readonly #url: string
  #agent = new Agent({ keepAlive: true })

  constructor(url: string) {
    this.#url = url
  }

  /** The answer; throws what the connection says. */
  ask({ method, path, headers, payload }: Question): Promise<Seen> {
    return new Promise((resolve, reject) => {
      const url = new URL(this.#url)
      const target = { host: url.hostname, port: url.port, path, method, agent: this.#agent }
      const options = { ...target, headers: { ...headers }, timeout: TIMEOUT_MS }
      const asked = request(options, answer => {
        readAll(answer).then(bytes => resolve(toSeen(answer, bytes)), reject)
      })
      asked.on('error', reject)
      asked.on('timeout', () => asked.destroy(new Error('no answer')))
      asked.end(payload)
    })
  }

  /** Closes all connections; others are opened when something is asked. */
  hangUp(): void {
    this.#agent.destroy()
    this.#agent = new Agent({ keepAlive: true })
  }
}

/** True when both are the same answer. */
export function isSame(a: Seen, b: Seen): boolean {
  return a.status === b.status && a.mediaType === b.mediaType && a.digest === b.digest
}

/** True for errors that are in the catalogue with this status. */
export function isDeclared({ status, code }: Seen): boolean {
  return ERROR_CODES.some(known => known.code === code && known.statuses.includes(status))
}

async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of answer) pieces.push(piece as Buffer)
  if (!answer.complete) throw Object.assign(new Error('cut off'), { code: 'ECONNRESET' })
  return Buffer.concat(pieces)
}

function toSeen(answer: IncomingMessage, bytes: Buffer): Seen {
  const status = answer.statusCode ?? 0
  const mediaType = answer.headers['content-type'] ?? ''
  const { body, code } = status < 400 ? { body: bytes, code: undefined } : withoutRequest(bytes)
  return {
    status,
    mediaType,
    digest: createHash('sha1').update(body).digest('hex'),
    code,
    isPartial: answer.headers['x-fink-partial'] !== undefined,
    text: `${status} ${mediaType} ${bytes.toString('latin1', 0, SHOWN)}`,
  }
}

/** An error carries the id of its request, which is another one each time. */
function withoutRequest(bytes: Buffer): { body: string; code: string | undefined } {
  const text = bytes.toString()
  try {
    const { code, request: id } = JSON.parse(text) as { code?: string; request?: string }
    return { body: id === undefined ? text : text.replaceAll(id, ''), code }
  } catch {
    // Errors that are no JSON are not of a declared kind, and shown as they are.
    return { body: text, code: undefined }
  }
}
