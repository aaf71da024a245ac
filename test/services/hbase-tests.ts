/**
 * What the tests on a real HBase share: one cluster for the tests of a file, tables of numbered
 * rows in it, and scans that check what they read. Without Java and Maven the tests skip by name.
 */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import {
  type HBaseClient,
  type HBaseOptions,
  openHBase,
  type ScanOptions,
} from '../../src/store/hbase/client.js'
import { cellValue, columnName, rowKey } from '../../src/store/hbase/protocol/cell-block.js'
import { type HBaseService, missingForHBase, startHBase } from './hbase.js'

const ROWS = 6_000
const TEST_TIMEOUT_MS = 180_000
const START_TIMEOUT_MS = 400_000
const CLIENT_TIMEOUT_MS = 60_000

/** Families of the tables. */
export const FAMILIES = ['d', 'i']
/** Boundaries of their four regions. */
export const SPLITS = ['1500', '3000', '4500'].map(key => Buffer.from(key))
/** Keys of their rows. */
export const KEYS = Array.from({ length: ROWS }, (_, i) => String(i).padStart(4, '0'))
/** The same from the last to the first. */
export const REVERSED_KEYS = [...KEYS].reverse()

/** A cell to write. */
export function cellOf(column: string, value: string | Buffer) {
  const [family = '', qualifier = ''] = column.split(':')
  return {
    family: Buffer.from(family),
    qualifier: Buffer.from(qualifier),
    value: Buffer.from(value),
  }
}

/** Rows to write: `i:n` says which row it is, `d:even` whether its number is. */
export function rowsOf(keys: readonly string[], padding = 0) {
  return keys.map(key => ({
    row: Buffer.from(key),
    cells: [
      cellOf('i:n', `value of ${key}`),
      cellOf('d:even', Number(key) % 2 === 0 ? 'yes' : 'no'),
      cellOf('d:padding', Buffer.alloc(padding, key)),
    ],
  }))
}

/** Who scans, and what happens after each batch. */
export interface ScanCheck {
  readonly by?: HBaseClient
  readonly onBatch?: (rows: number) => Promise<void> | void
}

/** The cluster of a file of tests; see `hbaseTests`. */
class TestCluster {
  #service: HBaseService | undefined
  #client: HBaseClient | undefined

  get service(): HBaseService {
    assert.ok(this.#service)
    return this.#service
  }

  get client(): HBaseClient {
    assert.ok(this.#client)
    return this.#client
  }

  async start(settings: Readonly<Record<string, string | number>>): Promise<void> {
    this.#service = await startHBase(settings)
    this.#client = this.open()
  }

  async close(): Promise<void> {
    this.#client?.close()
    await this.#service?.close()
  }

  /** A further client, to be closed by the test. */
  open(more: Partial<HBaseOptions> = {}): HBaseClient {
    const zookeeper = [this.service.zookeeper]
    return openHBase({ zookeeper, timeoutMs: CLIENT_TIMEOUT_MS, ...more })
  }

  /** A table of its own with 6000 rows in four regions. */
  async filledTable(name: string, padding = 0): Promise<string> {
    await this.client.createTable({ name, families: FAMILIES, splitKeys: SPLITS })
    await this.client.put(name, rowsOf(KEYS, padding))
    return name
  }

  /** Keys of a scan; checks the cells of every row on the way. */
  async keysOf(table: string, options: ScanOptions = {}, check: ScanCheck = {}): Promise<string[]> {
    const keys: string[] = []
    for await (const batch of (check.by ?? this.client).scan(table, options)) {
      for (let row = 0; row < batch.rowCount; row++) {
        const key = rowKey(batch, row).toString()
        keys.push(key)
        for (let cell = batch.rowStartCell[row]!; cell < batch.rowStartCell[row + 1]!; cell++) {
          if (columnName(batch, cell) !== 'i:n' || options.filter) continue
          assert.equal(cellValue(batch, cell).toString(), `value of ${key}`)
        }
      }
      await check.onBatch?.(keys.length)
    }
    return keys
  }
}

/**
 * Prepares a cluster for the tests of a file.
 *
 * @param settings beside those of a test cluster
 * @returns the cluster, and the way to declare a test that needs it
 */
export function hbaseTests(settings: Readonly<Record<string, string | number>> = {}) {
  const missing = missingForHBase()
  const cluster = new TestCluster()
  before(() => (missing.length > 0 ? undefined : cluster.start(settings)), {
    timeout: START_TIMEOUT_MS,
  })
  after(() => cluster.close())
  const clusterTest = (name: string, run: (t: TestContext) => Promise<void>): void => {
    test(name, { timeout: TEST_TIMEOUT_MS }, async t => {
      if (missing.length > 0) return t.skip(`needs ${missing.join(' and ')}`)
      await run(t)
    })
  }
  return { cluster, clusterTest }
}
