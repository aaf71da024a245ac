/**
 * Traces as the rest of the service sees them: a record of each request, and below it of what was
 * read from the store, the lake and remote services for it. Without tracing there is no object of
 * this kind, and nothing is made, measured or loaded.
 */
import type { TraceExchange } from '../api/exchange/exchange-trace.js'

/** What is known about a piece of work, by names of the OpenTelemetry conventions where they have one. */
export type TraceFacts = Readonly<Record<string, string | number | boolean>>

/** A piece of work under way. */
export interface WorkTrace {
  add(facts: TraceFacts): void
  /** @param error what ended the work, when it failed */
  end(error?: unknown): void
}

/** Records requests. */
export interface Tracing {
  readonly traceExchange: TraceExchange
  /**
   * Begins a piece of work for the request that the caller answers.
   *
   * @param options `isRemote` when another service does it
   * @returns undefined when no request is being recorded, or its record is full
   */
  begin(
    name: string,
    facts: TraceFacts,
    options?: { readonly isRemote: boolean },
  ): WorkTrace | undefined
  /** Sends what is left, for a limited time; never throws. */
  close(): Promise<void>
}

/** Does a piece of work and records it, when a request is being recorded. */
export async function traceWork<T>(
  trace: WorkTrace | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work()
    trace?.end()
    return result
  } catch (error) {
    trace?.end(error)
    throw error
  }
}
