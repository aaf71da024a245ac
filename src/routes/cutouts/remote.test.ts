import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import {
  filesOf,
  memoryLake,
  openCutoutService,
  type StampAlert,
  type StampApp,
  withStampApp,
} from '../../../test/routes/stamp-app.js'
import type { Datalake } from '../../datalake/datalake.js'

const OBJECT = 'ZTF21abfmbix'
const FILE = 'archive/part-00000.parquet'
const alerts: readonly StampAlert[] = Array.from({ length: 12 }, (_, night) => ({
  object: OBJECT,
  jd: 2_459_000.5 + night,
  candid: 1_622_215_345_315_015_000n + BigInt(night),
  magnitude: 18 + Math.abs(night - 5),
  file: FILE,
  missing: night === 7 ? ['Template'] : undefined,
}))

/** Where no lake is read: every call of it is a fault of the test. */
const noLake: Datalake = {
  size: () => assert.fail('the lake was asked'),
  read: () => assert.fail('the lake was asked'),
  write: () => assert.fail('the lake was asked'),
  close: async () => undefined,
}

/** The object API that reads stamps through the service at the address. */
async function withRemote(
  cutoutsUrl: string,
  run: (service: StampApp) => Promise<void>,
  remoteTimeoutMs = 30_000,
): Promise<void> {
  // As the broker names files, whose place in the lake is the business of the service.
  const storedName = (file: string) => `hdfs://namenode:8020///user/fink/${file}`
  const options = { lake: noLake, cutoutsUrl, storedName, remoteTimeoutMs, cacheBytes: 2 ** 20 }
  await withStampApp(alerts, options, run)
}

/** A real cutout service on the files of the alerts, on a free port. */
async function withCutoutService(
  lake: Datalake,
  run: (url: string) => Promise<void>,
): Promise<void> {
  const { app } = openCutoutService(lake, { root: '/user/fink' })
  try {
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    await run(`http://127.0.0.1:${port}/api/v1/cutouts`)
  } finally {
    await app.close()
  }
}

/** A server that answers every request so. */
async function withFailing(
  listener: RequestListener,
  run: (url: string, asked: () => number) => Promise<void>,
): Promise<void> {
  let count = 0
  const server = createServer((request, response) => {
    count++
    listener(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    await run(`http://127.0.0.1:${port}/api/v1/cutouts/`, () => count)
  } finally {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}

const cutout = (args: Readonly<Record<string, string>>) => ({
  url: '/api/v1/cutouts',
  query: { objectId: OBJECT, kind: 'Science', ...args },
})
const curve = { url: '/api/v1/objects', query: { objectId: OBJECT, withcutouts: 'true' } }

test('cutouts and objects answer the same through a cutout service as from the lake', async () => {
  const files = filesOf(alerts)
  const questions = [
    cutout({}),
    cutout({ which: 'first', stretch: 'linear', colormap: 'viridis' }),
    cutout({ which: 'brightest', 'output-format': 'FITS' }),
    cutout({ candid: String(alerts[3]!.candid), kind: 'Template', 'output-format': 'array' }),
    cutout({ candid: String(alerts[7]!.candid), kind: 'All', 'output-format': 'array' }),
    cutout({ candid: String(alerts[7]!.candid), kind: 'Template' }),
    cutout({ candid: '17' }),
    curve,
  ]
  await withStampApp(alerts, {}, async local => {
    await withCutoutService(memoryLake(files), async url => {
      await withRemote(url, async remote => {
        for (const question of questions) {
          const expected = await local.app.inject(question)
          const answer = await remote.app.inject(question)
          const what = JSON.stringify(question)
          assert.equal(answer.statusCode, expected.statusCode, what)
          if (expected.statusCode === 200) {
            assert.ok(answer.rawPayload.equals(expected.rawPayload), what)
            assert.equal(answer.headers.etag, expected.headers.etag)
          } else assert.equal(answer.json().text, expected.json().text)
        }
      })
    })
  })
})

test('a stamp through a cutout service is asked for once, however many want it', async () => {
  await withCutoutService(memoryLake(filesOf(alerts)), async url => {
    await withRemote(url, async ({ app }) => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => app.inject(cutout({}))))
      for (const { statusCode } of answers) assert.equal(statusCode, 200)
      const metrics = (await app.inject('/metrics')).body
      assert.match(metrics, /^fink_upstream_calls_total\{service="Cutout service"\} 1$/m)
    })
  })
})

const FAILING: readonly {
  readonly what: string
  readonly listener: RequestListener
  readonly status: number
  readonly text: RegExp
  readonly timeoutMs?: number
}[] = [
  {
    what: 'answers 500 with a page, as the old one does whatever happens',
    listener: (_request, response) => response.writeHead(500).end('<html>Internal Server Error'),
    status: 503,
    text: /^Cutout service answers with status 500$/,
  },
  {
    what: 'refuses the request',
    listener: (_request, response) => response.writeHead(400).end('{}'),
    status: 502,
    text: /^Cutout service answers with status 400$/,
  },
  {
    what: 'is none',
    listener: (_request, response) => response.end('<html>Welcome</html>'),
    status: 502,
    text: /^Cutout service sends an answer that makes no sense: expected a FITS file/,
  },
  {
    what: 'has another path',
    listener: (_request, response) => response.writeHead(404).end('<html>Not Found'),
    status: 502,
    text: /^Cutout service sends an answer that makes no sense/,
  },
  {
    what: 'does not know the alert that the tables have',
    listener: (_request, response) =>
      response.writeHead(404).end('{"status":"error","text":"Cannot find candid \\"1\\""}'),
    status: 502,
    text: /^Cannot find candid "1"$/,
  },
  {
    what: 'hangs up',
    listener: request => request.socket.destroy(),
    status: 503,
    text: /^Cutout service cannot be reached/,
  },
  {
    what: 'is silent',
    listener: () => undefined,
    status: 504,
    text: /^Cutout service does not answer in 0.2 s$/,
    timeoutMs: 200,
  },
]

for (const { what, listener, status, text, timeoutMs } of FAILING) {
  test(`a cutout service that ${what} is named in the error`, async () => {
    await withFailing(listener, async url => {
      await withRemote(
        url,
        async ({ app }) => {
          for (const question of [cutout({}), curve]) {
            const { statusCode, body } = await app.inject(question)
            assert.equal(statusCode, status, body)
            assert.equal(JSON.parse(body).code, 'datalake_failed')
            assert.match(JSON.parse(body).text, text)
          }
        },
        timeoutMs,
      )
    })
  })
}

test('a cutout service that keeps failing is left alone for a while', async () => {
  const listener: RequestListener = (_request, response) => response.writeHead(503).end()
  await withFailing(listener, async (url, asked) => {
    await withRemote(url, async ({ app }) => {
      for (let i = 0; i < 20; i++) await app.inject(cutout({ which: 'first' }))
      assert.ok(asked() < 10, String(asked()))
      const { statusCode, headers, body } = await app.inject(cutout({}))
      assert.equal(statusCode, 503)
      assert.match(body, /Cutout service failed repeatedly/)
      assert.ok(Number(headers['retry-after']) > 0)
    })
  })
})

test('objects tells which stamps a cutout service left out', async () => {
  const files = filesOf(alerts)
  const some = alerts.map((alert, i) => ({ ...alert, file: i < 4 ? FILE : 'archive/gone.parquet' }))
  await withCutoutService(memoryLake(files), async cutoutsUrl => {
    await withStampApp(some, { cutoutsUrl, cacheBytes: 1 }, async ({ app }) => {
      const answer = await app.inject(curve)
      assert.equal(answer.statusCode, 200, answer.body)
      const isThere = answer.json().map((row: object) => Reflect.get(row, SCIENCE) !== null)
      assert.deepEqual(isThere, [...new Array(8).fill(false), ...new Array(4).fill(true)])
      assert.match(String(answer.headers['x-fink-partial']), /^24 stamps are missing: Cannot find/)
    })
  })
})

const SCIENCE = 'b:cutoutScience_stampData'
