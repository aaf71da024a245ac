/** The data lake in an HDFS whose data nodes die. Without Java or Maven skipped by name. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Datalake, toContent } from '../../src/datalake/datalake.js'
import { openDatalake } from '../../src/datalake/open.js'
import { DatalakeError } from '../../src/errors.js'
import { type HdfsDaemons, missingForHdfs, startHdfsDaemons } from '../services/hdfs.js'

const missing = missingForHdfs()

if (missing.length > 0) {
  test('HDFS lake outlives data nodes', t => t.skip(`needs ${missing.join(', ')}`))
} else {
  testWithDaemons()
}

const BYTES = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)

async function assertReads(lake: Datalake, path: string): Promise<void> {
  const read = await lake.read(path, 1_000, 90_000)
  assert.ok(Buffer.from(BYTES.subarray(1_000, 90_000)).equals(read))
}

function testWithDaemons(): void {
  let service: HdfsDaemons
  let lake: Datalake
  before(async () => {
    service = await startHdfsDaemons(2)
    lake = await openDatalake(`webhdfs://${service.webHdfs}/?user=fink`, {
      limits: { idleTimeoutMs: 4_000, retryDelayMs: 1 },
    })
  })
  after(async () => {
    await lake.close()
    await service.close()
  })

  test('HDFS lake reads on from the other data node when one is silent', async () => {
    const [first] = service.dataNodes
    const paths = Array.from({ length: 6 }, (_, i) => `silent/${i}`)
    for (const path of paths) {
      await lake.write(path, toContent(BYTES))
      await assertReads(lake, path)
    }
    first!.signal('SIGSTOP')
    try {
      for (const path of paths) await assertReads(lake, path)
    } finally {
      first!.signal('SIGCONT')
    }
  })

  test('HDFS lake reads on from the other data node when one is killed', async () => {
    const [first] = service.dataNodes
    const known = Array.from({ length: 6 }, (_, i) => `known/${i}`)
    const fresh = Array.from({ length: 6 }, (_, i) => `fresh/${i}`)
    for (const path of [...known, ...fresh]) await lake.write(path, toContent(BYTES))
    for (const path of known) await assertReads(lake, path)
    await first!.kill()
    for (const path of [...known, ...fresh]) await assertReads(lake, path)
    await first!.restart()
  })

  test('HDFS lake is unavailable without data nodes and reads again when one is back', async () => {
    await lake.write('gone/a', toContent(BYTES))
    await assertReads(lake, 'gone/a')
    const [first, second] = service.dataNodes
    await Promise.all([first!.kill(), second!.kill()])
    await assert.rejects(lake.read('gone/a', 0, 10), (error: unknown) => {
      assert.ok(error instanceof DatalakeError, String(error))
      return error.failure === 'unavailable'
    })
    assert.equal(await lake.size('gone/a'), BYTES.length)
    await second!.restart()
    await assertReads(lake, 'gone/a')
  })
}
