/**
 * A service at an address, as the acceptance asks it: over HTTP, with a time limit for every
 * request, waiting its turn when the service says that it was asked too much.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { CaseRequest, CaseResponse, Responder } from '../examples/examples.js'
import { NoData, Unreachable } from './outcome.js'

/** A row of a JSON answer. */
export type Row = Readonly<Record<string, unknown>>

/** Arguments by name, as JSON values. */
export type Arguments = Readonly<Record<string, string | number | boolean>>

/** An answer. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

/** How long a refused request waits for its turn, and how often. */
const MAX_PAUSE_SEC = 90
const MAX_ATTEMPTS = 5

/** See the top of the file. */
export class LiveService implements Responder {
  readonly url: string
  /** Folder of the routes. */
  readonly prefix: string
  readonly #timeoutMs: number

  constructor(url: string, options: { readonly prefix: string; readonly timeoutMs: number }) {
    this.url = url.replace(/\/+$/, '')
    this.prefix = options.prefix
    this.#timeoutMs = options.timeoutMs
  }

  /** @throws Unreachable when there is no answer at all */
  async send(path: string, init: RequestInit = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#exchange(path, init)
      if (answer.status !== 429 || attempt === MAX_ATTEMPTS) return answer
      const seconds = Number(answer.headers.get('retry-after') ?? 1)
      await wait(Math.min(seconds, MAX_PAUSE_SEC) * 1000)
    }
  }

  async #exchange(path: string, init: RequestInit): Promise<Answer> {
    try {
      const signal = AbortSignal.timeout(this.#timeoutMs)
      const response = await fetch(this.url + path, { ...init, signal, redirect: 'manual' })
      const body = Buffer.from(await response.arrayBuffer())
      return { status: response.status, headers: response.headers, body }
    } catch (cause) {
      const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause
      throw new Unreachable(`No answer from ${this.url}${path.slice(0, 200)}: ${inner}`, { cause })
    }
  }

  async inject({ method, url, headers, payload }: CaseRequest): Promise<CaseResponse> {
    const answer = await this.send(url, {
      method,
      ...(headers !== undefined && { headers }),
      ...(payload !== undefined && { body: payload }),
    })
    return {
      statusCode: answer.status,
      headers: Object.fromEntries(answer.headers),
      payload: answer.body.toString(),
    }
  }

  /** Asks a route by POST, or by GET. */
  ask(route: string, args: Arguments, method: 'GET' | 'POST' = 'POST'): Promise<Answer> {
    const path = `${this.prefix}/${route}`
    if (method === 'GET') {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(args)) query.set(name, String(value))
      return this.send(`${path}?${query}`)
    }
    const headers = { 'content-type': 'application/json' }
    return this.send(path, { method, headers, body: JSON.stringify(args) })
  }

  /**
   * An answer that must be a success.
   *
   * @throws NoData when the named thing is not there, or a remote service fails
   */
  async answer(route: string, args: Arguments, method?: 'GET' | 'POST'): Promise<Answer> {
    const answer = await this.ask(route, args, method)
    if (answer.status === 200) return answer
    throw toFault(answer.status, answer.body.toString())
  }

  /** Rows of a table route, as JSON. Also throws what `answer` throws. */
  async rows(route: string, args: Arguments, method?: 'GET' | 'POST'): Promise<readonly Row[]> {
    const { body } = await this.answer(route, args, method)
    const rows: unknown = JSON.parse(keepDigits(body.toString()))
    if (!Array.isArray(rows)) throw new TypeError(`Expected rows, got ${body.subarray(0, 100)}`)
    return rows as Row[]
  }

  /** The same, when there is at least one. @throws NoData otherwise */
  async someRows(route: string, args: Arguments, method?: 'GET' | 'POST'): Promise<readonly Row[]> {
    const rows = await this.rows(route, args, method)
    if (rows.length === 0) throw new NoData(`no rows of ${route} for ${JSON.stringify(args)}`)
    return rows
  }
}

/** Makes texts of integers that a number cannot hold, such as ids of alerts. */
function keepDigits(json: string): string {
  return json.replace(/(":)(-?\d{16,})(?=[,}\]])/g, '$1"$2"')
}

/** What an error answer means for the acceptance. */
export function toFault(status: number, text: string): Error {
  const isLack =
    status === 404 || /"code":"resolver_failed"/.test(text) || /no data lake/.test(text)
  const said = text.match(/"text":("(?:[^"\\]|\\.)*")/)?.[1]
  const message = `${status}: ${said === undefined ? text.slice(0, 300) : JSON.parse(said)}`
  return isLack ? new NoData(message) : new Error(message)
}
