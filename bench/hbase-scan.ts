/**
 * How fast the HBase client scans a real HBase, beside the Java client on the same tables: all
 * rows, and the rows of many objects, one scan after the other and side by side. Starts HBase by
 * itself; needs Java and Maven.
 */
import { spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { type HBaseClient, openHBase, type ScanOptions } from '../src/store/hbase/client.js'
import {
  type HBaseService,
  hbaseLibraries,
  missingForHBase,
  startHBase,
} from '../test/services/hbase.js'
import { median, report } from './measuring/report.js'

const TABLE = 'bench'
const OBJECTS = 300
const ROWS_PER_OBJECT = 20
const COLUMNS = 149
const WARM_UP = 5
const REPEATS = 5
const CASE_COUNT = 3
/** Scans of the Java client that run at the same time. */
const JAVA_THREADS = 32
const VALUE = Buffer.alloc(8, 0x40)
const SPLITS = ['o00100', 'o00200'].map(key => Buffer.from(key))

interface Run {
  readonly name: string
  readonly ms: number
  readonly cells: number
}

function prefixOf(object: number): string {
  return `o${String(object).padStart(5, '0')}_`
}

async function fill(client: HBaseClient): Promise<void> {
  await client.createTable({ name: TABLE, families: ['i', 'd'], splitKeys: SPLITS })
  const cells = Array.from({ length: COLUMNS }, (_, column) => ({
    family: Buffer.from(column % 2 === 0 ? 'i' : 'd'),
    qualifier: Buffer.from(`column${column}`),
    value: VALUE,
  }))
  for (let object = 0; object < OBJECTS; object++) {
    const rows = Array.from({ length: ROWS_PER_OBJECT }, (_, night) => ({
      row: Buffer.from(`${prefixOf(object)}${2_459_000 + night}.5`),
      cells,
    }))
    await client.put(TABLE, rows)
  }
}

/** Reads all rows of a scan and touches every cell. */
async function read(client: HBaseClient, options: ScanOptions): Promise<number> {
  let cells = 0
  let bytes = 0
  for await (const batch of client.scan(TABLE, options)) {
    const end = batch.rowStartCell[batch.rowCount]!
    for (let cell = batch.rowStartCell[0]!; cell < end; cell++) bytes += batch.valueLength[cell]!
    cells += end - batch.rowStartCell[0]!
  }
  return bytes < 0 ? -1 : cells
}

function readObject(client: HBaseClient, object: number): Promise<number> {
  const startRow = Buffer.from(prefixOf(object))
  return read(client, { startRow, stopRow: Buffer.from(`${prefixOf(object)}~`) })
}

async function oneByOne(client: HBaseClient): Promise<number> {
  let cells = 0
  for (let object = 0; object < OBJECTS; object++) cells += await readObject(client, object)
  return cells
}

async function sideBySide(client: HBaseClient): Promise<number> {
  const reads = Array.from({ length: OBJECTS }, (_, object) => readObject(client, object))
  return (await Promise.all(reads)).reduce((sum, cells) => sum + cells, 0)
}

async function runNative(client: HBaseClient): Promise<Run[]> {
  const cases = { all: () => read(client, {}), 'one-by-one': oneByOne, 'side-by-side': sideBySide }
  const runs: Run[] = []
  for (let repeat = 0; repeat < WARM_UP + REPEATS; repeat++) {
    for (const [name, work] of Object.entries(cases)) {
      const start = performance.now()
      const cells = await work(client)
      runs.push({ name, ms: performance.now() - start, cells })
    }
  }
  return runs
}

function runJava(service: HBaseService): Run[] {
  const port = service.zookeeper.split(':')[1]!
  const numbers = [WARM_UP + REPEATS, OBJECTS, JAVA_THREADS].map(String)
  const source = 'bench/hbase/java/ScanBench.java'
  const args = ['-cp', `${hbaseLibraries()}/*`, source, port, TABLE, ...numbers]
  const run = spawnSync('java', args, { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`Java failed: ${run.stderr}`)
  return run.stdout
    .trim()
    .split('\n')
    .map(line => {
      const [name = '', ms, cells] = line.split(' ')
      return { name, ms: Number(ms), cells: Number(cells) }
    })
}

/** Median of the repetitions of a case after those to warm up. */
function medianMs(runs: readonly Run[], name: string): number {
  const measured = runs.filter(run => run.name === name).slice(WARM_UP)
  return median(measured.map(run => run.ms))
}

function compare(native: readonly Run[], java: readonly Run[]): void {
  for (const { name, cells } of native.slice(0, CASE_COUNT)) {
    const [nativeMs, javaMs] = [medianMs(native, name), medianMs(java, name)]
    report({
      bench: `scan of a real HBase, ${name}`,
      value: javaMs / nativeMs,
      unit: 'times as fast as the Java client',
      details: { cells, nativeMs, javaMs, javaThreads: JAVA_THREADS },
    })
  }
}

const missing = missingForHBase()
if (missing.length > 0) {
  process.stdout.write(`${JSON.stringify({ bench: 'hbase-scan', missing })}\n`)
} else {
  const service = await startHBase()
  const client = openHBase({ zookeeper: [service.zookeeper], timeoutMs: 60_000 })
  try {
    await fill(client)
    compare(await runNative(client), runJava(service))
  } finally {
    client.close()
    await service.close()
  }
}
