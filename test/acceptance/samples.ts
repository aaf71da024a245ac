/**
 * Objects and classes to ask a service about: those that the criteria name when it has them, else
 * any that it has, so that a service with other data can be accepted, too.
 */
import type { LiveService, Row } from './live-service.js'
import { NoData } from './outcome.js'

/** An object with alerts. */
export interface SampleObject {
  readonly id: string
  readonly raDeg: number
  readonly decDeg: number
  /** Newest first. */
  readonly alerts: readonly Row[]
}

/** Things that a service has. Each is looked for once. */
export interface Samples {
  /** The named object, or another one. */
  object(preferred?: string): Promise<SampleObject>
  /** Ids of three objects. */
  threeIds(): Promise<readonly string[]>
  /** The named class, or another one that has alerts. */
  className(preferred: string): Promise<string>
}

/** Objects that the criteria name. */
const NAMED_OBJECTS = ['ZTF21abfmbix', 'ZTF21aaxtctv', 'ZTF21abfaohe']
/** Classes asked at most to find objects. */
const MAX_CLASSES = 60
const OBJECTS_PER_CLASS = 10

/** Looks into a service. */
export function openSamples(service: LiveService): Samples {
  const objects = new Map<string, Promise<SampleObject | undefined>>()
  let found: Promise<readonly FoundClass[]> | undefined
  const classes = () => {
    found ??= findClasses(service)
    return found
  }
  const object = (id: string) => {
    const known = objects.get(id) ?? readObject(service, id)
    objects.set(id, known)
    return known
  }
  const otherIds = async () => [...new Set((await classes()).flatMap(({ ids }) => ids))]
  return {
    async object(preferred = NAMED_OBJECTS[0] ?? '') {
      const named = await object(preferred)
      if (named !== undefined) return named
      let best: SampleObject | undefined
      for (const id of (await otherIds()).slice(0, OBJECTS_PER_CLASS)) {
        const other = await object(id)
        if ((other?.alerts.length ?? 0) > (best?.alerts.length ?? 0)) best = other
      }
      if (best === undefined) throw new NoData('no object in any class')
      return best
    },
    async threeIds() {
      const named = await Promise.all(NAMED_OBJECTS.map(object))
      const ids = named.every(one => one !== undefined) ? NAMED_OBJECTS : await otherIds()
      if (ids.length < 3) throw new NoData('fewer than three objects')
      return ids.slice(0, 3)
    },
    async className(preferred) {
      const asked = { class: preferred, n: 1, columns: 'i:objectId' }
      if ((await service.rows('latests', asked)).length > 0) return preferred
      const [first] = await classes()
      if (first === undefined) throw new NoData('no alert in any class')
      return first.name
    },
  }
}

async function readObject(service: LiveService, id: string): Promise<SampleObject | undefined> {
  const alerts = await service.rows('objects', { objectId: id })
  const [newest] = alerts
  if (newest === undefined) return undefined
  return { id, raDeg: Number(newest['i:ra']), decDeg: Number(newest['i:dec']), alerts }
}

interface FoundClass {
  readonly name: string
  readonly ids: readonly string[]
}

/** Classes that have alerts, until there are three objects. */
async function findClasses(service: LiveService): Promise<readonly FoundClass[]> {
  const { body } = await service.answer('classes', {}, 'GET')
  const lists = Object.values(JSON.parse(body.toString()) as Record<string, string[]>)
  // A few of each list: some services know one kind of class only.
  const names = lists.flatMap(list => list.slice(0, MAX_CLASSES / lists.length))
  const found: FoundClass[] = []
  for (const name of names) {
    const asked = { class: name, n: OBJECTS_PER_CLASS, columns: 'i:objectId' }
    const rows = await service.rows('latests', asked)
    const ids = [...new Set(rows.map(row => String(row['i:objectId'])))]
    if (ids.length > 0) found.push({ name, ids })
    if (found.flatMap(({ ids }) => ids).length >= OBJECTS_PER_CLASS) break
  }
  return found
}
