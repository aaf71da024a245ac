/**
 * Where the stamps of a survey come from: the files of the lake, read here, or a cutout service that
 * reads them. Both give stored stamps; those of a service are gunzipped.
 */
import { locateStamps, readAlertStamps, type StampTarget } from '../../cutouts/files/locate.js'
import type { StampFiles } from '../../cutouts/files/stamp-files.js'
import { type AlertStamps, readStamps } from '../../cutouts/files/stamp-reader.js'
import type { CallOptions } from '../../datalake/datalake.js'
import { toFilePath } from '../../datalake/stored-path.js'
import { DatalakeError, NotFoundError, ResolverError } from '../../errors.js'
import type { CutoutService } from '../../upstream/cutout-service.js'
import type { StampKind } from './stamp-archive.js'

/** An alert whose stamps are wanted, for either origin. */
export interface AlertTarget extends StampTarget {
  /** Arguments by which a cutout service finds it in the file. */
  readonly serviceIds: Readonly<Record<string, string>>
}

/** Stamps as stored, in the order of the kinds, or why there are none. */
export type StampOutcome = AlertStamps | DatalakeError

/** Gives stored stamps. */
export interface StampOrigin {
  /**
   * What a file that the tables name is called here.
   *
   * @throws RangeError when it cannot be reached
   */
  pathOf(stored: string): string
  /**
   * The stamps of one alert, null where it has none.
   *
   * @throws NotFoundError when there is no such file or alert
   * @throws DatalakeError when they cannot be read
   */
  readOne(
    target: AlertTarget,
    kinds: readonly StampKind[],
    options: CallOptions,
  ): Promise<readonly (Uint8Array | null)[]>
  /**
   * The stamps of alerts in one file, in order.
   *
   * @throws DatalakeError when the rest cannot be read
   */
  readMany(
    targets: readonly AlertTarget[],
    kinds: readonly StampKind[],
    options: CallOptions,
  ): AsyncGenerator<StampOutcome>
}

/** Stamps in the files of a lake: those of a file are planned together, each page read once. */
export function lakeOrigin(files: StampFiles, pathOf: StampOrigin['pathOf']): StampOrigin {
  return {
    pathOf,
    readOne: (target, kinds, options) => readAlertStamps(files, target, kinds, options),
    async *readMany(targets, kinds, options) {
      const plan = await locateStamps(files, targets, kinds, options)
      yield* readStamps(files.source, plan, options)
    },
  }
}

/** Alerts that the service is asked for before the one whose turn it is. */
const ALERTS_AHEAD = 3

/** Stamps that a cutout service reads. */
export function serviceOrigin(service: CutoutService): StampOrigin {
  const readOne: StampOrigin['readOne'] = async ({ file, serviceIds: ids }, kinds, options) => {
    const { signal = new AbortController().signal } = options
    const stamps = kinds.map(async kind => {
      return (await service.readFits({ file, ids, kind }, signal)) ?? null
    })
    try {
      return await Promise.all(stamps)
    } catch (cause) {
      throw toLakeError(cause)
    }
  }
  return {
    pathOf: toFilePath,
    readOne,
    async *readMany(targets, kinds, options) {
      const read = (target: AlertTarget) => readOne(target, kinds, options).catch(toOutcome)
      const ahead: Promise<StampOutcome>[] = []
      for (let next = 0; next < targets.length || ahead.length > 0; ) {
        while (next < targets.length && ahead.length <= ALERTS_AHEAD) {
          const outcome = read(targets[next++]!)
          // Told when its turn comes, or never when the answer ends before.
          outcome.catch(() => undefined)
          ahead.push(outcome)
        }
        yield await ahead.shift()!
      }
    },
  }
}

/** To those who ask for stamps, a service that reads the lake is the lake. */
function toLakeError(cause: unknown): unknown {
  if (!(cause instanceof ResolverError)) return cause
  const { service, message, failure, retryAfterSec } = cause
  const details = { cause, failure, ...(retryAfterSec !== undefined && { retryAfterSec }) }
  return new DatalakeError(service, message, details)
}

/** What concerns one alert is its outcome. */
function toOutcome(cause: unknown): StampOutcome {
  if (cause instanceof DatalakeError || cause instanceof NotFoundError) return cause
  throw cause
}
