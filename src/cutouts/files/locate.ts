/**
 * From alerts to the pages that have their stamps: by the hints noted down at ingest, or, for rows
 * that have none, by a search for their ids in the file.
 */
import type { CallOptions } from '../../datalake/datalake.js'
import { NotFoundError } from '../../errors.js'
import { readRange } from './byte-ranges.js'
import type { AlertIds, StampFiles } from './stamp-files.js'
import type { StampHint, StampKind } from './stamp-hint.js'
import { type LocatedAlert, planStamps, type StampPlan } from './stamp-plan.js'
import { readStamps } from './stamp-reader.js'
import { decodeStampWindow } from './stamp-window.js'

/** Alerts that are located at the same time. */
const CONCURRENT_SEARCHES = 8

/** An alert whose stamps are wanted. */
export interface StampTarget {
  /** Path in the lake. */
  readonly file: string
  /** Where they lie, when that was noted down. */
  readonly hint?: StampHint | undefined
  /** How to find the row without hint. */
  readonly ids: AlertIds
}

/**
 * Plans how to read stamps of alerts. With hints nothing is read for that; without, footers and
 * columns of ids are, once per file.
 *
 * @param kinds the stamps wanted of each alert
 * @throws DatalakeError when files cannot be read; alerts that are not there are part of the plan
 */
export async function locateStamps(
  files: StampFiles,
  targets: readonly StampTarget[],
  kinds: readonly StampKind[],
  options: CallOptions = {},
): Promise<StampPlan> {
  const located: (LocatedAlert | NotFoundError)[] = new Array(targets.length)
  let next = 0
  const search = async (): Promise<void> => {
    while (next < targets.length) {
      const at = next++
      located[at] = await locate(files, targets[at]!, kinds, options)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_SEARCHES }, search))
  return planStamps(located)
}

async function locate(
  files: StampFiles,
  { file, hint, ids }: StampTarget,
  kinds: readonly StampKind[],
  options: CallOptions,
): Promise<LocatedAlert | NotFoundError> {
  try {
    const row = hint?.row ?? (await files.findRow(file, ids, options))
    const pages = kinds.map(kind => hint?.pages[kind] ?? files.page(file, { kind, row }, options))
    return { file, row, pages: await Promise.all(pages) }
  } catch (error) {
    if (error instanceof NotFoundError) return error
    throw error
  }
}

/**
 * The stamps of one alert as stored, in the order of the kinds, null where the file has none.
 *
 * @throws NotFoundError when there is no such file or alert
 * @throws DatalakeError when the file cannot be read
 */
export async function readAlertStamps(
  files: StampFiles,
  target: StampTarget,
  kinds: readonly StampKind[],
  options: CallOptions = {},
): Promise<readonly (Uint8Array | null)[]> {
  const known = await readKnownWindows(files, target, kinds, options)
  if (known !== undefined) return known
  const plan = await locateStamps(files, [target], kinds, options)
  for await (const stamps of readStamps(files.source, plan, options)) {
    if (stamps instanceof NotFoundError) throw stamps
    return stamps
  }
  throw new RangeError('Cannot read stamps: the plan has no alert')
}

/** Stamps that are all in windows noted down: no plan is needed. Undefined when one is not. */
async function readKnownWindows(
  { source }: StampFiles,
  { file, hint }: StampTarget,
  kinds: readonly StampKind[],
  options: CallOptions,
): Promise<readonly Uint8Array[] | undefined> {
  const windows = kinds.map(kind => hint?.pages[kind]?.window)
  if (!windows.every(window => window !== undefined)) return undefined
  const reads = windows.map(async window => {
    return decodeStampWindow(await readRange(source.lake, file, window, options), window)
  })
  const stamps = await Promise.all(reads)
  return stamps.every(stamp => stamp !== undefined) ? stamps : undefined
}
