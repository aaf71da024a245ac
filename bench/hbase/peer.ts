/**
 * The Java client of HBase as a peer of the benchmarks: a process of its own that scans on demand,
 * so that its scans and ours take turns and meet the same load.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { hbaseLibraries } from '../../test/services/hbase.js'

const SOURCE = 'bench/hbase/java/RangeBench.java'

/** Ranges of keys that are scanned one after the other. */
export interface ScanCase {
  readonly name: string
  readonly table: string
  readonly prefixes: readonly string[]
}

/** One repetition of a case. */
export interface PeerRun {
  readonly ms: number
  readonly cells: number
}

/** The running peer. */
export interface JavaPeer {
  /** Scans the ranges of a case once. Not to be called again before it has ended. */
  run(name: string): Promise<PeerRun>
  close(): Promise<void>
}

/**
 * Starts the peer.
 *
 * @param zookeeperPort where its ZooKeeper listens on this machine
 */
export function openJavaPeer(zookeeperPort: number, cases: readonly ScanCase[]): JavaPeer {
  const args = ['-cp', `${hbaseLibraries()}/*`, SOURCE, String(zookeeperPort)]
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'ignore'] })
  // A benchmark that fails must not leave it behind.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  for (const { name, table, prefixes } of cases) {
    for (const prefix of prefixes) child.stdin.write(`${name} ${table} ${prefix}\n`)
  }
  child.stdin.write('\n')
  return {
    async run(name) {
      child.stdin.write(`${name}\n`)
      const line = await lines.next()
      if (line.done === true) throw new Error('The Java client ended before it answered')
      const [ms, cells] = line.value.split(' ').map(Number)
      return { ms: ms!, cells: cells! }
    },
    async close() {
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      await gone
      process.off('exit', kill)
    },
  }
}
