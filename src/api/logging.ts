/**
 * The log: one JSON line an event (pino). Every line about a request carries its id, which is also
 * in the answer. Headers, bodies and credentials are never logged.
 */
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Exchange } from './exchange.js'
import { escapeText } from './quoted-text.js'

/** Names of the log levels, most talkative first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Least important level that is written. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Opens a log on standard output, or on `stream`. */
export function openLog(level: LogLevel, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return stream === undefined ? pino(options) : pino(options, stream)
}

/** Writes the one line that each finished exchange leaves, at level `info`. */
export function logExchange(log: Logger, exchange: Exchange): void {
  if (!log.isLevelEnabled('info')) return
  log.info(
    {
      request: exchange.requestId,
      method: exchange.request.method,
      url: escapeText(exchange.request.url ?? ''),
      status: exchange.response.statusCode,
      ms: Math.round(exchange.elapsedMs * 10) / 10,
      bytes: exchange.sentBytes,
      ...(exchange.rows > 0 && { rows: exchange.rows }),
      ...(!exchange.isComplete && { isComplete: false }),
    },
    'answered',
  )
}
