/** The data lake in a real S3 service. Without Go the tests are skipped by name. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cachedDatalake } from '../../src/datalake/cached.js'
import { datalakeContract } from '../../src/datalake/contract.js'
import { type Datalake, toContent } from '../../src/datalake/datalake.js'
import { openDatalake } from '../../src/datalake/open.js'
import { DatalakeError, NotFoundError } from '../../src/errors.js'
import { missingForS3, type S3Service, startS3 } from '../services/s3.js'

const missing = missingForS3()

if (missing.length > 0) {
  test('S3 lake keeps the contract', t => t.skip(`needs ${missing.join(', ')}`))
} else {
  testWithServer()
}

function testWithServer(): void {
  let service: S3Service
  before(async () => {
    service = await startS3()
  })
  after(() => service.close())

  const open = (options: { region?: string; env?: object; prefix?: string } = {}) => {
    const { region = service.region, env = service.env, prefix = '' } = options
    const endpoint = encodeURIComponent(service.endpoint)
    const address = `s3://${service.bucket}${prefix}?endpoint=${endpoint}&region=${region}`
    return openDatalake(address, { env: { ...env }, limits: { attempts: 2, retryDelayMs: 1 } })
  }
  const withLake = async (lake: Datalake, run: (lake: Datalake) => Promise<void>) => {
    try {
      await run(lake)
    } finally {
      await lake.close()
    }
  }

  datalakeContract('S3 lake', () => open())
  datalakeContract('S3 lake below a prefix', () => open({ prefix: '/nights/2024' }))
  datalakeContract('cached S3 lake', async () =>
    cachedDatalake(await open(), { maxBytes: 2 ** 20 }),
  )

  test('S3 lake without credentials is refused, not empty', async () => {
    await withLake(await open(), lake => lake.write('a', toContent(Uint8Array.of(1))))
    await withLake(await open({ env: {} }), async lake => {
      await assert.rejects(lake.read('a', 0, 1), /S3|AccessDenied/)
      await assert.rejects(lake.read('a', 0, 1), DatalakeError)
      await assert.rejects(lake.size('a'), DatalakeError)
    })
  })

  test('S3 lake with a wrong secret says so', async () => {
    const env = { ...service.env, AWS_SECRET_ACCESS_KEY: 'wrong' }
    await withLake(await open({ env }), async lake => {
      await assert.rejects(lake.read('a', 0, 1), /SignatureDoesNotMatch/)
    })
  })

  test('S3 lake in a wrong region names the right one', async () => {
    await withLake(await open({ region: 'eu-west-3' }), async lake => {
      await assert.rejects(lake.read('a', 0, 1), /region "us-east-1"/)
    })
  })

  test('S3 lake in a missing bucket fails, its files are not just missing', async () => {
    const endpoint = encodeURIComponent(service.endpoint)
    const lake = await openDatalake(`s3://nothing?endpoint=${endpoint}`, { env: service.env })
    await withLake(lake, async lake => {
      await assert.rejects(lake.read('a', 0, 1), (error: unknown) => {
        assert.ok(!(error instanceof NotFoundError) && error instanceof DatalakeError)
        return /NoSuchBucket/.test(error.message)
      })
    })
  })
}
