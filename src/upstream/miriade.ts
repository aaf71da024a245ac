/**
 * Miriade (IMCCE): ephemerides of Solar System objects at given times, with the quantities that
 * photometry needs, by the service `ephemcc`.
 */
import { createHash } from 'node:crypto'
import type { RemoteReply } from './exchange.js'
import { decodeJsonObject, type JsonRecord, requireRecords } from './json-reply.js'
import { openRemote, type RemoteCall, type RemoteTools } from './remote.js'

/** What to compute. */
export interface EphemerisRequest {
  readonly name: string
  readonly isComet: boolean
  /** IAU code of the observatory. */
  readonly observer: string
  /** Julian dates in UTC. */
  readonly epochsJd: readonly number[]
}

/** A value of an ephemeris. */
export type EphemerisValue = number | string | null

/**
 * Columns by their name, one value an epoch in the order of the epochs. `Phase` (degrees), `Dobs`
 * and `Dhelio` (au) are always there, as numbers.
 */
export type Ephemeris = ReadonlyMap<string, readonly EphemerisValue[]>

/** The open service. */
export interface Miriade {
  readEphemeris(request: EphemerisRequest, signal: AbortSignal): Promise<Ephemeris>
}

/** Most epochs that Miriade takes at once. */
const MAX_EPOCHS = 5000
const MIB = 1024 * 1024
const LIMITS = { maxBytes: 32 * MIB, cacheBytes: 64 * MIB }
const NEEDED = ['Phase', 'Dobs', 'Dhelio']

/** Opens Miriade at its address (`.../ephemcc.php`). */
export function openMiriade(address: string | undefined, tools?: RemoteTools): Miriade {
  const remote = openRemote<Ephemeris>({ name: 'Miriade', address, limits: LIMITS }, tools)
  return {
    async readEphemeris(request, signal) {
      const { epochsJd } = request
      const parts: Ephemeris[] = []
      for (let start = 0; start < epochsJd.length; start += MAX_EPOCHS) {
        const part = { ...request, epochsJd: epochsJd.slice(start, start + MAX_EPOCHS) }
        parts.push(await remote.ask(toCall(part), signal))
      }
      return parts.length === 1 ? parts[0]! : joinParts(parts)
    },
  }
}

function toCall({ name, isComet, observer, epochsJd }: EphemerisRequest): RemoteCall<Ephemeris> {
  const query = new URLSearchParams({
    '-name': `${isComet ? 'c' : 'a'}:${name}`,
    '-mime': 'json',
    '-rplane': '1',
    '-tcoor': '5',
    '-output': '--jd,--colors(SDSS:r,SDSS:g),--iofile(ephemcc-photom.xml)',
    '-observer': observer,
    '-tscale': 'UTC',
    '-from': 'fink',
  })
  const epochs = epochsJd.map(jd => jd.toFixed(6)).join('\n')
  const digest = createHash('sha256').update(epochs).digest('base64')
  return {
    key: `${query} ${digest}`,
    request: base => ({ url: new URL(`${base}?${query}`), method: 'POST', ...fileForm(epochs) }),
    decode: reply => decodeEphemeris(reply, epochsJd.length),
  }
}

/** A form (RFC 7578) with the file `epochs`; its content, digits and points, cannot end it. */
function fileForm(content: string) {
  const boundary = 'epochs-of-the-request'
  const head = 'Content-Disposition: form-data; name="epochs"; filename="epochs"'
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: `--${boundary}\r\n${head}\r\nContent-Type: text/plain\r\n\r\n${content}\r\n--${boundary}--\r\n`,
  }
}

function decodeEphemeris(reply: RemoteReply, count: number): Ephemeris {
  const records = requireRecords(decodeJsonObject(reply), 'data')
  if (records.length !== count) {
    throw new RangeError(`expected ${count} epochs, got ${records.length}`)
  }
  const columns = toColumns(records)
  for (const name of NEEDED) {
    const values = columns.get(name) ?? [null]
    if (!values.every(value => typeof value === 'number')) {
      throw new TypeError(`expected numbers "${name}"`)
    }
  }
  return columns
}

function toColumns(records: readonly JsonRecord[]): Map<string, EphemerisValue[]> {
  const names = new Set(records.flatMap(record => Object.keys(record)))
  return new Map(
    [...names].map(name => [name, records.map(record => readValue(record[name], name))]),
  )
}

function readValue(value: unknown, name: string): EphemerisValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`expected numbers or texts "${name}"`)
}

function joinParts(parts: readonly Ephemeris[]): Ephemeris {
  const names = new Set(parts.flatMap(part => [...part.keys()]))
  return new Map(
    [...names].map(name => [
      name,
      parts.flatMap(part => part.get(name) ?? new Array(part.get('Phase')!.length).fill(null)),
    ]),
  )
}
