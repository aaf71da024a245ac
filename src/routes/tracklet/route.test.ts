import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testExamples } from '../../../test/examples/examples.js'
import { openMemoryApp } from '../../../test/routes/memory-app.js'

const tracks = [
  ['TRCK_20210604_093609_00', 2459369.9001157],
  ['TRCK_20210604_093609_01', 2459369.9001157],
  ['TRCK_20210604_101500_00', 2459369.9270833],
  ['TRCK_20210605_093609_00', 2459370.9001157],
] as const

const service = await openMemoryApp(
  {
    'ztf.tracklet': Object.fromEntries(
      tracks.map(([track, jd], i) => [
        `${track}_O${i}`,
        { 'i:objectId': `O${i}`, 'i:jd': jd, 'd:tracklet': track },
      ]),
    ),
  },
  { rowLimit: 3 },
)
after(service.close)

testExamples(
  () => service.app,
  service.endpoints.filter(({ name }) => name === 'tracklet'),
)

async function objects(query: Readonly<Record<string, string>>): Promise<string> {
  const { rows } = await service.get('tracklet', { columns: 'i:objectId,i:jd', ...query })
  return rows.map(row => row['i:objectId']).join(' ')
}

test('tracklet finds tracks by any beginning of a date', async () => {
  const cases: Readonly<Record<string, string>> = {
    '2021-06-04': 'O2 O1 O0',
    '2021-06-04 09': 'O1 O0',
    '2021-06-04T09:36:09': 'O1 O0',
    '2021-06-04 09:36:09 01': 'O1',
    '2021-06-05': 'O3',
    '2020': '',
  }
  for (const [date, found] of Object.entries(cases)) assert.equal(await objects({ date }), found)
})

test('tracklet finds tracks by name; the name wins over the date', async () => {
  assert.equal(await objects({ id: 'TRCK_20210605', date: '2021-06-04' }), 'O3')
})

test('tracklet keeps the newest rows of too many and says so', async () => {
  const { rows, headers } = await service.get('tracklet', { date: '' })
  assert.deepEqual(
    rows.map(row => row['i:objectId']),
    ['O3', 'O2', 'O1'],
  )
  assert.equal(headers['x-fink-truncated'], 'true')
})

test('tracklet needs a date or a name', async () => {
  const { status, text } = await service.post('tracklet', { columns: 'i:objectId' })
  assert.equal(status, 400)
  assert.match(JSON.parse(text).text, /"date".*"id"/)
  assert.equal((await service.get('tracklet', { date: 'yesterday' })).status, 400)
})
