/**
 * What to do about each failure: one table from the exception classes of HBase to the few things
 * a client can do, and from there to the error that callers see. The names are those of the
 * classes, without their packages.
 */
import { StoreError, type UpstreamFailure } from '../../../errors.js'
import {
  ConnectionFailure,
  OverloadFailure,
  RegionGapFailure,
  RemoteFailure,
  TimeoutFailure,
} from './failures.js'

/**
 * - `retry`: the same call again at the same place, after a pause
 * - `relocate`: forget where the region is, look it up again
 * - `reconnect`: forget all regions of the server and the connection to it
 * - `reopen`: a scanner is lost; open another behind the last row
 * - `give up`: the same call cannot succeed
 */
export type Reaction = 'retry' | 'relocate' | 'reconnect' | 'reopen' | 'give up'

const REACTIONS: ReadonlyMap<string, Reaction> = new Map<string, Reaction>([
  ['CallDroppedException', 'retry'],
  ['CallQueueTooBigException', 'retry'],
  ['MultiActionResultTooLarge', 'retry'],
  ['PleaseHoldException', 'retry'],
  ['RegionOpeningException', 'retry'],
  ['RegionTooBusyException', 'retry'],
  ['RetryImmediatelyException', 'retry'],
  ['RpcThrottlingException', 'retry'],

  ['NotServingRegionException', 'relocate'],
  ['RegionMovedException', 'relocate'],

  ['ClockOutOfSyncException', 'reconnect'],
  ['MasterNotRunningException', 'reconnect'],
  ['MasterStoppedException', 'reconnect'],
  ['RegionServerAbortedException', 'reconnect'],
  ['RegionServerStoppedException', 'reconnect'],
  ['ServerNotRunningYetException', 'reconnect'],

  ['LeaseException', 'reopen'],
  ['OutOfOrderScannerNextException', 'reopen'],
  ['ScannerResetException', 'reopen'],
  ['UnknownScannerException', 'reopen'],

  // Answers to single actions carry no "do not retry" mark; these are the ones that mean it.
  ['AccessDeniedException', 'give up'],
  ['DoNotRetryIOException', 'give up'],
  ['FailedSanityCheckException', 'give up'],
  ['NoSuchColumnFamilyException', 'give up'],
  ['QuotaExceededException', 'give up'],
  ['RequestTooBigException', 'give up'],
  ['TableNotEnabledException', 'give up'],
  ['TableNotFoundException', 'give up'],
])

const FULL_SERVER: ReadonlySet<string> = new Set([
  'CallDroppedException',
  'CallQueueTooBigException',
])

const FULL_ANSWER: ReadonlySet<string> = new Set([
  'MultiActionResultTooLarge',
  'RetryImmediatelyException',
])

function reactionToRemote(failure: RemoteFailure): Reaction {
  // The table comes first: some classes that a retry helps are marked "do not retry".
  const known = REACTIONS.get(failure.className)
  if (known !== undefined) return known
  if (failure.doNotRetry) return 'give up'
  return failure.isServerOverloaded ? 'retry' : 'relocate'
}

/** What to do about `failure`; anything that is not a failure of the cluster is given up. */
export function reactionTo(failure: unknown): Reaction {
  if (failure instanceof RemoteFailure) return reactionToRemote(failure)
  if (failure instanceof ConnectionFailure) return failure.isPermanent ? 'give up' : 'reconnect'
  if (failure instanceof TimeoutFailure || failure instanceof RegionGapFailure) return 'relocate'
  return failure instanceof OverloadFailure ? 'retry' : 'give up'
}

/** True when a server refused a call because too many wait for it already. */
export function isServerFull(failure: RemoteFailure | undefined): boolean {
  if (failure === undefined) return false
  const { className, isServerOverloaded } = failure
  return FULL_SERVER.has(className) || isServerOverloaded
}

/** True when a server did a part of what was asked and will go on with the rest at once. */
export function isAnswerFull(failure: unknown): boolean {
  return failure instanceof RemoteFailure && FULL_ANSWER.has(failure.className)
}

function failureKind(failure: unknown): UpstreamFailure {
  if (failure instanceof TimeoutFailure) return 'timeout'
  return reactionTo(failure) === 'give up' ? 'failed' : 'unavailable'
}

/**
 * The error that callers of the client see.
 *
 * @param doing what was attempted, as in `scan the table "ztf"`
 */
export function toStoreError(doing: string, failure: unknown): StoreError {
  const detail = failure instanceof Error ? failure.message : String(failure)
  return new StoreError('HBase', `Cannot ${doing}: ${detail}`, {
    failure: failureKind(failure),
    cause: failure,
  })
}
