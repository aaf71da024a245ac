import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testExamples } from '../../../test/examples/examples.js'
import { keyOf, openMemoryApp } from '../../../test/routes/memory-app.js'

const MIDNIGHT = 2459969.5

const service = await openMemoryApp({
  'ztf.anomaly': Object.fromEntries(
    [0, 0.05, 0.5, 1, 1.2, 2.1].map((days, i) => {
      const jd = MIDNIGHT + days
      return [keyOf(jd, `O${i}`), { 'i:objectId': `O${i}`, 'i:jd': jd, 'd:anomaly_score': -0.1 }]
    }),
  ),
})
after(service.close)

testExamples(
  () => service.app,
  service.endpoints.filter(({ name }) => name === 'anomaly'),
)

async function objects(query: Readonly<Record<string, string>>): Promise<string[]> {
  const { rows } = await service.get('anomaly', { columns: 'i:objectId', ...query })
  return rows.map(row => String(row['i:objectId']))
}

test('anomaly gives the newest alerts first', async () => {
  assert.deepEqual(await objects({ n: '2' }), ['O5', 'O4'])
  const { rows, headers } = await service.post('anomaly', {})
  assert.deepEqual([rows.length, headers['x-fink-truncated']], [6, undefined])
})

test('anomaly takes the last day in whole, its beginning and end included', async () => {
  const day = { start_date: '2023-01-25', stop_date: '2023-01-25' }
  assert.deepEqual(await objects(day), ['O3', 'O2', 'O1', 'O0'])
  assert.deepEqual(await objects({ startdate: '2459970.5', stopdate: '59970' }), ['O4', 'O3'])
})

test('anomaly refuses a date that is none', async () => {
  const { status, text } = await service.get('anomaly', { start_date: 'yesterday' })
  assert.deepEqual([status, JSON.parse(text).param], [400, 'start_date'])
})
