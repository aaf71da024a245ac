import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeReference } from '../testing/reference-messages.js'
import { exceptionHeader, responseFrame } from '../testing/scripted-frames.js'
import {
  CELL_CODEC,
  decodeResponse,
  encodePreamble,
  encodeRequest,
  MAX_REQUEST_BYTES,
  SETUP_CALL_ID,
} from './wire.js'

/** The body of a frame: what `FrameSplitter` gives. */
function bodyOf(frame: Buffer): Buffer {
  return frame.subarray(4)
}

test('encodePreamble() names user, service, codec and release', () => {
  const bytes = encodePreamble({ user: 'fink', service: 'ClientService' })
  assert.equal(bytes.toString('latin1', 0, 4), 'HBas')
  assert.deepEqual([bytes[4], bytes[5]], [0, 80])
  assert.equal(bytes.readInt32BE(6), bytes.length - 10)
  const header = decodeReference<Record<string, unknown>>('ConnectionHeader', bytes.subarray(10))
  assert.deepEqual(header['user_info'], { effective_user: 'fink' })
  assert.equal(header['service_name'], 'ClientService')
  assert.equal(header['cell_block_codec_class'], CELL_CODEC)
  assert.equal(header['cell_block_compressor_class'], undefined)
  const version = header['version_info'] as { version_major: number; version_minor: number }
  assert.ok(version.version_major === 2 && version.version_minor >= 4)
})

test('encodeRequest() frames header, message and cells, with their lengths', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }),
      (callId, param, cellBlock) => {
        const bytes = Buffer.concat(
          encodeRequest({ callId, method: 'Scan', param, cellBlock, priority: 200, timeoutMs: 9 }),
        )
        assert.equal(bytes.readInt32BE(0), bytes.length - 4)
        const headerLength = bytes[4]!
        const headerEnd = 5 + headerLength
        const header = decodeReference('RequestHeader', bytes.subarray(5, headerEnd))
        const meta =
          cellBlock === undefined ? {} : { cell_block_meta: { length: cellBlock.length } }
        assert.deepEqual(
          { ...header },
          {
            call_id: callId,
            method_name: 'Scan',
            request_param: true,
            priority: 200,
            timeout: 9,
            ...meta,
          },
        )
        const lengthBytes = param.length > 127 ? 2 : 1
        const rest = bytes.subarray(headerEnd + lengthBytes)
        assert.deepEqual([...rest], [...param, ...(cellBlock ?? [])])
      },
    ),
  )
})

test('encodeRequest() refuses what no server takes', () => {
  const request = { callId: 1, method: 'Multi', param: Buffer.alloc(0) }
  assert.throws(
    () => encodeRequest({ ...request, cellBlock: Buffer.alloc(MAX_REQUEST_BYTES) }),
    RangeError,
  )
})

test('decodeResponse() takes a result and its cells apart', () => {
  const message = Buffer.from('message')
  const cellBlock = Buffer.from('cells')
  const frame = bodyOf(responseFrame({ call_id: 77 }, { message, cellBlock }))
  const response = decodeResponse(frame)
  assert.equal(response.callId, 77)
  assert.equal(response.exception, undefined)
  assert.deepEqual(response.message, message)
  assert.deepEqual(response.cellBlock, cellBlock)
})

test('decodeResponse() reads an exception, which has no message', () => {
  const exception = { className: 'a.B', message: 'why', doNotRetry: true }
  const response = decodeResponse(bodyOf(responseFrame(exceptionHeader(5, exception))))
  assert.equal(response.callId, 5)
  assert.equal(response.exception?.className, 'a.B')
  assert.equal(response.exception?.doNotRetry, true)
  assert.match(response.exception?.stackTrace ?? '', /^a\.B: why\n/)
  assert.equal(response.message.length, 0)
})

test('decodeResponse() knows the call id of a refused connection', () => {
  const header = exceptionHeader(SETUP_CALL_ID, { className: 'a.B' })
  const frame = bodyOf(responseFrame(header))
  assert.equal(decodeResponse(frame).callId, SETUP_CALL_ID)
})

test('decodeResponse() refuses lengths that do not fit', () => {
  const frame = bodyOf(responseFrame({ call_id: 1 }, { message: Buffer.from('abc') }))
  for (let end = 0; end < frame.length; end++) {
    assert.throws(() => decodeResponse(frame.subarray(0, end)), SyntaxError, `cut at ${end}`)
  }
})

test('decodeResponse() never crashes on random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      try {
        decodeResponse(Buffer.from(bytes))
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})
