/** What was seen during the soak, and whether it can be explained. */
import type { Fault } from './faults.js'
import { isDeclared, isSame, type Seen } from './witness.js'

/** Findings that are shown. */
const SHOWN = 10
/** A killed worker takes its connections along within this time. */
const RESET_MS = 2_000

interface Span {
  readonly fault: Fault
  readonly startMs: number
  endMs: number
}

/** When a question was asked and answered, and what it was. */
export interface Asked {
  readonly title: string
  readonly startMs: number
  readonly endMs: number
}

/** Counts and findings. */
export class Tally {
  same = 0
  /** Errors that a fault explains, and answers that say that something is missing, by kind. */
  readonly explained = new Map<string, number>()
  readonly wrong: string[] = []
  readonly unexplained: string[] = []
  readonly #spans: Span[] = []
  readonly #killsMs: number[] = []

  /** Number of workers that were killed. */
  get kills(): number {
    return this.#killsMs.length
  }

  /** A fault begins; the call of what is returned ends it. */
  begin(fault: Fault): () => void {
    const span = { fault, startMs: performance.now(), endMs: Number.POSITIVE_INFINITY }
    this.#spans.push(span)
    return () => {
      span.endMs = performance.now() + fault.lingersMs
    }
  }

  /** A worker is killed now. */
  kill(): void {
    this.#killsMs.push(performance.now())
  }

  /** Judges an answer by the one before the faults. */
  judge(asked: Asked, expected: Seen, seen: Seen): void {
    if (isSame(expected, seen)) this.same++
    else if (seen.isPartial) this.#explain(asked, 'partial', seen.text)
    else if (seen.status >= 500 || seen.status === 429) {
      if (isDeclared(seen)) this.#explain(asked, seen.code ?? '', seen.text)
      else add(this.unexplained, `${asked.title}: not declared: ${seen.text}`)
    } else add(this.wrong, `${asked.title}: ${seen.text} in place of ${expected.text}`)
  }

  /** Judges a connection that ended without an answer. */
  lose({ title, startMs, endMs }: Asked, reason: string): void {
    const isReset = /ECONNRESET|EPIPE|socket hang up/.test(reason)
    const isKilled = this.#killsMs.some(ms => startMs < ms + RESET_MS && endMs > ms)
    if (isReset && isKilled && endMs - startMs < RESET_MS + 10_000) count(this.explained, 'reset')
    else add(this.unexplained, `${title}: ${reason}`)
  }

  #explain({ title, startMs, endMs }: Asked, kind: string, text: string): void {
    const span = this.#spans.find(
      ({ fault, ...span }) =>
        fault.explains.includes(kind) && span.startMs < endMs && span.endMs > startMs,
    )
    if (span === undefined) add(this.unexplained, `${title}: ${text}`)
    else count(this.explained, kind)
  }
}

function count(counts: Map<string, number>, kind: string): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
}

function add(findings: string[], finding: string): void {
  findings.push(findings.length < SHOWN ? finding : '')
}
