/**
 * Operations of the master: tables are listed, described, created and dropped. The service itself
 * only creates what it is told to keep; the rest serves operators and tests.
 */
import { type ClientContext, type OperationOptions, timeForCall } from '../client-context.js'
import { type Deadline, sleep, waitShared } from '../connection/clock.js'
import {
  decodeProcedureId,
  decodeProcedureState,
  decodeTableDescriptions,
  decodeTableNames,
  encodeCreateTable,
  encodeDescribeTable,
  encodeProcedureResult,
  encodeTableNames,
  encodeTableRequest,
  type FamilyDescription,
  type TableDescription,
} from '../protocol/admin-messages.js'
import { RemoteFailure, TimeoutFailure } from '../retries/failures.js'
import { toStoreError } from '../retries/reaction.js'
import { retry } from '../retries/retry.js'

const POLL_MS = 50
const MAX_POLL_MS = 500

/** A table to be created. */
export interface NewTable {
  readonly name: string
  /** Names, or names with settings such as `{ COMPRESSION: 'LZ4' }`. */
  readonly families: readonly (string | FamilyDescription)[]
  /** Boundaries between the first regions; one region when empty. */
  readonly splitKeys?: readonly Uint8Array[]
}

function deadlineOf(context: ClientContext, options: OperationOptions): Deadline {
  return { atMs: context.retry.clock.nowMs() + options.timeoutMs, signal: options.signal }
}

async function callOnce(
  context: ClientContext,
  deadline: Deadline,
  request: { readonly method: string; readonly param: Buffer },
): Promise<Buffer> {
  const { clock } = context.retry
  const master = await waitShared(clock, context.registry.activeMaster(deadline), {
    deadline,
    onLate: () => new TimeoutFailure('no time left to find the active master'),
  })
  const answer = await context.servers.connectionTo(master, 'MasterService').call({
    ...request,
    timeoutMs: timeForCall(context, deadline),
    signal: deadline.signal,
  })
  return answer.message
}

/**
 * Makes a call to the active master, again while it is starting or changing.
 *
 * @throws what the call throws, unchanged
 */
export function callMaster(
  context: ClientContext,
  deadline: Deadline,
  request: { readonly method: string; readonly param: Buffer },
): Promise<Buffer> {
  return retry(context.retry, deadline, {
    operation: () => callOnce(context, deadline, request),
    onFailure: () => undefined,
  })
}

/** Waits until the master has done what it answered with a procedure id. */
export async function waitForProcedure(
  context: ClientContext,
  deadline: Deadline,
  started: Buffer,
): Promise<void> {
  const procedureId = decodeProcedureId(started)
  if (procedureId === undefined) return
  const { clock } = context.retry
  const param = encodeProcedureResult(procedureId)
  for (let pauseMs = POLL_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_POLL_MS)) {
    const message = await callMaster(context, deadline, { method: 'getProcedureResult', param })
    const { isRunning, exception } = decodeProcedureState(message)
    if (exception) throw failedProcedure(exception)
    if (!isRunning) return
    if (clock.nowMs() >= deadline.atMs) throw new TimeoutFailure('the master is not done yet')
    await sleep(clock, pauseMs, deadline.signal)
  }
}

function failedProcedure(exception: { className: string; message: string }): RemoteFailure {
  const { className, message } = exception
  const stackTrace = `${className}: ${message}`
  return new RemoteFailure('the master', { className, stackTrace, doNotRetry: true })
}

/** Runs `work` so that its failures come out as a `StoreError`. */
async function told<T>(
  doing: string,
  options: OperationOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (failure) {
    options.signal?.throwIfAborted()
    throw toStoreError(doing, failure)
  }
}

/** Names of all tables of users, in the master's order. */
export function tableNames(context: ClientContext, options: OperationOptions): Promise<string[]> {
  return told('list the tables', options, async () => {
    const request = { method: 'GetTableNames', param: encodeTableNames() }
    return decodeTableNames(await callMaster(context, deadlineOf(context, options), request))
  })
}

/** What the master knows of a table; undefined when it does not exist. */
export function describeTable(
  context: ClientContext,
  table: string,
  options: OperationOptions,
): Promise<TableDescription | undefined> {
  return told(`describe the table "${table}"`, options, async () => {
    const request = { method: 'GetTableDescriptors', param: encodeDescribeTable(table) }
    const message = await callMaster(context, deadlineOf(context, options), request)
    return decodeTableDescriptions(message).find(one => one.name === table)
  })
}

/** Creates a table and waits until it can be used. */
export function createTable(
  context: ClientContext,
  table: NewTable,
  options: OperationOptions,
): Promise<void> {
  const families = table.families.map(family =>
    typeof family === 'string' ? { name: family, settings: {} } : family,
  )
  const param = encodeCreateTable({ name: table.name, families }, table.splitKeys ?? [])
  return runProcedures(context, options, {
    doing: `create the table "${table.name}"`,
    table: table.name,
    requests: [{ method: 'CreateTable', param }],
  })
}

/** Disables and deletes a table and all its rows. */
export function dropTable(
  context: ClientContext,
  table: string,
  options: OperationOptions,
): Promise<void> {
  const param = encodeTableRequest(table)
  return runProcedures(context, options, {
    doing: `drop the table "${table}"`,
    table,
    requests: [
      { method: 'DisableTable', param },
      { method: 'DeleteTable', param },
    ],
  })
}

/** Makes a table unusable, or usable again. */
export function setTableEnabled(
  context: ClientContext,
  change: { readonly table: string; readonly isEnabled: boolean },
  options: OperationOptions,
): Promise<void> {
  const { table, isEnabled } = change
  const method = isEnabled ? 'EnableTable' : 'DisableTable'
  return runProcedures(context, options, {
    doing: `${isEnabled ? 'enable' : 'disable'} the table "${table}"`,
    table,
    requests: [{ method, param: encodeTableRequest(table) }],
  })
}

function runProcedures(
  context: ClientContext,
  options: OperationOptions,
  work: {
    readonly doing: string
    readonly table: string
    readonly requests: readonly { readonly method: string; readonly param: Buffer }[]
  },
): Promise<void> {
  return told(work.doing, options, async () => {
    const deadline = deadlineOf(context, options)
    for (const request of work.requests) {
      await waitForProcedure(context, deadline, await callMaster(context, deadline, request))
    }
    context.regions.forgetTable(work.table)
  })
}
