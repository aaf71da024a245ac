/**
 * SIMBAD by name, through the name resolver Sesame of the CDS: what it knows about the object that
 * a name stands for, as its XML answer has it.
 */
import { openRemote, type RemoteTools } from './remote.js'
import { parseXml, type XmlElement } from './xml.js'

/** What one catalogue says: members by their name, null where the answer has a structure. */
export type SesameEntry = ReadonlyMap<string, string | number | null>

/** The open service. */
export interface Sesame {
  /** Entries for a name; none when SIMBAD does not know it. */
  find(name: string, signal: AbortSignal): Promise<readonly SesameEntry[]>
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Opens Sesame at its address (`.../nph-sesame`). */
export function openSesame(address: string | undefined, tools?: RemoteTools): Sesame {
  const remote = openRemote<readonly SesameEntry[]>({ name: 'SIMBAD (Sesame)', address }, tools)
  return {
    find: (name, signal) =>
      remote.ask(
        {
          key: name,
          request: base => ({ url: new URL(`${base}/-oxp/~S?${encodeURIComponent(name)}`) }),
          decode: ({ body }) => decodeSesame(body.toString()),
        },
        signal,
      ),
  }
}

/**
 * Entries of an answer.
 *
 * @throws SyntaxError when it is not an answer of Sesame
 */
export function decodeSesame(text: string): SesameEntry[] {
  const root = parseXml(text)
  if (root.name !== 'Sesame') throw new SyntaxError(`expected <Sesame>, got <${root.name}>`)
  return childrenOf(root, 'Target').flatMap(target => childrenOf(target, 'Resolver').map(toEntry))
}

function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(child => child.name === name)
}

function toEntry({ attributes, children }: XmlElement): SesameEntry {
  const entry = new Map<string, string | number | null>(attributes)
  for (const child of children) {
    if (!entry.has(child.name)) entry.set(child.name, readMember(child))
  }
  return entry
}

function readMember({ children, text }: XmlElement): string | number | null {
  if (children.length > 0) return null
  const trimmed = text.trim()
  return NUMBER.test(trimmed) ? Number(trimmed) : trimmed
}
