/**
 * What tests do to the regions of a real cluster and the service never does: move, split and flush
 * them.
 */

import type { HBaseClient } from '../../src/store/hbase/client.js'
import { type ServerName, writeTableName } from '../../src/store/hbase/protocol/messages.js'
import { ProtoWriter } from '../../src/store/hbase/protocol/protobuf-writer.js'
import type { Region } from '../../src/store/hbase/regions/catalog.js'
import { callMaster, waitForProcedure } from '../../src/store/hbase/tables/admin.js'

const REGION_NAME = 1
const ENCODED_REGION_NAME = 2
const TIMEOUT_MS = 60_000

function deadlineOf(client: HBaseClient) {
  return { atMs: client.context.retry.clock.nowMs() + TIMEOUT_MS }
}

/** The region that holds `row`, freshly looked up. */
export async function regionOf(client: HBaseClient, table: string, row: string): Promise<Region> {
  const { regions } = client.context
  regions.forgetTable(table)
  return regions.locate(table, Buffer.from(row), { side: 'at', deadline: deadlineOf(client) })
}

/** Moves the region that holds `row` to a server. */
export async function moveRegion(
  client: HBaseClient,
  at: { readonly table: string; readonly row: string },
  server: ServerName,
): Promise<void> {
  const region = await regionOf(client, at.table, at.row)
  const encodedName = region.name.toString('latin1').split('.').at(-2) ?? ''
  const param = new ProtoWriter()
    .message(1, specifier => specifier.uint(1, ENCODED_REGION_NAME).text(2, encodedName))
    .message(2, name => name.text(1, server.host).uint(2, server.port).uint(3, server.startCode))
    .finish()
  await callMaster(client.context, deadlineOf(client), { method: 'MoveRegion', param })
}

/** Splits the region that holds `row` there. */
export async function splitRegion(client: HBaseClient, table: string, row: string): Promise<void> {
  const { info } = await regionOf(client, table, row)
  const param = new ProtoWriter()
    .message(1, region =>
      region
        .uint(1, info.regionId)
        .message(2, name => writeTableName(name, info.table))
        .bytes(3, info.startKey)
        .bytes(4, info.endKey)
        .bool(5, false)
        .bool(6, false)
        .uint(7, 0),
    )
    .bytes(2, Buffer.from(row))
    .finish()
  const deadline = deadlineOf(client)
  const started = await callMaster(client.context, deadline, { method: 'SplitRegion', param })
  await waitForProcedure(client.context, deadline, started)
}

/** Writes the region that holds `row` from memory to its files. */
export async function flushRegion(client: HBaseClient, table: string, row: string): Promise<void> {
  const region = await regionOf(client, table, row)
  const param = new ProtoWriter()
    .message(1, specifier => specifier.uint(1, REGION_NAME).bytes(2, region.name))
    .finish()
  const connection = client.context.servers.connectionTo(region.server, 'AdminService')
  await connection.call({ method: 'FlushRegion', param, timeoutMs: TIMEOUT_MS })
}
