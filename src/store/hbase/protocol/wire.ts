/**
 * Bytes on an HBase RPC connection: the preamble, and request and response frames. Knows nothing
 * of sockets or of the messages inside.
 *
 * ```
 * preamble  "HBas" | 0 | auth | int32 length | ConnectionHeader
 * request   int32 total | varint length, RequestHeader | varint length, message | cell block
 * response  int32 total | varint length, ResponseHeader | varint length, message | cell block
 * ```
 */
import { ProtoReader } from './protobuf-reader.js'
import { ProtoWriter, varintBytes, writeVarint } from './protobuf-writer.js'

const MAGIC = Buffer.from('HBas')
const WIRE_VERSION = 0
const AUTH_SIMPLE = 80
const LENGTH_BYTES = 4
const NOTHING: Buffer = Buffer.alloc(0)

/** Largest frame a server accepts by default (`hbase.ipc.max.request.size`). */
export const MAX_REQUEST_BYTES = 256 * 1024 * 1024
/** Call id of an answer that concerns the connection, not a call: set-up failed. */
export const SETUP_CALL_ID = 0xffff_ffff
/** The codec of all cell blocks here: key values without tags. */
export const CELL_CODEC = 'org.apache.hadoop.hbase.codec.KeyValueCodec'

/** The services of an HBase server; a connection speaks to one of them. */
export type ServiceName = 'ClientService' | 'MasterService' | 'ClientMetaService' | 'AdminService'

/**
 * The release whose behaviour we expect. Without it a server takes the client for one before 1.4
 * and reports a lost scanner in a less exact way.
 */
const VERSION = { text: '2.5.0', major: 2, minor: 5 } as const

/** Who connects and to what. */
export interface ConnectionIdentity {
  readonly user: string
  readonly service: ServiceName
  /** Java class of the compression of cell blocks in both directions; none when undefined. */
  readonly compressorClass?: string | undefined
}

/** What the client sends first; a server that agrees answers nothing. */
export function encodePreamble(identity: ConnectionIdentity): Buffer {
  const header = new ProtoWriter()
    .message(1, user => user.text(1, identity.user))
    .text(2, identity.service)
    .text(3, CELL_CODEC)
    .text(4, identity.compressorClass)
    .message(5, version =>
      version
        .text(1, VERSION.text)
        .text(2, '')
        .text(3, '')
        .text(4, '')
        .text(5, '')
        .text(6, '')
        .uint(7, VERSION.major)
        .uint(8, VERSION.minor),
    )
    .finish()
  const start = Buffer.alloc(MAGIC.length + 2 + LENGTH_BYTES)
  MAGIC.copy(start)
  start[MAGIC.length] = WIRE_VERSION
  start[MAGIC.length + 1] = AUTH_SIMPLE
  start.writeInt32BE(header.length, MAGIC.length + 2)
  return Buffer.concat([start, header])
}

/** One request as the connection sends it. */
export interface RequestFrame {
  readonly callId: number
  readonly method: string
  /** The encoded parameter message. */
  readonly param: Uint8Array
  /** Cells in the encoding (and compression) of the connection. */
  readonly cellBlock?: Uint8Array | undefined
  readonly priority?: number | undefined
  /** How long the server may take. */
  readonly timeoutMs?: number | undefined
}

/**
 * The frame of a request as parts to be written one after the other.
 *
 * @throws RangeError when the frame is larger than a server accepts
 */
export function encodeRequest(request: RequestFrame): Uint8Array[] {
  const { cellBlock, param } = request
  const header = new ProtoWriter()
    .uint(1, request.callId)
    .text(3, request.method)
    .bool(4, true)
    .message(5, cellBlock && (meta => meta.uint(1, cellBlock.length)))
    .uint(6, request.priority)
    .uint(7, request.timeoutMs)
    .finish()
  const headerEnd = LENGTH_BYTES + varintBytes(header.length) + header.length
  const paramEnd = headerEnd + varintBytes(param.length) + param.length
  const total = paramEnd - LENGTH_BYTES + (cellBlock?.length ?? 0)
  if (total > MAX_REQUEST_BYTES) {
    throw new RangeError(`Cannot send ${total} bytes: expected at most ${MAX_REQUEST_BYTES}`)
  }
  const frame = Buffer.allocUnsafe(paramEnd)
  frame.writeInt32BE(total, 0)
  frame.set(header, writeVarint(frame, LENGTH_BYTES, header.length))
  frame.set(param, writeVarint(frame, headerEnd, param.length))
  return cellBlock === undefined ? [frame] : [frame, cellBlock]
}

/** What a server reports instead of a result. */
export interface ExceptionAnswer {
  /** Full name of the Java class. */
  readonly className: string
  /** Java stack trace; it starts with the message. */
  readonly stackTrace: string
  readonly doNotRetry: boolean
  readonly isServerOverloaded: boolean
}

/** A response frame taken apart; the parts are views into the frame. */
export interface ResponseFrame {
  readonly callId: number
  readonly exception: ExceptionAnswer | undefined
  /** The result message; empty when there is an exception. */
  readonly message: Buffer
  /** Cells in the encoding (and compression) of the connection; empty when there are none. */
  readonly cellBlock: Buffer
}

function decodeException(reader: ProtoReader): ExceptionAnswer {
  const answer = { className: '', stackTrace: '', doNotRetry: false, isServerOverloaded: false }
  while (reader.next()) {
    if (reader.field === 1) answer.className = reader.text()
    else if (reader.field === 2) answer.stackTrace = reader.text()
    else if (reader.field === 5) answer.doNotRetry = reader.bool()
    else if (reader.field === 6) answer.isServerOverloaded = reader.bool()
  }
  return answer
}

function decodeCellBlockLength(reader: ProtoReader): number {
  let length = 0
  while (reader.next()) if (reader.field === 1) length = reader.uint()
  return length
}

/** The varint-delimited part at `offset` as a reader, and the offset behind it. */
function delimitedPart(frame: Buffer, offset: number): { part: ProtoReader; end: number } {
  const outer = new ProtoReader(frame, offset)
  const length = outer.varint()
  const start = outer.position
  const end = start + length
  if (end > frame.length) throw cutFrame(end, frame.length)
  return { part: new ProtoReader(frame, start, end), end }
}

function cutFrame(expected: number, actual: number): SyntaxError {
  return new SyntaxError(`Cannot read a response: expected ${expected} bytes, got ${actual}`)
}

/**
 * Takes a response frame (without its leading length) apart.
 *
 * @throws SyntaxError when the frame is not one
 */
export function decodeResponse(frame: Buffer): ResponseFrame {
  const { part: header, end: headerEnd } = delimitedPart(frame, 0)
  let callId = 0
  let exception: ExceptionAnswer | undefined
  let cellBytes = 0
  while (header.next()) {
    if (header.field === 1) callId = header.int32() >>> 0
    else if (header.field === 2) exception = decodeException(header.message())
    else if (header.field === 3) cellBytes = decodeCellBlockLength(header.message())
  }
  const cellStart = frame.length - cellBytes
  if (cellStart < headerEnd) throw cutFrame(headerEnd + cellBytes, frame.length)
  if (exception !== undefined) return { callId, exception, message: NOTHING, cellBlock: NOTHING }
  const outer = new ProtoReader(frame, headerEnd, cellStart)
  const length = outer.varint()
  const end = outer.position + length
  if (end !== cellStart) throw cutFrame(end + cellBytes, frame.length)
  const message = frame.subarray(outer.position, end)
  return { callId, exception, message, cellBlock: frame.subarray(cellStart) }
}
