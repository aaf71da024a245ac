/** How the server lets somebody record its requests; who does so stands elsewhere. */
import type { Exchange } from './exchange.js'

/** The record of one request. */
export interface ExchangeTrace {
  /** Does the work such that what it reads is recorded under this request. */
  run<T>(work: () => T): T
  /** The answer is sent, or nobody waits for it any more. Called once. */
  end(exchange: Exchange): void
}

/** Begins the record of a request of a route, whose labels are known. */
export type TraceExchange = (exchange: Exchange) => ExchangeTrace
