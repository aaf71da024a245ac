/**
 * A real HDFS for tests: either name node and data node in one Java process, or daemons of their
 * own, of which data nodes may be killed. Everything listens on the loopback interface only and
 * keeps its data in a temporary folder.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import { type Artifact, fetchArtifacts, missingPrograms } from './maven.js'
import { answers, ServiceProcess } from './service-process.js'

/** The release that is tested against. */
export const HADOOP_VERSION = '3.3.6'

/** The last two are missing in the first: its daemons log with one and answer with the other. */
const ARTIFACTS: readonly Artifact[] = [
  { id: `org.apache.hadoop:hadoop-client-minicluster:${HADOOP_VERSION}` },
  { id: 'org.slf4j:slf4j-reload4j:1.7.36' },
  { id: 'javax.xml.bind:jaxb-api:2.3.1' },
]

const START_TIMEOUT_MS = 120_000
const JAVA_OPTIONS = ['-Xmx256m', '--add-opens=java.base/java.lang=ALL-UNNAMED']
const ONE_PROCESS_CLASS = 'org.apache.hadoop.test.MiniDFSClusterManager'
const NAME_NODE_CLASS = 'org.apache.hadoop.hdfs.server.namenode.NameNode'
const DATA_NODE_CLASS = 'org.apache.hadoop.hdfs.server.datanode.DataNode'

const LOGGING = `log4j.rootLogger=WARN,console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
`

type Settings = Readonly<Record<string, string | number | boolean>>

/** Names of the programs that are missing to run HDFS; see `missingPrograms` about CI. */
export function missingForHdfs(): string[] {
  return missingPrograms(['java', 'mvn'])
}

function toSite(values: Settings): string {
  const properties = Object.entries(values).map(
    ([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`,
  )
  return `<configuration>\n${properties.join('\n')}\n</configuration>\n`
}

/** A folder of configuration files; gives the arguments of Java before the class to run. */
function configure(folder: string, lib: string, hdfs: Settings, core: Settings = {}): string[] {
  // Servers unpack their web pages here, and leave them when they are killed.
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  writeFileSync(join(folder, 'hdfs-site.xml'), toSite(hdfs))
  writeFileSync(join(folder, 'core-site.xml'), toSite(core))
  writeFileSync(join(folder, 'log4j.properties'), LOGGING)
  return [...JAVA_OPTIONS, `-Djava.io.tmpdir=${temporary}`, '-cp', `${folder}:${join(lib, '*')}`]
}

/** The cluster takes files when so many data nodes are there and its REST service has begun. */
async function waitForDataNodes(
  server: ServiceProcess,
  webHdfs: string,
  count: number,
): Promise<void> {
  const state = `http://${webHdfs}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState`
  const isThere = () => answers(state, `"NumLiveDataNodes" : ${count}`)
  await server.until(isThere, START_TIMEOUT_MS)
  const isServing = () => answers(`http://${webHdfs}/webhdfs/v1/?op=LISTSTATUS`)
  await server.until(isServing, START_TIMEOUT_MS)
}

/** A running HDFS. */
export interface HdfsService {
  /** `host:port` of the REST service of the name node. */
  readonly webHdfs: string
  /** Stops everything and removes the data. */
  close(): Promise<void>
}

/**
 * Starts an empty HDFS in one process and waits until it serves.
 *
 * @param more settings beside those of a test cluster
 */
export async function startHdfs(more: Settings = {}): Promise<HdfsService> {
  const lib = fetchArtifacts('hdfs', ARTIFACTS)
  const folder = mkdtempSync(join(tmpdir(), 'hdfs-'))
  const settings = { 'dfs.permissions.enabled': false, 'dfs.replication': 1, ...more }
  const java = configure(join(folder, 'conf'), lib, settings)
  const written = join(folder, 'effective.xml')
  const cluster = [ONE_PROCESS_CLASS, '-format', '-datanodes', '1', '-writeConfig', written]
  const args = [`-Dtest.build.data=${join(folder, 'data')}`, ...java, ...cluster]
  const server = new ServiceProcess({ program: 'java', args })
  const close = async () => {
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    let webHdfs = ''
    await server.until(async () => {
      webHdfs = readSetting(written, 'dfs.namenode.http-address')
      return webHdfs !== ''
    }, START_TIMEOUT_MS)
    await waitForDataNodes(server, webHdfs, 1)
    return { webHdfs, close }
  } catch (failure) {
    await close()
    throw failure
  }
}

function readSetting(file: string, name: string): string {
  try {
    const xml = readFileSync(file, 'utf8')
    return new RegExp(`<name>${name}</name><value>([^<]*)</value>`).exec(xml)?.[1] ?? ''
  } catch {
    // Not written yet.
    return ''
  }
}

/** A data node in a process of its own. */
export interface DataNode {
  /** `host:port` of its REST service, the same after each start. */
  readonly host: string
  /** Sends it a signal, such as SIGSTOP to make it silent. */
  signal(signal: NodeJS.Signals): void
  /** Kills it at once. */
  kill(): Promise<void>
  /** Starts it again after it was killed and waits until it serves. */
  restart(): Promise<void>
}

/** A running HDFS of several processes. */
export interface HdfsDaemons extends HdfsService {
  readonly dataNodes: readonly DataNode[]
}

/**
 * Starts an empty HDFS of a name node and data nodes, every file on each of them, and waits until
 * it serves.
 */
export async function startHdfsDaemons(count: number): Promise<HdfsDaemons> {
  const lib = fetchArtifacts('hdfs', ARTIFACTS)
  const folder = mkdtempSync(join(tmpdir(), 'hdfs-'))
  const webHdfs = `127.0.0.1:${await freePort()}`
  const core = { 'fs.defaultFS': `hdfs://127.0.0.1:${await freePort()}` }
  const settings = {
    'dfs.namenode.name.dir': `file://${join(folder, 'name')}`,
    'dfs.namenode.http-address': webHdfs,
    'dfs.namenode.safemode.extension': 0,
    'dfs.permissions.enabled': false,
    'dfs.replication': count,
    'dfs.datanode.hostname': '127.0.0.1',
    // On one machine all replicas are near: a data node may read from a silent other one.
    'dfs.client.socket-timeout': 500,
  }
  const java = configure(join(folder, 'conf-name'), lib, settings, core)
  const format = ['-format', '-force', '-nonInteractive']
  const formatted = spawnSync('java', [...java, NAME_NODE_CLASS, ...format], { encoding: 'utf8' })
  if (formatted.status !== 0) throw new Error(`Cannot format HDFS: ${formatted.stderr}`)
  const nameNode = new ServiceProcess({ program: 'java', args: [...java, NAME_NODE_CLASS] })
  const dataNodes: OwnDataNode[] = []
  const close = async () => {
    await Promise.all([nameNode.end(), ...dataNodes.map(dataNode => dataNode.end())])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (let i = 0; i < count; i++) {
      const ports = { data: await freePort(), http: await freePort(), ipc: await freePort() }
      const own = {
        'dfs.datanode.data.dir': `file://${join(folder, `data-${i}`)}`,
        'dfs.datanode.address': `127.0.0.1:${ports.data}`,
        'dfs.datanode.http.address': `127.0.0.1:${ports.http}`,
        'dfs.datanode.ipc.address': `127.0.0.1:${ports.ipc}`,
      }
      const conf = join(folder, `conf-data-${i}`)
      const args = [...configure(conf, lib, { ...settings, ...own }, core), DATA_NODE_CLASS]
      dataNodes.push(new OwnDataNode(args, `127.0.0.1:${ports.http}`))
    }
    await waitForDataNodes(nameNode, webHdfs, count)
    return { webHdfs, dataNodes, close }
  } catch (failure) {
    await close()
    throw failure
  }
}

class OwnDataNode implements DataNode {
  readonly host: string
  readonly #args: readonly string[]
  #process: ServiceProcess

  constructor(args: readonly string[], host: string) {
    this.host = host
    this.#args = args
    this.#process = new ServiceProcess({ program: 'java', args })
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal)
  }

  kill(): Promise<void> {
    return this.#process.end('SIGKILL')
  }

  end(): Promise<void> {
    return this.#process.end()
  }

  async restart(): Promise<void> {
    this.#process = new ServiceProcess({ program: 'java', args: this.#args })
    const info = `http://${this.host}/jmx?qry=Hadoop:service=DataNode,name=DataNodeInfo`
    const isConnected = () => answers(info, '\\"NamenodeHaState\\":\\"active\\"')
    await this.#process.until(isConnected, START_TIMEOUT_MS)
  }
}
