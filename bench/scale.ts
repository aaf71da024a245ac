/** Median latency of one object in a large store against a small one: 1,000,000 and 10,000 alerts. */
import { objectsByLength } from './objects.js'
import { load, option, report } from './report.js'
import { startServer } from './server.js'
import { benchData } from './sky.js'

const LARGE = option('alerts', 1_000_000)
const SMALL = 10_000

async function medianMs(alerts: number): Promise<number> {
  const { folder } = await benchData(alerts)
  const { short } = await objectsByLength(folder)
  const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
  const urls = short.map(id => `${server.url}/api/v1/objects?objectId=${id}`)
  await load(urls, { connections: 1, seconds: 2 })
  const { medianMs } = await load(urls, { connections: 1, seconds: 4 })
  await server.stop()
  return medianMs
}

const small = await medianMs(SMALL)
const large = await medianMs(LARGE)
report({
  bench: `median latency of one object at ${LARGE} alerts, against ${SMALL}`,
  value: large / small,
  unit: 'ratio',
  goal: '<= 1.5',
  details: { largeMs: large, smallMs: small },
})
