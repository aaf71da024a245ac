import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testExamples } from '../../../test/examples/examples.js'
import { openMemoryApp } from '../../../test/routes/memory-app.js'

const service = await openMemoryApp({
  statistics_class: {
    ztf_20211102: { 'basic:raw': 20, 'basic:sci': 12, 'class:Solar System MPC': 3 },
    ztf_20211103: { 'basic:raw': 30, 'basic:sci': 13, 'class:SN candidate': 1 },
    ztf_20220101: { 'basic:raw': 40, 'basic:sci': 14 },
  },
})
after(service.close)

testExamples(
  () => service.app,
  service.endpoints.filter(({ name }) => name === 'statistics'),
)

test('statistics gives the counts of a night as texts, with the key of the row', async () => {
  const { rows } = await service.get('statistics', { date: '20211103' })
  assert.deepEqual(rows, [
    {
      'basic:raw': '30',
      'basic:sci': '13',
      'class:SN candidate': '1',
      'key:key': 'ztf_20211103',
      'key:time': null,
    },
  ])
})

test('statistics takes any beginning of a date, with or without dashes', async () => {
  const nights = async (date: unknown): Promise<unknown[]> => {
    const { rows } = await service.post('statistics', { date, columns: 'key:key' })
    return rows.map(row => String(row['key:key']).slice(4))
  }
  assert.deepEqual(await nights('2021'), ['20211102', '20211103'])
  assert.deepEqual(await nights(20211103), ['20211103'])
  assert.deepEqual(await nights('2021-11-02'), ['20211102'])
  assert.deepEqual(await nights(''), ['20211102', '20211103', '20220101'])
})

test('statistics keeps blanks inside names and drops those around', async () => {
  const columns = 'basic:raw, class:Solar System MPC'
  const { rows } = await service.get('statistics', { date: '20211102', columns })
  assert.deepEqual(Object.keys(rows[0] ?? {}), [
    'basic:raw',
    'class:Solar System MPC',
    'key:key',
    'key:time',
  ])
})

test('statistics leaves nights out that have none of the columns', async () => {
  const { rows } = await service.get('statistics', { date: '', columns: 'class:SN candidate' })
  assert.deepEqual(
    rows.map(row => row['key:key']),
    ['ztf_20211103'],
  )
})

test('statistics tells the names of the columns', async () => {
  const { rows } = await service.get('statistics', { date: 'x', schema: 'True' })
  assert.deepEqual(
    rows.map(row => row.schema),
    ['basic:raw', 'basic:sci', 'class:SN candidate', 'class:Solar System MPC'],
  )
})

test('statistics refuses dates that are none and columns of other tables', async () => {
  for (const [query, param] of [
    [{ date: 'yesterday' }, 'date'],
    [{ date: '2021', columns: 'i:jd' }, 'columns'],
  ] as const) {
    const { status, text } = await service.get('statistics', query)
    assert.deepEqual([status, JSON.parse(text).param], [400, param])
  }
})
