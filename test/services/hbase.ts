/**
 * A real HBase for tests: ZooKeeper, master and a region server in one Java process, and on demand
 * further region servers in processes of their own, which may be killed. Everything listens on the
 * loopback interface only and keeps its data in a temporary folder.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ServerName } from '../../src/store/hbase/protocol/messages.js'
import { JAVA_OPTIONS, LOGGING, type Ports, settingsOf, toSite } from './hbase-settings.js'
import { type Artifact, fetchArtifacts, missingPrograms } from './maven.js'

/** The release that is tested against, unless `FINK_TEST_HBASE_VERSION` names another one. */
export const HBASE_VERSION = '2.5.8-hadoop3'

function artifacts(): readonly Artifact[] {
  const version = process.env.FINK_TEST_HBASE_VERSION ?? HBASE_VERSION
  return [
    { id: `org.apache.hbase:hbase-server:${version}` },
    { id: 'org.apache.hbase:hbase-compression-snappy:2.6.1', isAlone: true },
  ]
}

/** Snappy codec that needs no native Hadoop library. */
export const SNAPPY_CLASS = 'org.apache.hadoop.hbase.io.compress.xerial.SnappyCodec'

const START_TIMEOUT_MS = 180_000
const STOP_TIMEOUT_MS = 20_000
const KEPT_LOG_LINES = 50_000
/** Log lines shown when a process fails. */
const SHOWN_LOG_LINES = 100
const MASTER_CLASS = 'org.apache.hadoop.hbase.master.HMaster'
const REGION_SERVER_CLASS = 'org.apache.hadoop.hbase.regionserver.HRegionServer'
/** How a region server says under which name it runs: `host,port,start code`. */
const SERVER_NAME = /Serving as (\S+?),(\d+),(\d+),/

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** A Java process of HBase. */
class JavaProcess {
  readonly #child: ChildProcess
  readonly #log: string[] = []
  readonly #ended: Promise<void>
  readonly ready: Promise<void>
  /** Name of the region server in this process, once it runs. */
  serverName: ServerName = { host: '', port: 0, startCode: 0 }

  constructor(classPath: string, mainClass: string, readyText: string) {
    const args = ['-Xmx512m', ...JAVA_OPTIONS, '-cp', classPath, mainClass, 'start']
    this.#child = spawn('java', args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#ended = new Promise(resolve => this.#child.once('exit', () => resolve()))
    this.ready = this.#waitFor(readyText)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** What it has logged. */
  get logLines(): readonly string[] {
    return this.#log
  }

  #waitFor(readyText: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        const lines = this.#log.slice(-SHOWN_LOG_LINES)
        reject(new Error(`HBase ${why}:\n${lines.join('\n')}`))
      }
      const timer = setTimeout(() => fail('is not ready in time'), START_TIMEOUT_MS)
      this.#child.once('exit', code => fail(`ended with status ${code}`))
      this.#child.once('error', cause => fail(`cannot be started: ${cause.message}`))
      createInterface({ input: this.#child.stderr! }).on('line', line => {
        this.#log.push(line)
        if (this.#log.length > KEPT_LOG_LINES) this.#log.shift()
        const [, host, port, startCode] = SERVER_NAME.exec(line) ?? []
        if (host) this.serverName = { host, port: Number(port), startCode: Number(startCode) }
        if (!line.includes(readyText)) return
        clearTimeout(timer)
        resolve()
      })
      this.#ended.then(() => clearTimeout(timer))
    })
  }

  /** Sends a signal to this process alone. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ends the process, gently at first, and waits for its end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.signal(signal)
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_TIMEOUT_MS)
    await this.#ended
    clearTimeout(timer)
  }
}

/** A region server in a process of its own. */
export interface RegionServerProcess {
  readonly name: ServerName
  readonly pid: number
  /** Sends it a signal, such as SIGSTOP to make it silent. */
  signal(signal: NodeJS.Signals): void
  /** Ends it and waits for its end; SIGKILL leaves its log to be replayed. */
  end(signal?: NodeJS.Signals): Promise<void>
}

/** A running cluster. */
export interface HBaseService {
  /** Address of its ZooKeeper. */
  readonly zookeeper: string
  /** Address of its master. */
  readonly master: string
  /** The region server in the main process. */
  readonly regionServer: ServerName
  /** What the main process has logged, oldest first. */
  logLines(): readonly string[]
  /** Starts a further region server; the port of an ended one may be used again. */
  startRegionServer(port?: number): Promise<RegionServerProcess>
  /** Stops everything and removes the data. */
  close(): Promise<void>
}

/** Folder with the jars of HBase, its Java client included; fetched when it is missing. */
export function hbaseLibraries(): string {
  return fetchArtifacts('hbase', artifacts())
}

/** Names of the programs that are missing to run HBase; see `missingPrograms` about CI. */
export function missingForHBase(): string[] {
  return missingPrograms(['java', 'mvn'])
}

function writeConfiguration(
  folder: string,
  values: Readonly<Record<string, string | number | boolean>>,
): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'hbase-site.xml'), toSite(values))
  writeFileSync(join(folder, 'log4j.properties'), LOGGING)
  return folder
}

/**
 * Starts an empty cluster and waits until it serves.
 *
 * @param more settings beside those of a test cluster
 */
export async function startHBase(
  more: Readonly<Record<string, string | number | boolean>> = {},
): Promise<HBaseService> {
  const lib = hbaseLibraries()
  const folder = mkdtempSync(join(tmpdir(), 'hbase-'))
  const ports: Ports = {
    zookeeper: await freePort(),
    master: await freePort(),
    region: await freePort(),
  }
  const values = { ...settingsOf(folder, ports), ...more }
  const classPathOf = (conf: string) => `${conf}:${join(lib, '*')}`
  const conf = writeConfiguration(join(folder, 'conf'), values)
  const main = new JavaProcess(
    classPathOf(conf),
    MASTER_CLASS,
    'Master has completed initialization',
  )
  const processes = new Set([main])
  const close = async () => {
    await Promise.all([...processes].map(process => process.end()))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await main.ready
  } catch (failure) {
    await close()
    throw failure
  }
  return {
    zookeeper: `127.0.0.1:${ports.zookeeper}`,
    master: `127.0.0.1:${ports.master}`,
    regionServer: main.serverName,
    logLines: () => main.logLines,
    async startRegionServer(wantedPort) {
      const port = wantedPort ?? (await freePort())
      const own = { 'hbase.cluster.distributed': true, 'hbase.regionserver.port': port }
      const ownConf = writeConfiguration(join(folder, `conf-${port}`), { ...values, ...own })
      const server = new JavaProcess(
        classPathOf(ownConf),
        REGION_SERVER_CLASS,
        'Serving as localhost',
      )
      processes.add(server)
      await server.ready
      return {
        name: server.serverName,
        pid: server.pid,
        signal: signal => server.signal(signal),
        end: async signal => {
          await server.end(signal)
          processes.delete(server)
        },
      }
    },
    close,
  }
}
