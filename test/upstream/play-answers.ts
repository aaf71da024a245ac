/** Well-formed answers of the remote services, made up for tests. */
import { escapeXml } from '../../src/formats/xml-text.js'
import type { PlayAnswer, PlayRequest, Script } from './play-server.js'

/** Members of a Sesame entry in order, as XML. */
export type SesameMembers = Readonly<Record<string, string>>

/** Sesame, knowing one name. */
export function playSesame(name: string, members: SesameMembers): Script {
  return ({ rawQuery }) => {
    const isKnown = decodeURIComponent(rawQuery) === name
    const children = Object.entries(members).map(([tag, text]) => `<${tag}>${text}</${tag}>`)
    const found = `<Resolver name="S=Simbad (CDS)">${children.join('')}</Resolver>`
    return {
      body: `<?xml version="1.0" encoding="UTF-8" ?>
<Sesame><Target option="S"><name>${escapeXml(name)}</name>
${isKnown ? found : '<INFO>*** Nothing found ***</INFO>'}
</Target></Sesame>`,
    }
  }
}

/** An object for `playQuaero`. */
export interface PlayObject {
  readonly name: string
  readonly number?: number
  readonly aliases?: readonly string[]
}

/** Quaero, finding the objects whose name, number or alias is asked for. */
export function playQuaero(objects: readonly PlayObject[]): Script {
  return ({ params }) => {
    const q = params.get('q') ?? ''
    const wanted = (/"([^"]*)"~0$/.exec(q)?.[1] ?? q).toLowerCase()
    const data = objects
      .map(toQuaeroRecord)
      .filter(({ name, aliases }) =>
        [name, ...aliases].some(other => other.toLowerCase().startsWith(wanted)),
      )
    return { body: JSON.stringify({ total: data.length, data }) }
  }
}

function toQuaeroRecord({ name, number, aliases = [] }: PlayObject) {
  const numbers = number === undefined ? [] : [String(number)]
  return {
    id: name.replaceAll(' ', '_'),
    type: 'Asteroid',
    name,
    aliases: [...numbers, ...aliases],
  }
}

/** Miriade, computing from each epoch; it knows no object of the names in `unknown`. */
export function playMiriade(unknown: readonly string[] = []): Script {
  return request => {
    const name = request.params.get('-name')?.slice(2) ?? ''
    if (unknown.includes(name)) return { body: JSON.stringify({ flag: -1 }) }
    const data = epochsOf(request).map(playedEphemeris)
    return { body: JSON.stringify({ sso: { name }, data }) }
  }
}

/** Epochs of a request to Miriade. */
export function epochsOf({ body }: PlayRequest): number[] {
  return [...body.matchAll(/^\d{7}\.\d{6}\r?$/gm)].map(match => Number(match[0]))
}

/** What `playMiriade` says about an epoch. */
export function playedEphemeris(jd: number) {
  const angle = jd * 0.4
  return {
    Date: new Date((jd - 2_440_587.5) * 86_400_000).toISOString(),
    LightTime: 0.01,
    Phase: 12 + 8 * Math.sin(angle),
    'Elong.': 120,
    RA: 100.5,
    DEC: -3.25,
    Dobs: 1.7 + 0.1 * Math.cos(angle),
    Dhelio: 2.5,
    'SDSS:g': 18.1,
    'SDSS:r': 17.6,
  }
}

/** The resolver of SsODNet, knowing these names. */
export function playSsodnet(
  objects: Readonly<Record<string, { readonly name: string; readonly aliases: string }>>,
): Script {
  return ({ params }): PlayAnswer => {
    const name = (params.get('-name') ?? '').replace('EQUAL:', '')
    const found = Object.hasOwn(objects, name) ? [objects[name]] : []
    return { body: JSON.stringify({ data: found }) }
  }
}
