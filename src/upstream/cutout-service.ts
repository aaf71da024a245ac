/**
 * A cutout service: stamps of alerts in the files of the broker, each as a FITS file. It is that of
 * `fink cutouts`, or the one it replaces, which tells nothing about why it fails.
 */
import { NotFoundError } from '../errors.js'
import type { RemoteReply } from './exchange.js'
import { type JsonRecord, requireRecord } from './json-reply.js'
import { openRemote, type RemoteTools } from './remote.js'

/** A stamp that is asked for. */
export interface StampQuestion {
  /** Path of the file, absolute or below the home folder of the service. */
  readonly file: string
  /** Arguments that the alert is found by, such as `objectId` and `candid`. */
  readonly ids: Readonly<Record<string, string>>
  /** `Science`, `Template` or `Difference`. */
  readonly kind: string
}

/** The open service. */
export interface CutoutService {
  /** False when there is no address: every question fails then. */
  readonly isSetUp: boolean
  /**
   * The FITS file of a stamp, not to be changed; undefined when the alert has none.
   *
   * @throws NotFoundError when there is no such file or alert
   * @throws ResolverError when the service fails
   */
  readFits(question: StampQuestion, signal: AbortSignal): Promise<Uint8Array | undefined>
}

const MIB = 1024 * 1024
/** A service of our own, that bears what we bear; stamps are kept elsewhere. */
const LIMITS = {
  maxBytes: 16 * MIB,
  cacheBytes: 1,
  freshMs: 0,
  staleMs: 0,
  callsPerSecond: 5_000,
  burst: 5_000,
}
/** What every FITS file begins with. */
const FITS_MAGIC = 'SIMPLE'

type Answer =
  | { readonly kind: 'stamp'; readonly bytes: Uint8Array }
  | { readonly kind: 'no stamp' }
  | { readonly kind: 'no alert'; readonly text: string }

/** Opens a service at its address (`.../api/v1/cutouts`). */
export function openCutoutService(address: string | undefined, tools?: RemoteTools): CutoutService {
  const remote = openRemote<Answer>({ name: 'Cutout service', address, limits: LIMITS }, tools)
  return {
    isSetUp: address !== undefined,
    async readFits({ file, ids, kind }, signal) {
      const body = JSON.stringify({ hdfsPath: file, ...ids, kind, return_type: 'FITS' })
      const headers = { 'content-type': 'application/json' }
      const call = {
        key: body,
        request: (base: string) => ({ url: new URL(base), method: 'POST' as const, headers, body }),
        statuses: [404],
        decode: decodeAnswer,
      }
      const answer = await remote.ask(call, signal)
      if (answer.kind === 'stamp') return answer.bytes
      if (answer.kind === 'no stamp') return undefined
      throw new NotFoundError(answer.text)
    },
  }
}

function decodeAnswer({ status, body }: RemoteReply): Answer {
  if (status === 404) {
    const { param, text } = decodeProblem(body)
    if (param === 'kind') return { kind: 'no stamp' }
    return { kind: 'no alert', text: String(text) }
  }
  const begin = body.toString('latin1', 0, FITS_MAGIC.length)
  if (begin === FITS_MAGIC) return { kind: 'stamp', bytes: body }
  throw new SyntaxError(`expected a FITS file, got "${begin}"`)
}

/** A 404 without a problem in it is one of a wrong address. */
function decodeProblem(body: Buffer): JsonRecord {
  return requireRecord(JSON.parse(body.toString()), 'the answer')
}
