import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testExamples } from '../../../test/examples/examples.js'
import { keyOf, openMemoryApp } from '../../../test/routes/memory-app.js'

const MIDNIGHT = 2459945.5

const orbits = ['FF2023a', 'FF2023ab', 'FF2023b'].map(
  (id, i) => [`cand_${id}`, { 'd:ssoCandId': id, 'd:a': 2.5 + i, 'd:e': 0.1 }] as const,
)
const alerts = [0, 0.05, 0.5, 1, 1.05].map((days, i) => {
  const id = i % 2 === 0 ? 'FF2023a' : 'FF2023ab'
  const jd = MIDNIGHT + days
  return [keyOf(jd, id), { 'd:ssoCandId': id, 'd:jd': jd, 'd:fid': 1, 'd:magpsf': 20.5 }] as const
})

const service = await openMemoryApp(
  { 'ztf.orb_cand': Object.fromEntries(orbits), 'ztf.sso_cand': Object.fromEntries(alerts) },
  { rowLimit: 4 },
)
after(service.close)

testExamples(
  () => service.app,
  service.endpoints.filter(({ name }) => name === 'ssocand'),
)

test('ssocand gives orbits by the beginning of their name, as numbers', async () => {
  const { rows } = await service.get('ssocand', { kind: 'orbParams', ssoCandId: 'FF2023a' })
  assert.deepEqual(
    rows.map(row => [row['d:ssoCandId'], row['d:a']]),
    [
      ['FF2023a', 2.5],
      ['FF2023ab', 3.5],
    ],
  )
  const limited = await service.get('ssocand', { kind: 'orbParams', maxnumber: '1' })
  assert.deepEqual([limited.rows.length, limited.headers['x-fink-truncated']], [1, 'true'])
})

async function days(query: Readonly<Record<string, string>>): Promise<string> {
  const { rows } = await service.get('ssocand', { kind: 'lightcurves', ...query })
  return rows.map(row => (Number(row['d:jd']) - MIDNIGHT).toFixed(2)).join(' ')
}

test('ssocand gives alerts in the order of time, both ends of the dates included', async () => {
  const dates = { start_date: '2023-01-01', stop_date: '2023-01-02' }
  assert.equal(await days(dates), '0.00 0.05 0.50 1.00')
  assert.equal(await days({ startdate: '2459945.55', stopdate: '59946' }), '0.05 0.50 1.00')
})

test('ssocand gives the alerts of exactly one trajectory', async () => {
  assert.equal(await days({ ssoCandId: 'FF2023a' }), '0.00 0.50 1.05')
  assert.equal(await days({ ssoCandId: 'FF2023' }), '')
})

test('ssocand has a limit by itself and a larger one on demand', async () => {
  const some = await service.get('ssocand', { kind: 'lightcurves' })
  assert.deepEqual([some.rows.length, some.headers['x-fink-truncated']], [4, 'true'])
  const all = await service.post('ssocand', { kind: 'lightcurves', maxnumber: 20 })
  assert.deepEqual([all.rows.length, all.headers['x-fink-truncated']], [5, undefined])
})

test('ssocand refuses another kind', async () => {
  const { status, text } = await service.get('ssocand', { kind: 'both' })
  assert.deepEqual([status, JSON.parse(text).param], [400, 'kind'])
})
