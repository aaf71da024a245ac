/** The part of the HBase client that the store works with, and what it must tell of its errors. */
import { StoreError } from '../../../errors.js'
import type { HBaseClient } from '../client.js'
import { RemoteFailure, TableFailure } from '../retries/failures.js'

/** Operations on tables; a test may put something between the store and its client. */
export type HBaseTables = Pick<
  HBaseClient,
  'scan' | 'get' | 'put' | 'multi' | 'tableNames' | 'describeTable' | 'createTable' | 'close'
>

/** True when an operation failed because its table does not exist. */
export function isTableMissing(error: unknown): boolean {
  const failure = error instanceof StoreError ? error.cause : error
  if (failure instanceof TableFailure) return failure.message.includes('does not exist')
  return failure instanceof RemoteFailure && failure.className === 'TableNotFoundException'
}

/** True when a table could not be created because it exists already. */
export function isTableThere(error: unknown): boolean {
  const failure = error instanceof StoreError ? error.cause : error
  return failure instanceof RemoteFailure && failure.className === 'TableExistsException'
}
