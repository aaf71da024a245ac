/**
 * What the soak asks: every example of every route in every format and with every parameter broken,
 * objects of the benchmark data, positions and classes, stamps, names of remote services, and bytes
 * that are no good request.
 */
import type { Endpoint } from '../../src/api/declarations/route.js'
import type { Random } from '../../src/simulate/random.js'
import { exampleCases } from '../../test/examples/examples.js'
import { mixedQuestions } from '../measuring/questions.js'

/** A request. */
export interface Question {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly payload?: string
}

/** Questions of one kind and how often they are asked, as a share. */
export interface QuestionGroup<T = Question> {
  readonly name: string
  readonly share: number
  readonly questions: readonly T[]
}

const FORMATS = ['json', 'csv', 'votable', 'parquet']
const STAMP_FORMATS = ['PNG', 'FITS', 'array']
const STAMP_KINDS = ['Science', 'Template', 'Difference']
const OBJECTS = 200
const STAMPED = 40
/** More would wait for the calls that a remote service is spared. */
const NAMES = 40

const get = (path: string): Question => ({ method: 'GET', path })

/** What questions are made of. */
export interface QuestionSources {
  readonly endpoints: readonly Endpoint[]
  /** Objects, and objects that have stamps. */
  readonly ids: readonly string[]
  readonly stampedIds: readonly string[]
}

/** All of them; `url` is a service that is well and has the objects. */
export async function soakQuestions(
  url: string,
  { endpoints, ids, stampedIds }: QuestionSources,
): Promise<QuestionGroup[]> {
  const readers = endpoints.filter(({ methods }) => methods.includes('GET'))
  const cases = readers.flatMap(exampleCases).map(({ request }) => request)
  const examples = cases.map(({ method, url: path, headers, payload }) => ({
    method,
    path,
    ...(headers !== undefined && { headers }),
    ...(payload !== undefined && { payload }),
  }))
  const objects = ids
    .slice(0, OBJECTS)
    .map((id, i) =>
      get(`/api/v1/objects?objectId=${id}&output-format=${FORMATS[i % FORMATS.length]}`),
    )
  const stamps = stampedIds
    .slice(0, STAMPED)
    .flatMap(id =>
      STAMP_FORMATS.map((format, i) =>
        get(`/api/v1/cutouts?objectId=${id}&kind=${STAMP_KINDS[i]}&output-format=${format}`),
      ),
    )
  const names = Array.from({ length: NAMES }, (_, i) => [
    get(`/api/v1/resolver?resolver=simbad&name=${encodeURIComponent(`NGC ${i + 1}`)}`),
    get(`/api/v1/resolver?resolver=ssodnet&name=${i + 1}&nmax=1`),
  ])
  return [
    { name: 'examples', share: 0.25, questions: examples },
    { name: 'objects', share: 0.2, questions: objects },
    { name: 'mixed', share: 0.25, questions: (await mixedQuestions(url, ids)).map(get) },
    { name: 'stamps', share: 0.1, questions: stamps },
    { name: 'names', share: 0.1, questions: names.flat() },
    { name: 'bad', share: 0.1, questions: badQuestions() },
  ]
}

function badQuestions(): Question[] {
  const json = { 'content-type': 'application/json' }
  return [
    get('/nowhere'),
    get('/api/v1/objects?objectId='),
    get('/api/v1/conesearch?ra=400&dec=0&radius=5'),
    get('/api/v1/objects?objectId=%E0%A4%A'),
    get(`/api/v1/objects?objectId=${'x'.repeat(40_000)}`),
    get('/api/v1/cutouts?objectId=ZTF00aaaaaaa&kind=Science'),
    { method: 'DELETE', path: '/api/v1/objects' },
    { method: 'POST', path: '/api/v1/objects', headers: json, payload: '{"objectId": ' },
    { method: 'POST', path: '/api/v1/objects', headers: json, payload: '[1,2,3]' },
    {
      method: 'POST',
      path: '/api/v1/objects',
      headers: { 'content-type': 'text/plain' },
      payload: 'objectId=1',
    },
  ]
}

/** Draws a question. */
export function drawQuestion<T>(groups: readonly QuestionGroup<T>[], random: Random): T {
  let left = random.next()
  const group = groups.find(({ share }) => {
    left -= share
    return left < 0
  })
  return random.pick((group ?? groups[0]!).questions)
}
