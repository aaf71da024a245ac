/**
 * The floor of the benchmarks of a remote lake: a bare client that reads byte ranges of one file,
 * a few at a time, and does nothing with them. In a process of its own, like the service.
 *
 * What to read stands on standard input: {"urls":[...],"connections":11,"rounds":50}
 */
import { get } from 'node:http'
import { text } from 'node:stream/consumers'

interface Spans {
  /** One address for each range. */
  readonly urls: readonly string[]
  readonly connections: number
  readonly rounds: number
}

async function run({ urls, connections, rounds }: Spans): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now()
    let next = 0
    const worker = async (): Promise<void> => {
      while (next < urls.length) await read(urls[next++]!)
    }
    await Promise.all(Array.from({ length: connections }, worker))
    times.push(performance.now() - begin)
  }
  times.sort((a, b) => a - b)
  return times[times.length >> 1] ?? Number.NaN
}

function read(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, response => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
      response.on('error', reject).on('end', resolve).resume()
    }).on('error', reject)
  })
}

const given = JSON.parse(await text(process.stdin)) as Spans
process.stdout.write(`${JSON.stringify(await run(given))}\n`)
process.exit(0)
