/**
 * Resident memory of a server after 10,000 mixed requests, and after 10,000 more. Pages of the store
 * that are mapped into memory are told apart.
 */
import { objectsByLength } from './measuring/objects.js'
import { load, option, report } from './measuring/report.js'
import { startServer } from './measuring/server.js'
import { benchData } from './measuring/sky.js'

const { folder } = await benchData(option('alerts', 100_000))
const { short, medium, long } = await objectsByLength(folder)
const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
const formats = ['json', 'csv', 'votable', 'parquet']
const urls = [...short.slice(0, 500), ...medium.slice(0, 500)].map(
  (id, i) => `${server.url}/api/v1/objects?objectId=${id}&output-format=${formats[i % 4]}`,
)
urls.push(`${server.url}/api/v1/objects?objectId=${long}`)
const batch = async (requests: number): Promise<void> => {
  for (let done = 0; done < requests; ) done += (await load(urls, { seconds: 2 })).requests
}
await batch(10_000)
const first = server.ownMb()
const mapped = server.residentMb() - first
await batch(10_000)
const second = server.ownMb()
await server.stop()
report({
  bench: 'resident memory after 10,000 mixed requests',
  value: first,
  unit: 'MB',
  goal: '<= 300',
  details: { after20000: second, mappedFiles: mapped },
})
report({
  bench: 'growth of it over the next 10,000',
  value: second / first,
  unit: 'ratio',
  goal: '<= 1.1',
})
