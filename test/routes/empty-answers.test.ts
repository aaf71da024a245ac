/** Answers without rows: a heading of the columns asked for, the same in every format. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parquetMetadataAsync, parquetSchema } from 'hyparquet'
import { openMemoryApp } from './memory-app.js'

const service = await openMemoryApp({})
after(service.close)

/** Requests that find nothing, with the columns that their answers must be headed with. */
const CASES: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    'objects',
    { objectId: 'ZTF21abfmbix', columns: 'i:jd,v:lapse,i:nosuch,v:rate,d:roid' },
    ['i:jd', 'v:lapse', 'v:rate', 'd:roid'],
  ],
  [
    'latests',
    { class: 'SN candidate', columns: 'i:magpsf,i:objectId' },
    ['i:magpsf', 'i:objectId'],
  ],
  ['anomaly', { columns: 'd:anomaly_score,i:jd' }, ['d:anomaly_score', 'i:jd']],
  ['tracklet', { id: 'TRCK', columns: 'i:jd,d:tracklet' }, ['i:jd', 'd:tracklet']],
  [
    'statistics',
    { date: '2021', columns: 'basic:raw,basic:sci' },
    ['basic:raw', 'basic:sci', 'key:key', 'key:time'],
  ],
]

for (const [route, query, expected] of CASES) {
  test(`${route} without rows heads the columns asked for in every format`, async () => {
    const ask = (format: string) =>
      service.app.inject({ url: `/api/v1/${route}`, query: { ...query, 'output-format': format } })
    assert.equal((await ask('json')).body, '[]')
    assert.equal((await ask('csv')).body, `${expected.join(',')}\n`)
    const votable = (await ask('votable')).body
    const fields = [...votable.matchAll(/<FIELD[^>]* name="([^"]+)"/g)].map(([, name]) => name)
    assert.deepEqual(fields, expected)
    const bytes = Uint8Array.from((await ask('parquet')).rawPayload)
    const schema = parquetSchema(await parquetMetadataAsync(bytes.buffer))
    assert.deepEqual(
      schema.children.map(({ element }) => element.name),
      expected,
    )
  })
}

test('an answer without rows and without a list of columns has no heading', async () => {
  const query = { objectId: 'ZTF21abfmbix', 'output-format': 'csv' }
  assert.equal((await service.app.inject({ url: '/api/v1/objects', query })).body, '\n')
})
