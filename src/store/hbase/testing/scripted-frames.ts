/**
 * Bytes on the connections of scripted servers: preambles and calls as they come, answers as they
 * go, read and written with the general protobuf library. For tests only.
 */
import type { Socket } from 'node:net'
import { decodeReference, encodeReference, type PlainMessage } from './reference-messages.js'

/** What a client sent first. */
export interface ScriptedConnection {
  readonly user: string
  readonly service: string
  readonly compressorClass: string | undefined
  readonly socket: Socket
}

/** A call as it came. */
export interface ScriptedCall {
  readonly connection: ScriptedConnection
  readonly callId: number
  readonly method: string
  readonly timeoutMs: number | undefined
  readonly priority: number | undefined
  readonly param: Buffer
  readonly cellBlock: Buffer
}

/** An exception to answer. */
export interface ScriptedException {
  readonly className: string
  readonly message?: string
  readonly doNotRetry?: boolean
}

const PREAMBLE_BYTES = 10

interface Delimited {
  readonly bytes: Buffer
  readonly end: number
}

function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0
  let position = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes.readUInt8(position++)
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return { value, end: position }
  }
}

function readDelimited(bytes: Buffer, start: number): Delimited {
  const { value, end } = readVarint(bytes, start)
  return { bytes: bytes.subarray(end, end + value), end: end + value }
}

function delimited(message: Buffer): Buffer {
  const length: number[] = []
  let rest = message.length
  for (; rest > 0x7f; rest >>= 7) length.push((rest & 0x7f) | 0x80)
  return Buffer.concat([Buffer.from([...length, rest]), message])
}

/** Bytes of the preamble that `held` begins with; undefined while it has not come whole. */
export function preambleBytes(held: Buffer): number | undefined {
  if (held.length < PREAMBLE_BYTES) return undefined
  const end = PREAMBLE_BYTES + held.readInt32BE(6)
  return held.length < end ? undefined : end
}

/** What a preamble says; throws when it is not that of a client with SIMPLE authentication. */
export function toConnection(socket: Socket, preamble: Buffer): ScriptedConnection {
  if (preamble.toString('latin1', 0, 4) !== 'HBas' || preamble[4] !== 0 || preamble[5] !== 80) {
    throw new Error(`Unexpected preamble "${preamble.toString('hex', 0, 6)}"`)
  }
  const header = decodeReference<{
    user_info: { effective_user: string }
    service_name: string
    cell_block_compressor_class?: string
  }>('ConnectionHeader', preamble.subarray(PREAMBLE_BYTES))
  return {
    socket,
    user: header.user_info.effective_user,
    service: header.service_name,
    compressorClass: header.cell_block_compressor_class,
  }
}

/** The call in a frame, without the length of that. */
export function toCall(connection: ScriptedConnection, frame: Buffer): ScriptedCall {
  const header = readDelimited(frame, 0)
  const fields = decodeReference<{
    call_id: number
    method_name: string
    timeout?: number
    priority?: number
  }>('RequestHeader', header.bytes)
  const param = readDelimited(frame, header.end)
  return {
    connection,
    callId: fields.call_id,
    method: fields.method_name,
    timeoutMs: fields.timeout,
    priority: fields.priority,
    param: param.bytes,
    cellBlock: frame.subarray(param.end),
  }
}

/** Frame of a response with the given header fields and parts. */
export function responseFrame(
  header: PlainMessage,
  parts: { readonly message?: Buffer; readonly cellBlock?: Buffer } = {},
): Buffer {
  const { message, cellBlock } = parts
  const meta = cellBlock === undefined ? {} : { cell_block_meta: { length: cellBlock.length } }
  const body = Buffer.concat([
    delimited(encodeReference('ResponseHeader', { ...header, ...meta })),
    ...(message === undefined ? [] : [delimited(message)]),
    ...(cellBlock === undefined ? [] : [cellBlock]),
  ])
  const total = Buffer.alloc(4)
  total.writeInt32BE(body.length)
  return Buffer.concat([total, body])
}

/** Response header of an exception. */
export function exceptionHeader(callId: number, exception: ScriptedException): PlainMessage {
  const { className, message = 'scripted', doNotRetry = false } = exception
  return {
    call_id: callId,
    exception: {
      exception_class_name: className,
      stack_trace: `${className}: ${message}\n\tat org.apache.Somewhere.run(Somewhere.java:1)`,
      do_not_retry: doNotRetry,
    },
  }
}
