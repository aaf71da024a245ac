/** Reading one row: the simplest call to a region, made again where the region has gone. */

import { type ClientContext, type OperationOptions, timeForCall } from '../client-context.js'
import type { Deadline } from '../connection/clock.js'
import { type CellBatch, decodeCells } from '../protocol/cell-block.js'
import { decodeGetAnswer, encodeGet, type GetSelection } from '../protocol/scan-messages.js'
import type { Region } from '../regions/catalog.js'
import { toStoreError } from '../retries/reaction.js'
import { retry } from '../retries/retry.js'

/**
 * Reads one row; the batch has no row when there is none.
 *
 * @throws StoreError when it cannot be read in time or at all, or the reason of the signal
 */
export async function getRow(
  context: ClientContext,
  work: { readonly table: string; readonly get: GetSelection },
  options: OperationOptions,
): Promise<CellBatch> {
  const { table, get } = work
  const { signal, timeoutMs } = options
  const deadline = { atMs: context.retry.clock.nowMs() + timeoutMs, signal }
  let region: Region | undefined
  try {
    return await retry(context.retry, deadline, {
      operation: async () => {
        region = undefined
        region = await context.regions.locate(table, get.row, { side: 'at', deadline })
        return callGet(context, { region, get, deadline })
      },
      onFailure: (_, reaction) => {
        if (region !== undefined) context.regions.forgetAfter(region, reaction)
      },
    })
  } catch (failure) {
    signal?.throwIfAborted()
    throw toStoreError(`read a row of the table "${table}"`, failure)
  }
}

async function callGet(
  context: ClientContext,
  work: { readonly region: Region; readonly get: GetSelection; readonly deadline: Deadline },
): Promise<CellBatch> {
  const { region, get, deadline } = work
  const answer = await context.servers.connectionTo(region.server, 'ClientService').call({
    method: 'Get',
    param: encodeGet(region.name, get),
    timeoutMs: timeForCall(context, deadline),
    signal: deadline.signal,
  })
  const cellCount = decodeGetAnswer(answer.message)
  const cells = decodeCells(answer.cellBlock, cellCount)
  return { ...cells, rowCount: Math.min(cellCount, 1), rowStartCell: Uint32Array.of(0, cellCount) }
}
