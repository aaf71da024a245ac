/**
 * What the cutout service does: stamps of an alert in a file that the client names. The file must
 * be inside the lake; nothing else can be reached.
 */
import type { Answer } from '../../api/declarations/answer.js'
import { choice, text } from '../../api/declarations/params.js'
import type { MediaOutput } from '../../api/declarations/route.js'
import { locateStamps } from '../../cutouts/files/locate.js'
import { type AlertIds, LAKE_SERVICE, type StampFiles } from '../../cutouts/files/stamp-files.js'
import type { StampPlan } from '../../cutouts/files/stamp-plan.js'
import { readStamps } from '../../cutouts/files/stamp-reader.js'
import { DatalakeError, NotFoundError, ParamError } from '../../errors.js'
import { KIND_CHOICES, type KindChoice, toKinds } from '../../params/stamps.js'
import { FITS_VIEW, JSON_VIEW, makeView } from '../../queries/stamps/stamp-views.js'
import {
  FITS_OUTPUT,
  NO_PIXELS,
  PIXELS_SCHEMA,
  type StampBytes,
  toStampAnswer,
} from '../cutouts/stamp-answer.js'

/** What the handlers of the cutout service may use. */
export interface FileServices {
  readonly files: StampFiles
  /**
   * Path in the lake of a file that a client names.
   *
   * @throws RangeError when it is not inside the lake
   */
  pathOf(named: string): string
}

const RETURN_TYPES = ['array', 'FITS'] as const

const ARRAYS_OUTPUT: MediaOutput = {
  mediaType: 'application/json',
  description: 'An array with the pixels of each stamp, an array of rows',
  schema: { type: 'array', items: PIXELS_SCHEMA },
}

/** Forms of the answer. */
export const FILE_OUTPUTS: readonly MediaOutput[] = [ARRAYS_OUTPUT, FITS_OUTPUT]

/** `hdfsPath`: the file. */
export function fileParam() {
  return text({
    description: 'Path of the Parquet file, absolute or below the home folder',
    minLength: 1,
    maxLength: 1024,
    required: true,
    examples: ['archive/science/year=2024/month=11/day=14/part-00000.parquet'],
  })
}

/** `kind`: which stamps. */
export function kindParam() {
  return choice(KIND_CHOICES, {
    description: 'Which stamp, or all of them',
    required: true,
    examples: ['Science'],
  })
}

/** `return_type`: the form of the answer. */
export function returnTypeParam() {
  return choice(RETURN_TYPES, {
    description: 'Numbers, or the FITS file of one stamp',
    default: 'array',
    examples: RETURN_TYPES,
  })
}

/** A request for stamps in a file. */
export interface FileRequest {
  readonly named: string
  readonly ids: AlertIds
  /** What an attachment is called. */
  readonly name: string
  readonly kind: KindChoice
  readonly returnType: (typeof RETURN_TYPES)[number]
  readonly signal: AbortSignal
}

/**
 * Answers with stamps.
 *
 * @throws ParamError when the file has no alerts of the survey, or is not inside the lake
 * @throws NotFoundError when there is no such file, alert or stamp
 * @throws DatalakeError when it cannot be read
 */
export async function answerFromFile(
  services: FileServices,
  request: FileRequest,
): Promise<Answer> {
  const { name, kind, returnType } = request
  if (kind === 'All' && returnType === 'FITS') {
    const text = 'Cannot read parameter "return_type": FITS is not allowed for all kinds at once'
    throw new ParamError(text, { param: 'return_type' })
  }
  const stamps = await readStampsFrom(services, request)
  if (stamps.every(stamp => stamp === null)) {
    // The parameter tells it from an alert that is not there.
    const text = `Cannot find stamp "${kind}" of "${name}": the alert has none`
    throw new NotFoundError(text, { param: 'kind' })
  }
  const [stamp] = stamps
  const answer =
    returnType === 'FITS' && stamp
      ? {
          mediaType: FITS_OUTPUT.mediaType,
          bytes: makeView(FITS_VIEW, stamp),
          fileName: `${name}.fits`,
        }
      : toArray(stamps)
  return toStampAnswer(answer, { isFixed: true })
}

async function readStampsFrom(
  services: FileServices,
  request: FileRequest,
): Promise<readonly (Uint8Array | null)[]> {
  const { signal } = request
  const plan = await planFile(services, request)
  for await (const stamps of readStamps(services.files.source, plan, { signal })) {
    if (stamps instanceof NotFoundError) throw stamps
    return stamps
  }
  throw new RangeError('Cannot read stamps: the plan has no alert')
}

/** Looks the alert up; a file that cannot be understood was named by the client. */
async function planFile(
  { files, pathOf }: FileServices,
  { named, ids, kind, signal }: FileRequest,
): Promise<StampPlan> {
  try {
    const target = { file: pathOf(named), ids }
    return await locateStamps(files, [target], toKinds(kind), { signal })
  } catch (cause) {
    const isFault = cause instanceof DatalakeError && cause.service === LAKE_SERVICE
    if (!isFault && !(cause instanceof RangeError)) throw cause
    const text = `Cannot read parameter "hdfsPath": ${cause.message}`
    throw new ParamError(text, { param: 'hdfsPath', cause })
  }
}

function toArray(stamps: readonly (Uint8Array | null)[]): StampBytes {
  const pieces = stamps.flatMap((stamp, i) => [
    Buffer.from(i === 0 ? '[' : ','),
    stamp === null ? NO_PIXELS : makeView(JSON_VIEW, stamp),
  ])
  const bytes = Buffer.concat([...pieces, Buffer.from(']\n')])
  return { mediaType: ARRAYS_OUTPUT.mediaType, bytes }
}
