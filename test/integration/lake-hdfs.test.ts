/** The data lake in a real HDFS. Without Java or Maven the tests are skipped by name. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cachedDatalake } from '../../src/datalake/cached.js'
import { datalakeContract } from '../../src/datalake/contract.js'
import { type Datalake, toContent } from '../../src/datalake/datalake.js'
import { openDatalake } from '../../src/datalake/open.js'
import { DatalakeError } from '../../src/errors.js'
import { type HdfsService, missingForHdfs, startHdfs } from '../services/hdfs.js'

const missing = missingForHdfs()

if (missing.length > 0) {
  test('HDFS lake keeps the contract', t => t.skip(`needs ${missing.join(', ')}`))
} else {
  testWithServer()
}

function testWithServer(): void {
  let service: HdfsService
  before(async () => {
    service = await startHdfs({ 'dfs.permissions.enabled': true })
    await setPermission(service, '/', '777')
  })
  after(() => service.close())

  const open = (root = '', user = 'fink') =>
    openDatalake(`webhdfs://${service.webHdfs}${root}?user=${user}`, {
      limits: { attempts: 3, retryDelayMs: 1 },
    })
  const withLake = async (lake: Datalake, run: (lake: Datalake) => Promise<void>) => {
    try {
      await run(lake)
    } finally {
      await lake.close()
    }
  }

  datalakeContract('HDFS lake', () => open())
  datalakeContract('HDFS lake below a folder', () => open('/user/fink'))
  datalakeContract('cached HDFS lake', async () =>
    cachedDatalake(await open(), { maxBytes: 2 ** 20 }),
  )

  test('HDFS lake tells a file it may not read from a missing one', async () => {
    await withLake(await open(), async lake => {
      await lake.write('private/a', toContent(Uint8Array.of(1, 2, 3)))
      await setPermission(service, '/private', '755', 'fink')
      await setPermission(service, '/private/a', '600', 'fink')
    })
    await withLake(await open('', 'stranger'), async lake => {
      const isRefused = (error: unknown): boolean =>
        error instanceof DatalakeError &&
        error.failure === 'failed' &&
        /AccessControlException: Permission denied: user=stranger/.test(error.message)
      await assert.rejects(lake.read('private/a', 0, 1), isRefused)
      await assert.rejects(lake.write('private/b', toContent(Uint8Array.of(1))), isRefused)
    })
  })

  test('HDFS lake does not take a file for a folder to write into', async () => {
    await withLake(await open(), async lake => {
      await lake.write('file/a', toContent(Uint8Array.of(1)))
      await assert.rejects(lake.write('file/a/b', toContent(Uint8Array.of(1))), DatalakeError)
    })
  })

  test('HDFS lake goes to the next name node when one does not answer', async () => {
    const lake = await openDatalake(`webhdfs://127.0.0.1:1,${service.webHdfs}/?user=fink`)
    await withLake(lake, async lake => {
      await lake.write('failover/a', toContent(Uint8Array.of(1, 2, 3)))
      assert.deepEqual([...(await lake.read('failover/a', 1, 3))], [2, 3])
    })
  })

  test('HDFS lake whose name nodes are all gone is unavailable', async () => {
    const lake = await openDatalake('webhdfs://127.0.0.1:1,127.0.0.1:2/', {
      limits: { attempts: 2, retryDelayMs: 1 },
    })
    await withLake(lake, async lake => {
      await assert.rejects(lake.size('a'), (error: unknown) => {
        assert.ok(error instanceof DatalakeError)
        return error.failure === 'unavailable' && error.isRetryable
      })
    })
  })
}

async function setPermission(
  { webHdfs }: HdfsService,
  path: string,
  permission: string,
  user?: string,
): Promise<void> {
  const superuser = user ?? process.env.USER ?? 'root'
  const url = `http://${webHdfs}/webhdfs/v1${path}?op=SETPERMISSION&permission=${permission}`
  const reply = await fetch(`${url}&user.name=${superuser}`, { method: 'PUT' })
  if (reply.status !== 200) throw new Error(`Cannot set permissions: ${await reply.text()}`)
}
