/** Faults that the real service has rarely; the rest is under `test/integration`. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { DatalakeError, NotFoundError } from '../../errors.js'
import { type Datalake, readFileEnd, toContent } from '../datalake.js'
import type { HttpLimits } from '../http-exchange.js'
import {
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../testing/scripted-server.js'
import { openS3 } from './s3.js'
import { parseS3Fault } from './s3-error.js'

const LIMITS = { attempts: 3, retryDelayMs: 1 }

async function withServer(
  script: Script,
  run: (lake: Datalake, server: ScriptedServer) => Promise<void>,
  limits: Partial<HttpLimits> = {},
): Promise<void> {
  const server = await startScriptedServer(script)
  const endpoint = `http://${server.host}`
  const address = { endpoint, region: 'us-east-1', bucket: 'fink', prefix: 'a b' }
  const lake = openS3(address, { limits: { ...LIMITS, ...limits } })
  try {
    await run(lake, server)
  } finally {
    await lake.close()
    await server.close()
  }
}

function isDatalakeError(failure: string, pattern: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof DatalakeError, String(error))
    assert.equal(error.failure, failure)
    assert.match(error.message, pattern)
    return true
  }
}

test('S3 is asked again when it is busy, so often and no more', async () => {
  let left = 2
  const script: Script = (_request, response) => {
    if (left-- > 0) return response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>')
    return response.writeHead(206).end('abc')
  }
  await withServer(script, async (lake, server) => {
    assert.equal(Buffer.from(await lake.read('x', 5, 8)).toString(), 'abc')
    assert.deepEqual(server.requests, Array(3).fill('GET /fink/a%20b/x'))
    left = 10
    await assert.rejects(lake.read('x', 5, 8), isDatalakeError('unavailable', /SlowDown/))
    assert.equal(server.requests.length, 6)
  })
})

test('S3 is not asked again when it refuses', async () => {
  const xml = '<Error><Code>AccessDenied</Code><Message>Not &quot;you&quot;</Message></Error>'
  await withServer(
    (_request, response) => response.writeHead(403).end(xml),
    async (lake, server) => {
      const isRefused = isDatalakeError('failed', /AccessDenied: Not "you"/)
      await assert.rejects(lake.read('x', 0, 1), isRefused)
      await assert.rejects(lake.write('x', toContent(Uint8Array.of(1))), isRefused)
      await assert.rejects(lake.size('x'), isDatalakeError('failed', /HTTP 403/))
      assert.equal(server.requests.length, 3)
    },
  )
})

test('S3 404 without a reason is a missing file, a missing bucket is not', async () => {
  let body = ''
  await withServer(
    (_request, response) => response.writeHead(404).end(body),
    async lake => {
      await assert.rejects(lake.read('x', 0, 1), NotFoundError)
      body = '<Error><Code>NoSuchBucket</Code></Error>'
      await assert.rejects(lake.read('x', 0, 1), isDatalakeError('failed', /NoSuchBucket/))
    },
  )
})

test('a server that ignores byte ranges is refused', async () => {
  await withServer(
    (_request, response) => response.writeHead(200).end('0123456789'),
    async lake => {
      await assert.rejects(lake.read('x', 2, 12), isDatalakeError('failed', /ignores byte ranges/))
      await assert.rejects(lake.read('x', 2, 5), isDatalakeError('failed', /more than 3 bytes/))
      assert.equal(Buffer.from(await lake.read('x', 0, 10)).toString(), '0123456789')
    },
  )
})

test('an answer that breaks off is asked for again', async () => {
  let isFirst = true
  const script: Script = (_request, response) => {
    response.writeHead(206, { 'content-length': '6' })
    if (!isFirst) return response.end('abcdef')
    isFirst = false
    response.write('abc', () => response.destroy())
    return undefined
  }
  await withServer(script, async (lake, server) => {
    assert.equal(Buffer.from(await lake.read('x', 0, 6)).toString(), 'abcdef')
    assert.equal(server.requests.length, 2)
  })
})

test('a server that says nothing, or stops in the middle, is late', async () => {
  let script: Script = () => undefined
  const late = isDatalakeError('timeout', /does not answer in time/)
  await withServer(
    (request, response) => script(request, response),
    async lake => {
      await assert.rejects(lake.read('x', 0, 6), late)
      script = (_request, response) => {
        response.writeHead(206, { 'content-length': '6' }).write('abc')
      }
      await assert.rejects(lake.read('x', 0, 6), late)
    },
    { attempts: 2, timeoutMs: 40 },
  )
  await withServer(
    () => undefined,
    lake => assert.rejects(lake.size('x'), late),
    {
      attempts: 1,
      idleTimeoutMs: 20,
    },
  )
})

test('an aborted call to S3 ends at once with its reason', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  await withServer(
    () => controller.abort(reason),
    async lake => {
      await assert.rejects(lake.read('x', 0, 6, { signal: controller.signal }), reason)
    },
  )
})

test('a write to S3 sends its bytes again when it is tried again', async () => {
  const bodies: string[] = []
  const script: Script = (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      bodies.push(Buffer.concat(parts).toString())
      response.writeHead(bodies.length === 1 ? 500 : 200).end()
    })
  }
  await withServer(script, async lake => {
    await lake.write('x', toContent(Buffer.from('stamp')))
    assert.deepEqual(bodies, ['stamp', 'stamp'])
  })
})

test('parseS3Fault() never throws', () => {
  for (const body of ['', '<', 'plain text', '<Error><Code></Code></Error>']) {
    assert.deepEqual(parseS3Fault(Buffer.from(body)), { code: '', message: '', region: '' })
  }
})

test('S3 gives the end of a file and its size in one request', async () => {
  let range: string | undefined
  const script: Script = (request, response) => {
    range = request.headers.range
    response.writeHead(206, { 'content-range': 'bytes 97-99/100' }).end('xyz')
  }
  await withServer(script, async (lake, server) => {
    const { size, bytes } = await readFileEnd(lake, 'x', 3)
    assert.deepEqual([size, Buffer.from(bytes).toString(), range], [100, 'xyz', 'bytes=-3'])
    assert.deepEqual(server.requests, ['GET /fink/a%20b/x'])
  })
})

test('S3 that answers otherwise about the end of a file is understood, or fails', async () => {
  const answers = new Map<string, (response: ServerResponse) => void>([
    ['whole', response => response.writeHead(200).end('ab')],
    ['long', response => response.writeHead(200).end('abcdef')],
    ['empty', response => response.writeHead(416).end('<Error><Code>InvalidRange</Code></Error>')],
    ['unsized', response => response.writeHead(206).end('abc')],
    ['unknown', r => r.writeHead(206, { 'content-range': 'bytes 7-9/*' }).end('abc')],
    ['short', r => r.writeHead(206, { 'content-range': 'bytes 7-9/10' }).end('ab')],
    ['missing', response => response.writeHead(404).end()],
  ])
  const script: Script = ({ url = '' }, response) => {
    answers.get(url.slice(url.lastIndexOf('/') + 1))?.(response)
  }
  await withServer(script, async lake => {
    assert.equal((await readFileEnd(lake, 'whole', 3)).size, 2)
    assert.equal((await readFileEnd(lake, 'empty', 3)).size, 0)
    const isFault = (pattern: RegExp) => isDatalakeError('failed', pattern)
    await assert.rejects(readFileEnd(lake, 'long', 3), isFault(/more than 3 bytes/))
    await assert.rejects(readFileEnd(lake, 'unsized', 3), isFault(/size of "unsized"/))
    await assert.rejects(readFileEnd(lake, 'unknown', 3), isFault(/size of "unknown"/))
    await assert.rejects(readFileEnd(lake, 'short', 3), isFault(/"short": it ends before byte 10/))
    await assert.rejects(readFileEnd(lake, 'missing', 3), NotFoundError)
  })
})
