/** Latest alerts of the rarest class against those of the commonest, 100 of each. */
import { join } from 'node:path'
import { textReader } from '../src/rows/cell-reader.js'
import { openEmbeddedStore } from '../src/store/embedded/embedded.js'
import { ALL_KEYS } from '../src/store/store.js'
import { derivationOf } from '../src/surveys/surveys.js'
import { load, median, option, report } from './measuring/report.js'
import { startServer } from './measuring/server.js'
import { benchData } from './measuring/sky.js'

const N = 100
const { folder } = await benchData(option('alerts', 100_000))
const counts = await classCounts()
const usable = [...counts].filter(([, count]) => count >= N).sort((a, b) => a[1] - b[1])
const rarest = usable[0]!
const commonest = usable[usable.length - 1]!
const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
const url = (name: string): string =>
  `${server.url}/api/v1/latests?class=${encodeURIComponent(name)}&n=${N}`
const ratios: number[] = []
for (let round = 0; round < 5; round++) {
  const rare = await load([url(rarest[0])], { connections: 1, seconds: 1 })
  const common = await load([url(commonest[0])], { connections: 1, seconds: 1 })
  ratios.push(rare.medianMs / common.medianMs)
}
await server.stop()
report({
  bench: `latests of the rarest class, against the commonest, n=${N}`,
  value: median(ratios),
  unit: 'time ratio',
  goal: '<= 1.5',
  details: { rarest: rarest.join(' '), commonest: commonest.join(' ') },
})

async function classCounts(): Promise<Map<string, number>> {
  const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
  const labelOf = textReader('v:classification')
  const found = new Map<string, number>()
  for await (const batch of store.scan({ table: 'ztf.class', ranges: [ALL_KEYS] })) {
    for (const row of batch) {
      const label = labelOf(row) ?? 'Unknown'
      found.set(label, (found.get(label) ?? 0) + 1)
    }
  }
  await store.close()
  return found
}
