/**
 * The log: one JSON line an event (pino). Every line about a request carries its id, which is also
 * in the answer. Headers, bodies and credentials are never logged.
 */
import { type DestinationStream, destination, type Logger, pino } from 'pino'
import type { Exchange } from './exchange/exchange.js'
import { escapeText } from './quoted-text.js'

/** Names of the log levels, most talkative first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Least important level that is written. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Lines are written together from this length on: a write of its own costs more than the line. */
const TOGETHER_BYTES = 3 * 1024
/** Longest write, of whole lines: what a pipe takes in one piece, so that processes may share one. */
const MAX_WRITE_BYTES = 4096
/** A line waits no longer for others. */
const MAX_WAIT_MS = 250
/** Most bytes that wait when nobody reads the log; lines beyond are dropped. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/** Opens a log on standard output, where lines may come a quarter of a second late, or on `stream`. */
export function openLog(level: LogLevel, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: isoClock(),
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, stream ?? openOutput())
}

function openOutput(): DestinationStream {
  return destination({
    dest: 1,
    sync: false,
    minLength: TOGETHER_BYTES,
    maxWrite: MAX_WRITE_BYTES,
    periodicFlush: MAX_WAIT_MS,
    maxLength: MAX_WAITING_BYTES,
  })
}

/** The member `time` of lines, in UTC to the millisecond; all but these change once a second. */
function isoClock(): () => string {
  let second = Number.NaN
  let text = ''
  return () => {
    const nowMs = Date.now()
    const now = Math.floor(nowMs / 1000)
    if (now !== second) {
      second = now
      text = new Date(now * 1000).toISOString().slice(0, -4)
    }
    return `,"time":"${text}${String(nowMs % 1000).padStart(3, '0')}Z"`
  }
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
