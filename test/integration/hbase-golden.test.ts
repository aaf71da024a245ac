/**
 * The recorded requests on a real HBase: the suites of test/golden, the same bytes as on the
 * embedded store, and the scans of the old gateway.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { columnOf } from '../../src/rows/packed-row.js'
import { cellsOf } from '../../src/store/contract.js'
import { openEmbeddedStore } from '../../src/store/embedded/embedded.js'
import { type HBaseClient, openHBase } from '../../src/store/hbase/client.js'
import { openHBaseStore, storeOn } from '../../src/store/hbase/store.js'
import { openMemoryStore } from '../../src/store/memory.js'
import { ALL_KEYS, readRows, type Store } from '../../src/store/store.js'
import { derivationOf } from '../../src/surveys/surveys.js'
import { dumpTable } from '../../src/transfer/dump.js'
import { loadDump } from '../../src/transfer/load.js'
import { readCases } from '../golden/cases.js'
import { type GatewayScan, readScans, toScanRequest } from '../golden/gateway-scans.js'
import { loadReference, openGoldenApp } from '../golden/golden-app.js'
import { toInject } from '../golden/replay.js'
import { type HBaseService, missingForHBase, startHBase } from '../services/hbase.js'
import { writeForeignTable } from '../services/hbase-foreign.js'
import { prefixedTables } from '../services/hbase-store.js'
import { cellOf } from '../services/hbase-tests.js'
import { missingShared, sharedPath } from '../shared.js'

const missing = missingForHBase()
const skip =
  sharedPath('spec') === undefined
    ? missingShared
    : missing.length > 0 && `needs ${missing.join(' and ')}`

const START_TIMEOUT_MS = 400_000
const SUITE_TIMEOUT_MS = 400_000
/** Suites that do not read from the store they are given. */
const OWN_STORE = new Set(['ingest.test.js'])

let service: HBaseService | undefined
let client: HBaseClient | undefined

function address(schemaKey?: string): string {
  assert.ok(service)
  const query = schemaKey === undefined || schemaKey === '' ? '' : `?schemaKey=${schemaKey}`
  return `hbase://${service.zookeeper}/hbase${query}`
}

/** Tables of a dump with typed cells, written as they are. */
async function writeEdgeTables(to: HBaseClient): Promise<void> {
  const lines = readFileSync(sharedPath('golden/store/edge-rows.ndjson')!, 'utf8')
    .trim()
    .split('\n')
  for (const line of lines) {
    const { table, fam, t, k, c } = JSON.parse(line) as {
      table?: string
      fam?: string[]
      t: string
      k: string
      c: Record<string, [string, string]>
    }
    if (table !== undefined) await to.createTable({ name: table, families: fam ?? [] })
    else {
      const cells = Object.entries(c).map(([name, cell]) => cellOf(name, typedBytes(...cell)))
      await to.put(t, [{ row: Buffer.from(k), cells }])
    }
  }
}

function typedBytes(type: string, text: string): Buffer {
  if (type === 's') return Buffer.from(text)
  const bytes = Buffer.alloc(4)
  if (type === 'i') bytes.writeInt32BE(Number(text))
  else bytes.writeFloatBE(Number(text))
  return bytes
}

async function fill(): Promise<void> {
  service = await startHBase()
  client = openHBase({ zookeeper: [service.zookeeper] })
  const folder = sharedPath('golden/store')!
  for (const file of readdirSync(folder).filter(name => name.endsWith('.ndjson.gz'))) {
    await writeForeignTable(client, join(folder, file))
  }
  await writeEdgeTables(client)
  await loadReference(ownStore(), folder, table => !table.startsWith('rubin.'))
}

/** The tables that were filled through the store, beside those that were not. */
function ownStore(): Store {
  assert.ok(client)
  return storeOn(prefixedTables(client, 'own.'))
}

if (skip === false) before(fill, { timeout: START_TIMEOUT_MS })
after(async () => {
  client?.close()
  await service?.close()
})

function clusterTest(name: string, run: (t: TestContext) => Promise<void>): void {
  test(name, { skip, timeout: SUITE_TIMEOUT_MS }, run)
}

const GOLDEN = fileURLToPath(new URL('../golden', import.meta.url))

/** Runs test files on the cluster; gives what they print when they fail. */
function runSuites(files: readonly string[]): Promise<string | undefined> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const args = ['--test', '--test-concurrency=1', '--test-reporter=tap', ...files]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, FINK_REFERENCE_STORE: address() },
  })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', part => output.push(part))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      const text = Buffer.concat(output).toString()
      const passed = Number(/^# pass (\d+)$/m.exec(text)?.[1] ?? 0)
      resolve(code === 0 && passed > 0 ? undefined : text)
    })
  })
}

for (const file of readdirSync(GOLDEN)
  .filter(name => name.endsWith('.test.js'))
  .sort()) {
  if (OWN_STORE.has(file)) continue
  clusterTest(`${file.replace('.test.js', '')}: recorded requests on HBase`, async () => {
    const failures = await runSuites([join(GOLDEN, file)])
    if (failures !== undefined) assert.fail(failures)
  })
}

const SAME_ROUTES = [
  'objects',
  'conesearch',
  'latests',
  'classes',
  'tracklet',
  'anomaly',
  'statistics',
  'ssocand',
  'skymap',
]

function withoutId(error: string): string {
  return error.replace(/"request":"[^"]*"/, '')
}

function firstDifference(actual: string, expected: string): string {
  let at = 0
  while (at < actual.length && actual[at] === expected[at]) at++
  const part = (text: string): string => text.slice(Math.max(0, at - 60), at + 100)
  return `at character ${at}: ${part(actual)}\ninstead of ${part(expected)}`
}

clusterTest('answers on HBase have the bytes of answers on the embedded store', t =>
  compareBytes(t, ownStore()),
)

clusterTest('answers on tables that others have filled have the same bytes', t =>
  compareBytes(t, openHBaseStore(address())),
)

async function compareBytes(t: TestContext, store: Store): Promise<void> {
  const folder = sharedPath('golden/store')!
  const cases = readCases(sharedPath('golden/ztf')!, SAME_ROUTES)
  const data = mkdtempSync(join(tmpdir(), 'fink-golden-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const embedded = await openGoldenApp(folder, openEmbeddedStore(data, { derivationOf }))
  const hbase = await openGoldenApp(folder, store)
  try {
    for (const recorded of cases) {
      await t.test(recorded.file, async () => {
        const request = toInject(recorded, sharedPath('data')!)
        const expected = await embedded.server.app.inject(request)
        const actual = await hbase.server.app.inject(request)
        assert.equal(actual.statusCode, expected.statusCode, actual.body.slice(0, 300))
        const isSame =
          expected.statusCode < 400
            ? actual.rawPayload.equals(expected.rawPayload)
            : withoutId(actual.body) === withoutId(expected.body)
        // The bodies are too long to be shown; where they part is what matters.
        if (!isSame) assert.fail(firstDifference(actual.body, expected.body))
      })
    }
  } finally {
    await embedded.close()
    await hbase.close()
  }
}

/** Scans of the old gateway that have a counterpart here. */
const COUNTERPARTS = 40

async function checkScan(scan: GatewayScan): Promise<void> {
  const request = toScanRequest(scan)
  assert.ok(request)
  const store = openHBaseStore(address(scan.setup.schema ?? undefined))
  try {
    if (scan.error !== undefined) {
      await assert.rejects(readRows(store, request), { name: 'StoreError' })
      return
    }
    const rows = await readRows(store, request)
    if (request.reversed) rows.reverse()
    assert.deepEqual(
      rows.map(row => row.key),
      scan.keys ?? Object.keys(scan.rows ?? {}),
    )
    // The gateway gives the keys alone when no column is named.
    if (scan.rows === undefined || scan.filter === '' || scan.filter === 'key') return
    for (const row of rows) {
      const recorded: [string, string][] = Object.entries(scan.rows[row.key]!)
      const isAsked = (name: string): boolean =>
        request.columns?.includes(name) ?? !name.startsWith('key:')
      assert.deepEqual(cellsOf(row), Object.fromEntries(recorded.filter(([name]) => isAsked(name))))
    }
  } finally {
    await store.close()
  }
}

clusterTest('scans of the old gateway find the same rows', async t => {
  const scans = readScans(sharedPath('golden/scans.json')!)
  const alike = scans.filter(scan => toScanRequest(scan) !== undefined)
  assert.ok(alike.length >= COUNTERPARTS, `${alike.length} of ${scans.length}`)
  for (const scan of alike) await t.test(`${scan.table}: ${scan.name}`, () => checkScan(scan))
})

clusterTest('tables of others are dumped with the columns that have no type', async () => {
  const store = openHBaseStore(address())
  try {
    const lines = dumpTable(store, 'statistics_class', { isDerived: () => false })
    const copy = openMemoryStore()
    const { rows } = await loadDump(copy, splitLines(lines))
    const request = { table: 'statistics_class', ranges: [ALL_KEYS] }
    const read = await readRows(store, request)
    assert.equal(rows, read.length)
    assert.deepEqual((await readRows(copy, request)).map(cellsOf), read.map(cellsOf))
    assert.ok(read.some(row => columnOf(row, 'class:Unknown') >= 0))
  } finally {
    await store.close()
  }
})

async function* splitLines(parts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const part of parts) yield* part.split('\n')
}
