/**
 * Load at a rate of its own, whatever the server does, in a process of its own: requests leave at
 * random times (Poisson) over as many connections as it takes. A client as light as can be, since
 * it may share the cores of the server: of answers it reads the status and where they end, for
 * bodies without line ends of their own.
 *
 * The load stands on standard input: {"urls":[...],"rate":1000,"seconds":10,"skipSeconds":2}
 */
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { seededRandom } from '../../src/simulate/random.js'

/** What to offer. */
export interface OpenLoad {
  readonly urls: readonly string[]
  /** Requests per second. */
  readonly rate: number
  readonly seconds: number
  /** Requests sent in the first seconds are told apart. */
  readonly skipSeconds?: number
}

/** Times of some answers, from the sending of the request to the last byte. */
export interface AnswerTimes {
  readonly count: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** What a load saw. */
export interface OpenLoadResult {
  readonly sent: number
  /** By status: all but the first seconds, and the first seconds. */
  readonly answers: Readonly<Record<string, AnswerTimes>>
  readonly firstAnswers: Readonly<Record<string, AnswerTimes>>
  /** Connections that ended without an answer, and requests there was no connection for. */
  readonly lost: number
  readonly unsent: number
  /** By how much requests left late: the client's own want of processor time. */
  readonly lateP99Ms: number
  readonly connections: number
}

const MAX_CONNECTIONS = 4000
/** Time for the last answers. */
const LAST_ANSWERS_MS = 10_000
const CRLF2 = Buffer.from('\r\n\r\n')
/** The last chunk of a body in chunks; trailers and an empty line follow. */
const LAST_CHUNK = Buffer.from('\r\n0\r\n')
/** Trailers are shorter than this. */
const TAIL_BYTES = 1024

interface Tally {
  readonly times: Map<number, number[]>
  readonly firstTimes: Map<number, number[]>
  readonly late: number[]
  sent: number
  lost: number
  unsent: number
  connections: number
  open: number
}

async function run({ urls, rate, seconds, skipSeconds = 0 }: OpenLoad): Promise<OpenLoadResult> {
  const requests = urls.map(toRequest)
  const tally: Tally = {
    times: new Map(),
    firstTimes: new Map(),
    late: [],
    sent: 0,
    lost: 0,
    unsent: 0,
    connections: 0,
    open: 0,
  }
  const { hostname, port } = new URL(urls[0]!)
  const client = openClient({ host: hostname, port: Number(port) }, tally)
  const random = seededRandom(1).next
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  let dueMs = startMs
  await new Promise<void>(resolve => {
    const send = (): void => {
      const nowMs = performance.now()
      for (; dueMs <= nowMs && dueMs < endMs; dueMs -= (Math.log(1 - random()) * 1000) / rate) {
        tally.late.push(nowMs - dueMs)
        const isFirst = dueMs - startMs < skipSeconds * 1000
        client.send(requests[Math.floor(random() * requests.length)]!, isFirst)
      }
      if (dueMs < endMs) setTimeout(send, 1)
      else resolve()
    }
    send()
  })
  await client.end()
  const { sent, lost, unsent, connections, late } = tally
  return {
    sent,
    answers: toAnswers(tally.times),
    firstAnswers: toAnswers(tally.firstTimes),
    lost,
    unsent,
    lateP99Ms: toTimes(late).p99Ms,
    connections,
  }
}

function openClient(address: { readonly host: string; readonly port: number }, tally: Tally) {
  const idle: Exchange[] = []
  const open = new Set<Socket>()
  const connectNew = (): Exchange => {
    tally.connections++
    const socket = connect({ ...address, noDelay: true })
    open.add(socket)
    const exchange = new Exchange(socket, (status, ms, isFirst) => {
      tally.open--
      const times = isFirst ? tally.firstTimes : tally.times
      const list = times.get(status) ?? []
      list.push(ms)
      times.set(status, list)
      idle.push(exchange)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      open.delete(socket)
      const at = idle.indexOf(exchange)
      if (at >= 0) idle.splice(at, 1)
      if (!exchange.isWaiting) return
      tally.open--
      tally.lost++
    })
    return exchange
  }
  return {
    send(request: Buffer, isFirst: boolean): void {
      if (idle.length === 0 && open.size >= MAX_CONNECTIONS) {
        tally.unsent++
        return
      }
      tally.sent++
      tally.open++
      const exchange = idle.pop() ?? connectNew()
      exchange.send(request, isFirst)
    },
    async end(): Promise<void> {
      const lastMs = performance.now() + LAST_ANSWERS_MS
      while (tally.open > 0 && performance.now() < lastMs) {
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      tally.lost += tally.open
      for (const socket of open) socket.destroy()
    },
  }
}

/** A connection and the request that is under way on it. */
class Exchange {
  readonly #socket: Socket
  #head: Buffer | undefined
  #status = 0
  /** Of a body whose length is known. */
  #leftBytes = 0
  /** The last bytes of a body in chunks. */
  #tail: Buffer | undefined
  #startMs = 0
  #isFirst = false
  isWaiting = false

  constructor(socket: Socket, onAnswer: (status: number, ms: number, isFirst: boolean) => void) {
    this.#socket = socket
    socket.on('data', chunk => {
      if (!this.#take(chunk)) return
      this.isWaiting = false
      onAnswer(this.#status, performance.now() - this.#startMs, this.#isFirst)
    })
  }

  send(request: Buffer, isFirst: boolean): void {
    this.isWaiting = true
    this.#isFirst = isFirst
    this.#head = Buffer.alloc(0)
    this.#startMs = performance.now()
    this.#socket.write(request)
  }

  /** True when the answer is complete. */
  #take(chunk: Buffer): boolean {
    if (this.#head === undefined) return this.#takeBody(chunk)
    const head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
    const end = head.indexOf(CRLF2)
    if (end < 0) {
      this.#head = head
      return false
    }
    const lines = head.toString('latin1', 0, end)
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(lines) ?? []
    this.#status = Number(lines.slice(9, 12))
    this.#leftBytes = Number(length ?? 0)
    this.#tail = length === undefined ? Buffer.alloc(0) : undefined
    this.#head = undefined
    return this.#takeBody(head.subarray(end + 2 * (length === undefined ? 1 : 2)))
  }

  #takeBody(bytes: Buffer): boolean {
    if (this.#tail === undefined) {
      this.#leftBytes -= bytes.length
      return this.#leftBytes <= 0
    }
    const tail = Buffer.concat([this.#tail, bytes.subarray(-TAIL_BYTES)])
    this.#tail = Buffer.from(tail.subarray(-TAIL_BYTES))
    return this.#tail.subarray(-4).equals(CRLF2) && this.#tail.includes(LAST_CHUNK)
  }
}

function toRequest(address: string): Buffer {
  const { host, pathname, search } = new URL(address)
  return Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
}

function toAnswers(times: ReadonlyMap<number, readonly number[]>): Record<string, AnswerTimes> {
  return Object.fromEntries([...times].map(([status, list]) => [String(status), toTimes(list)]))
}

function toTimes(list: readonly number[]): AnswerTimes {
  const times = [...list].sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? Number.NaN
  return { count: times.length, medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

const given = JSON.parse(await text(process.stdin)) as OpenLoad
process.stdout.write(`${JSON.stringify(await run(given))}\n`)
process.exit(0)
