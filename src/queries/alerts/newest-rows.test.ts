import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDouble } from '../../rows/number-text.js'
import { columnOf, type PackedRow, readNumber } from '../../rows/packed-row.js'
import { openMemoryStore } from '../../store/memory.js'
import type { ScanRequest, Store } from '../../store/store.js'
import { type NewestRequest, readNewest } from './newest-rows.js'

const TABLE = 't'
const PREFIX = 'c_'

interface Alert {
  readonly time: number
  readonly object: string
  readonly rate: number
}

function keyOf({ time, object }: Alert): string {
  return `${PREFIX}${formatDouble(time)}_${object}`
}

async function openStore(alerts: readonly Alert[]): Promise<Store> {
  const store = openMemoryStore()
  const columns = [{ name: 'd:rate', type: 'double' as const }]
  const rows = alerts.map(alert => ({ key: keyOf(alert), values: [alert.rate] }))
  const others = ['b_2460920.5_x', 'c1_2460920.5_x', 'd_2460920.5_x'].map(key => ({
    key,
    values: [0],
  }))
  await store.write([{ table: TABLE, columns, rows: [...rows, ...others] }])
  return store
}

const isRising = (row: PackedRow): boolean => readNumber(row, columnOf(row, 'd:rate')) < 0

/** Few objects, and times of which one is often the beginning of another. */
const alert: fc.Arbitrary<Alert> = fc.record({
  time: fc
    .tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom(1, 10, 100))
    .map(([n, unit]) => Number((2_460_920 + n / unit).toFixed(2))),
  object: fc.constantFrom('x', 'y', 'z', 'u', 'v'),
  rate: fc.constantFrom(-1, 1),
})

const alerts = fc.uniqueArray(alert, { maxLength: 60, selector: keyOf })

/** The same by looking at everything; ties as any order. */
function expected(all: readonly Alert[], request: Partial<NewestRequest>): Alert[] {
  const { span = { from: 0, to: 0 }, isLatestPerObject, isKept } = request
  const inSpan = all
    .filter(({ time }) => time >= span.from && time <= span.to)
    .sort((a, b) => b.time - a.time)
  const objects = new Set<string>()
  const latest = inSpan.filter(({ object }) => {
    const isFirst = !objects.has(object)
    objects.add(object)
    return isLatestPerObject !== true || isFirst
  })
  return isKept === undefined ? latest : latest.filter(({ rate }) => rate < 0)
}

test('readNewest() finds what a look at every row finds', async () => {
  const flags = fc.record({ isLatestPerObject: fc.boolean(), isTrend: fc.boolean() })
  const limits = fc.integer({ min: 0, max: 12 })
  await fc.assert(
    fc.asyncProperty(alerts, alert, alert, limits, flags, async (all, a, b, limit, how) => {
      const request: NewestRequest = {
        table: TABLE,
        prefix: PREFIX,
        span: { from: Math.min(a.time, b.time), to: Math.max(a.time, b.time) },
        limit,
        isLatestPerObject: how.isLatestPerObject,
        isKept: how.isTrend ? isRising : undefined,
        scanLimit: 1000,
      }
      const { rows, isTruncated, truncatedCount } = await readNewest(await openStore(all), request)
      const all1 = expected(all, request)
      assert.equal(isTruncated, all1.length > limit)
      if (truncatedCount !== undefined) assert.equal(truncatedCount, all1.length - limit)
      const timeOf = (row: PackedRow): number => Number(row.key.split('_')[1])
      assert.deepEqual(
        rows.map(timeOf),
        all1.slice(0, limit).map(({ time }) => time),
      )
    }),
    { numRuns: 500 },
  )
})

/** A store that counts the rows it gives. */
function countRows(store: Store): { store: Store; counts: { rows: number; scans: number } } {
  const counts = { rows: 0, scans: 0 }
  async function* scan(request: ScanRequest) {
    counts.scans++
    for await (const batch of store.scan(request)) {
      counts.rows += batch.length
      yield batch
    }
  }
  return { store: { ...store, scan }, counts }
}

function manyAlerts(count: number): Alert[] {
  return Array.from({ length: count }, (_, i) => ({
    time: Number((2_460_920 + i * 0.0101013).toFixed(7)),
    object: `o${i % 100}`,
    rate: i % 2 === 0 ? 1 : -1,
  }))
}

const wholeSpan = { table: TABLE, prefix: PREFIX, span: { from: 2_400_000, to: 2_500_000 } }

test('readNewest() reads one row more than it gives, in at most two scans', async () => {
  const { store, counts } = countRows(await openStore(manyAlerts(1000)))
  const { rows } = await readNewest(store, { ...wholeSpan, limit: 100, scanLimit: 5000 })
  assert.equal(rows.length, 100)
  assert.ok(counts.rows <= 101 && counts.scans <= 2, JSON.stringify(counts))
})

test('readNewest() gives up looking after scanLimit rows and says so', async () => {
  const { store, counts } = countRows(await openStore(manyAlerts(1000)))
  const request = { ...wholeSpan, limit: 10, scanLimit: 200, isKept: () => false }
  const { rows, isTruncated } = await readNewest(store, request)
  assert.equal(rows.length, 0)
  assert.equal(isTruncated, true)
  assert.ok(counts.rows < 500, JSON.stringify(counts))
})

test('readNewest() stops when the signal is aborted', async () => {
  const store = await openStore(manyAlerts(10))
  const signal = AbortSignal.abort(new Error('gone'))
  await assert.rejects(
    readNewest(store, { ...wholeSpan, limit: 10, scanLimit: 200, signal }),
    /gone/,
  )
})
