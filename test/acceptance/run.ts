/** Runs the declared examples and the criteria against a service, route by route, and says how it went. */
import { performance } from 'node:perf_hooks'
import type { Endpoint } from '../../src/api/declarations/route.js'
import { checkAnyAnswer, workingCases } from '../examples/examples.js'
import { CRITERIA } from './criteria.js'
import { type Criterion, criterion, type Subject } from './criterion.js'
import { LiveService, toFault } from './live-service.js'
import { NoData, need, Unreachable } from './outcome.js'
import { openSamples } from './samples.js'

/** What is accepted, and how. */
export interface AcceptanceOptions {
  readonly url: string
  readonly survey: string
  /** The routes of the survey as they are declared. */
  readonly endpoints: readonly Endpoint[]
  /** Longest time of one request. */
  readonly timeoutMs: number
  readonly print: (line: string) => void
}

/** How many criteria ended how. */
export interface Tally {
  ok: number
  noData: number
  failed: number
}

/** Criteria in a row without any answer after which the service is given up. */
const MAX_SILENT = 3

/**
 * Runs everything.
 *
 * @throws Unreachable when there is no such service at the address, or no longer
 */
export async function runAcceptance(options: AcceptanceOptions): Promise<Tally> {
  const { survey, endpoints, print } = options
  const service = await findService(options)
  print(`Acceptance of ${survey} at ${service.url}${service.prefix}/`)
  const subject = { service, samples: openSamples(service) }
  const total = { ok: 0, noData: 0, failed: 0 }
  const startMs = performance.now()
  const silence = { count: 0 }
  for (const [route, criteria] of criteriaOf(survey, endpoints, service)) {
    print(`\n${route}`)
    const tally = await runRoute(subject, criteria, { print, silence })
    for (const key of ['ok', 'noData', 'failed'] as const) total[key] += tally[key]
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  print(`\n${toText(total)} in ${seconds} s`)
  return total
}

/** Exit code: 1 when something failed, or is missing although everything is wanted. */
export function exitCodeOf(
  { noData, failed }: Tally,
  { isStrict }: { readonly isStrict: boolean },
): number {
  return failed > 0 || (isStrict && noData > 0) ? 1 : 0
}

/** Each survey has its routes under its name; the previous service has them under `/api/v1` only. */
async function findService({ url, survey, timeoutMs }: AcceptanceOptions): Promise<LiveService> {
  for (const prefix of [`/${survey}/api/v1`, '/api/v1']) {
    const service = new LiveService(url, { prefix, timeoutMs })
    const { status } = await service.send(`${prefix}/schema`, { method: 'OPTIONS' })
    if (status === 200) return service
  }
  throw new Unreachable(`No service of survey "${survey}" at ${url}`)
}

/** Examples first, then criteria, in the order of the routes. */
function criteriaOf(
  survey: string,
  endpoints: readonly Endpoint[],
  { prefix }: LiveService,
): ReadonlyMap<string, readonly Criterion[]> {
  const routes = new Map<string, Criterion[]>()
  for (const endpoint of endpoints) {
    const known = routes.get(endpoint.name) ?? []
    const here = { ...endpoint, paths: [`${prefix}/${endpoint.name}`] }
    routes.set(endpoint.name, [...known, ...exampleCriteria(here)])
  }
  for (const { route, criteria } of CRITERIA[survey] ?? []) {
    routes.set(route, [...(routes.get(route) ?? []), ...criteria])
  }
  return routes
}

function exampleCriteria(endpoint: Endpoint): Criterion[] {
  const isWriting = endpoint.name === 'metadata' && !endpoint.methods.includes('GET')
  return workingCases(endpoint).map(({ title, request, check }) =>
    criterion(`example: ${title.replace(/^.*?: /, '')}`, async ({ service }) => {
      need(!isWriting, 'left out: it would write')
      const response = await service.inject(request)
      if (response.statusCode >= 400) throw toFault(response.statusCode, response.payload)
      checkAnyAnswer(response)
      await check(response, service)
      need(response.payload !== '[]', 'no rows')
    }),
  )
}

async function runRoute(
  subject: Subject,
  criteria: readonly Criterion[],
  { print, silence }: { print: (line: string) => void; silence: { count: number } },
): Promise<Tally> {
  const tally = { ok: 0, noData: 0, failed: 0 }
  for (const { title, check } of criteria) {
    const startMs = performance.now()
    const fault = await check(subject).then(
      () => undefined,
      (error: unknown) => error,
    )
    const end = fault === undefined ? 'ok' : fault instanceof NoData ? 'noData' : 'failed'
    tally[end]++
    const ms = (performance.now() - startMs).toFixed(1).padStart(9)
    print(`  ${WORDS[end]} ${ms} ms  ${title}${toReason(fault)}`)
    silence.count = fault instanceof Unreachable ? silence.count + 1 : 0
    if (fault instanceof Unreachable && silence.count >= MAX_SILENT) throw fault
  }
  print(`  ${toText(tally)}`)
  return tally
}

const WORDS = { ok: 'ok     ', noData: 'no data', failed: 'FAILED ' } as const
const MAX_REASON_LENGTH = 1000

function toReason(fault: unknown): string {
  if (fault === undefined) return ''
  const text = fault instanceof Error ? fault.message : String(fault)
  if (fault instanceof NoData) return `: ${text.split('\n', 1)[0]?.slice(0, 200)}`
  return `\n      ${text.slice(0, MAX_REASON_LENGTH).replaceAll('\n', '\n      ')}`
}

function toText({ ok, noData, failed }: Tally): string {
  return `${ok} ok, ${noData} without data, ${failed} failed`
}
