/**
 * Messages about where things are: servers, tables, regions, and the answers of ZooKeeper nodes
 * and of the registry service. Field numbers follow the `.proto` files of HBase 2.x.
 */
import { ProtoReader } from './protobuf-reader.js'
import { ProtoWriter } from './protobuf-writer.js'

/** A running server; `startCode` tells it from earlier ones at the same address. */
export interface ServerName {
  readonly host: string
  readonly port: number
  readonly startCode: number
}

/** A region as the catalog describes it. Empty keys are open ends. */
export interface RegionInfo {
  /** Creation time in ms. */
  readonly regionId: number
  /** `namespace:qualifier`, without namespace for the default one. */
  readonly table: string
  readonly startKey: Buffer
  readonly endKey: Buffer
  readonly isOffline: boolean
  readonly isSplit: boolean
  /** 0 for the primary. */
  readonly replicaId: number
}

const DEFAULT_NAMESPACE = 'default'
const REGION_NAME = 1
/** Marks a protobuf value in ZooKeeper and in the catalog. */
const PROTO_MARK = Buffer.from('PBUF')
/** First byte of a ZooKeeper value that begins with the name of its writer. */
const WRITER_MARK = 0xff
const STATE_OPEN = 3

/** Namespace and qualifier of a table name such as `ztf.class` or `ns:name`. */
function splitTableName(table: string): { namespace: string; qualifier: string } {
  const colon = table.indexOf(':')
  if (colon < 0) return { namespace: DEFAULT_NAMESPACE, qualifier: table }
  return { namespace: table.slice(0, colon), qualifier: table.slice(colon + 1) }
}

/** Writes a `TableName` into a nested message. */
export function writeTableName(writer: ProtoWriter, table: string): ProtoWriter {
  const { namespace, qualifier } = splitTableName(table)
  return writer.text(1, namespace).text(2, qualifier)
}

/** Reads a `TableName`. */
export function decodeTableName(reader: ProtoReader): string {
  let namespace = ''
  let qualifier = ''
  while (reader.next()) {
    if (reader.field === 1) namespace = reader.text()
    else if (reader.field === 2) qualifier = reader.text()
  }
  return namespace === DEFAULT_NAMESPACE ? qualifier : `${namespace}:${qualifier}`
}

/** Writes a `RegionSpecifier` of a full region name into a nested message. */
export function writeRegionSpecifier(writer: ProtoWriter, regionName: Uint8Array): ProtoWriter {
  return writer.uint(1, REGION_NAME).bytes(2, regionName)
}

/** Reads a `ServerName`. */
export function decodeServerName(reader: ProtoReader): ServerName {
  const server = { host: '', port: 0, startCode: 0 }
  while (reader.next()) {
    if (reader.field === 1) server.host = reader.text()
    else if (reader.field === 2) server.port = reader.uint()
    else if (reader.field === 3) server.startCode = reader.uint()
  }
  return server
}

/** Reads a `RegionInfo`. */
export function decodeRegionInfo(reader: ProtoReader): RegionInfo {
  const empty: Buffer = Buffer.alloc(0)
  const region = {
    regionId: 0,
    table: '',
    startKey: empty,
    endKey: empty,
    isOffline: false,
    isSplit: false,
    replicaId: 0,
  }
  while (reader.next()) {
    if (reader.field === 1) region.regionId = reader.uint()
    else if (reader.field === 2) region.table = decodeTableName(reader.message())
    else if (reader.field === 3) region.startKey = reader.bytes()
    else if (reader.field === 4) region.endKey = reader.bytes()
    else if (reader.field === 5) region.isOffline = reader.bool()
    else if (reader.field === 6) region.isSplit = reader.bool()
    else if (reader.field === 7) region.replicaId = reader.int32()
  }
  return region
}

/** Reader of the message behind the protobuf mark of a catalog value. */
function afterProtoMark(value: Buffer, what: string): ProtoReader {
  if (!value.subarray(0, PROTO_MARK.length).equals(PROTO_MARK)) {
    throw new SyntaxError(`Cannot read ${what}: expected a value that begins with "PBUF"`)
  }
  return new ProtoReader(value, PROTO_MARK.length)
}

/** `RegionInfo` of a cell `info:regioninfo` of the catalog. */
export function decodeCatalogRegionInfo(value: Buffer): RegionInfo {
  return decodeRegionInfo(afterProtoMark(value, 'a catalog entry'))
}

/** Reader of the message of a ZooKeeper node, behind the optional name of its writer. */
function nodeMessage(data: Buffer, what: string): ProtoReader {
  if (data[0] !== WRITER_MARK) return afterProtoMark(data, what)
  if (data.length < 5) throw new SyntaxError(`Cannot read ${what}: expected at least 5 bytes`)
  const start = 5 + data.readUInt32BE(1)
  if (start > data.length) throw new SyntaxError(`Cannot read ${what}: expected ${start} bytes`)
  return afterProtoMark(data.subarray(start), what)
}

function decodeServerNode(data: Buffer, what: string): { server: ServerName; state: number } {
  let server: ServerName | undefined
  let state = STATE_OPEN
  for (const reader = nodeMessage(data, what); reader.next(); ) {
    if (reader.field === 1) server = decodeServerName(reader.message())
    else if (reader.field === 3) state = reader.uint()
  }
  if (server === undefined) throw new SyntaxError(`Cannot read ${what}: expected a server name`)
  return { server, state }
}

/** Server of the catalog from the ZooKeeper node `meta-region-server`; undefined while it moves. */
export function decodeMetaNode(data: Buffer): ServerName | undefined {
  const { server, state } = decodeServerNode(data, 'the node "meta-region-server"')
  return state === STATE_OPEN ? server : undefined
}

/** Active master from the ZooKeeper node `master`. */
export function decodeMasterNode(data: Buffer): ServerName {
  return decodeServerNode(data, 'the node "master"').server
}

/** Primary location of the catalog from `GetMetaRegionLocationsResponse`, when it has one. */
export function decodeMetaLocations(message: Buffer): ServerName | undefined {
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field !== 1) continue
    const location = reader.message()
    let replicaId = 0
    let server: ServerName | undefined
    while (location.next()) {
      if (location.field === 1) replicaId = decodeRegionInfo(location.message()).replicaId
      else if (location.field === 2) server = decodeServerName(location.message())
    }
    if (replicaId === 0 && server !== undefined) return server
  }
  return undefined
}

/** Server from `GetActiveMasterResponse`, when there is one. */
export function decodeActiveMaster(message: Buffer): ServerName | undefined {
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field === 1) return decodeServerName(reader.message())
  }
  return undefined
}

/** The message without fields that several calls take. */
export const EMPTY_MESSAGE: Buffer = new ProtoWriter().finish()
