/**
 * Quaero, the search engine for names of Solar System objects of SsODNet (IMCCE): which object a
 * number, name or designation stands for.
 */

import { isCometKind, type SmallBodyId } from '../science/small-body.js'
import { decodeJsonObject, type JsonRecord, requireRecords, requireText } from './json-reply.js'
import { openRemote, type RemoteCall, type RemoteTools } from './remote.js'

/** An object as Quaero knows it. */
export interface QuaeroObject {
  /** Official name, or provisional designation. */
  readonly name: string
  /** IAU number of an asteroid; undefined when it has none. */
  readonly number: number | undefined
  /** Every identifier, that of Quaero and the name included. */
  readonly identifiers: readonly string[]
}

/** The open service. */
export interface Quaero {
  /** The object that is called exactly so, undefined when there is none. */
  find(id: SmallBodyId, signal: AbortSignal): Promise<QuaeroObject | undefined>
}

/** Most objects of one answer that are looked through. */
const MAX_OBJECTS = 100

/** Opens Quaero at its address (`.../quaero/1/sso`). */
export function openQuaero(address: string | undefined, tools?: RemoteTools): Quaero {
  const remote = openRemote<readonly QuaeroObject[]>({ name: 'SsODNet (quaero)', address }, tools)
  return {
    async find({ kind, text }, signal) {
      if (!isCometKind(kind)) {
        const q = `type:("Dwarf Planet" OR Asteroid) AND "${escapePhrase(text)}"~0`
        return pickExact(await remote.ask(toCall('/search', { q }), signal), text)
      }
      const type = kind === 'comet' ? { type: 'Comet' } : {}
      return pickComet(await remote.ask(toCall('', { q: text, ...type }), signal), text)
    },
  }
}

function toCall(
  path: string,
  params: Readonly<Record<string, string>>,
): RemoteCall<readonly QuaeroObject[]> {
  const query = new URLSearchParams({ ...params, from: 'fink', limit: String(MAX_OBJECTS) })
  const target = `${path}?${query}`
  return {
    key: target,
    request: base => ({ url: new URL(base + target) }),
    decode: reply => requireRecords(decodeJsonObject(reply), 'data').map(toObject),
  }
}

/** A text inside a quoted phrase of the query language (Lucene). */
function escapePhrase(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}

function toObject(record: JsonRecord): QuaeroObject {
  const { aliases = [], id } = record
  if (!Array.isArray(aliases)) throw new TypeError('expected a list "aliases"')
  const name = requireText(record, 'name')
  const identifiers = [name, id, ...aliases].filter(item => typeof item === 'string')
  const numbers = aliases.filter(isNumber).map(Number)
  const number = numbers.length === 0 ? undefined : Math.min(...numbers)
  return { name, number, identifiers: [...new Set(identifiers)] }
}

function isNumber(alias: unknown): boolean {
  return typeof alias === 'string' && /^\d{1,9}$/.test(alias)
}

function pickExact(objects: readonly QuaeroObject[], name: string): QuaeroObject | undefined {
  const lower = name.toLowerCase()
  return (
    objects.find(({ identifiers }) => identifiers.includes(name)) ??
    objects.find(({ identifiers }) => identifiers.some(other => other.toLowerCase() === lower))
  )
}

/** Names of comets go on behind the designation: `C/2017 K2 (PANSTARRS)`, `10P/Tempel 2`. */
function pickComet(
  objects: readonly QuaeroObject[],
  designation: string,
): QuaeroObject | undefined {
  const wanted = compact(designation)
  const found = objects.find(({ identifiers }) =>
    identifiers.some(other => {
      const given = compact(other)
      return given === wanted || given.startsWith(`${wanted}/`) || given.startsWith(`${wanted}(`)
    }),
  )
  return found && { ...found, number: undefined }
}

function compact(text: string): string {
  return text.replace(/\s/g, '').toLowerCase()
}
