/** Reading JSON answers strictly: each step names what it expected and did not find. */
import type { RemoteReply } from './exchange.js'

/** A JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>

/**
 * The object that an answer holds.
 *
 * @throws SyntaxError when it is not JSON, TypeError when it is another value
 */
export function decodeJsonObject({ body }: RemoteReply): JsonRecord {
  const value: unknown = JSON.parse(body.toString())
  return requireRecord(value, 'the answer')
}

/** @throws TypeError unless the value is an object */
export function requireRecord(value: unknown, what: string): JsonRecord {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonRecord
  }
  throw new TypeError(`expected ${what} to be an object`)
}

/** @throws TypeError unless the member is a list of objects */
export function requireRecords(record: JsonRecord, name: string): readonly JsonRecord[] {
  const list = record[name]
  if (!Array.isArray(list)) throw new TypeError(`expected a list "${name}"`)
  return list.map(item => requireRecord(item, `each of "${name}"`))
}

/** @throws TypeError unless the member is a text that is not empty */
export function requireText(record: JsonRecord, name: string): string {
  const text = record[name]
  if (typeof text === 'string' && text !== '') return text
  throw new TypeError(`expected a text "${name}"`)
}
