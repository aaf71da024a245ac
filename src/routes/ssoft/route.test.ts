import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { openPlayApp } from '../../../test/upstream/play-app.js'
import { openPlayServer } from '../../../test/upstream/play-server.js'

const folder = mkdtempSync(join(tmpdir(), 'fink-ssoft-'))
mkdirSync(join(folder, 'SSOFT'))

/** A table in row groups of two rows. */
function writeTable(path: string, version: string): Buffer {
  const bytes = Buffer.from(
    parquetWriteBuffer({
      columnData: [
        {
          name: 'sso_name',
          data: ['Ceres', null, 'Eros', 'Benoitcarry', 'Apophis'],
          type: 'STRING',
        },
        { name: 'sso_number', data: [1n, 2n, 433n, null, 99_942n], type: 'INT64' },
        { name: 'H_1', data: [3.3, 4.4, 10.5, 15.25, Number.NaN], type: 'DOUBLE' },
        { name: 'R', data: [0.1, 0.2, 0.3, 0.4, 0.5], type: 'FLOAT' },
        { name: 'version', data: new Array(5).fill(version), type: 'STRING' },
        {
          name: 'list',
          data: [[0.1, 2], [], [null], null, [3]].map(v => v as unknown),
          type: 'JSON',
        },
        { name: '__index_level_0__', data: [0n, 1n, 2n, 3n, 4n], type: 'INT64' },
      ],
      rowGroupSize: 2,
    }),
  )
  writeFileSync(join(folder, path), bytes)
  return bytes
}

writeTable('SSOFT/ssoft_SHG1G2_2024.09.parquet', '2024.09')
const newest = writeTable('SSOFT/ssoft_SHG1G2_2026.05.parquet', '2026.05')
writeFileSync(join(folder, 'SSOFT/ssoft_HG_2026.05.parquet'), 'not a table')
const bulk = writeTable(
  'sso_ztf_lc_aggregated_with_ssoft_202601_with_residuals_singlefile.parquet',
  '2026.01',
)

const play = await openPlayServer()
const { server, close } = openPlayApp({ play, ssoTables: folder })
const bare = openPlayApp({ play })
after(async () => {
  await close()
  await bare.close()
  await play.close()
  rmSync(folder, { recursive: true })
})

const get = (query: Record<string, string>, route = 'ssoft') =>
  server.app.inject({ url: `/api/v1/${route}`, query })

test('ssoft sends the newest whole table as it is, with its length', async () => {
  const answer = await get({ flavor: 'SHG1G2' })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'application/vnd.apache.parquet')
  assert.equal(answer.headers['content-length'], String(newest.length))
  assert.ok(newest.equals(answer.rawPayload))
  const etag = String(answer.headers.etag)
  const again = await server.app.inject({
    url: '/api/v1/ssoft?flavor=SHG1G2',
    headers: { 'if-none-match': etag },
  })
  assert.equal(again.statusCode, 304)
})

test('ssoft gives one object by exact name or number', async () => {
  const byName = await get({ sso_name: 'Eros', sso_number: '1' })
  assert.deepEqual(byName.json(), [
    { sso_name: 'Eros', sso_number: 433, H_1: 10.5, R: 0.3, version: '2026.05', list: [null] },
  ])
  const byNumber = await get({ sso_number: '99942', version: '2024.09' })
  assert.deepEqual(byNumber.json(), [
    { sso_name: 'Apophis', sso_number: 99942, H_1: null, R: 0.5, version: '2024.09', list: [3] },
  ])
  for (const query of [{ sso_name: 'eros' }, { sso_name: '' }, { sso_number: '7' }]) {
    assert.deepEqual((await get(query)).json(), [])
  }
})

test('ssoft gives one object in any format', async () => {
  const csv = await get({ sso_name: 'Ceres', 'output-format': 'csv' })
  assert.equal(csv.body.split('\n')[0], 'sso_name,sso_number,H_1,R,version,list')
  const parquet = await get({ sso_name: 'Ceres', 'output-format': 'parquet' })
  const bytes = Uint8Array.from(parquet.rawPayload)
  const rows = await parquetReadObjects({ file: bytes.buffer, columns: ['sso_name', 'list'] })
  assert.deepEqual(rows, [{ sso_name: 'Ceres', list: '[0.1,2]' }])
})

test('ssoft turns the whole table into other formats, row group by row group', async () => {
  const answer = await get({ 'output-format': 'json' })
  const names = answer.json().map((row: { sso_name: string | null }) => row.sso_name)
  assert.deepEqual(names, ['Ceres', null, 'Eros', 'Benoitcarry', 'Apophis'])
  const votable = await get({ 'output-format': 'votable' })
  assert.match(votable.body, /<FIELD[^>]*name="H_1"[^>]*unit="mag"/)
})

test('ssoft tells what the columns mean, without a table', async () => {
  for (const [flavor, count] of [
    ['SHG1G2', 59],
    ['SOCCA', 62],
    ['SSHG1G2', 62],
    ['HG1G2', 45],
    ['HG', 41],
  ] as const) {
    const answer = await bare.server.app.inject({
      url: '/api/v1/ssoft',
      query: { schema: 'True', flavor },
    })
    assert.equal(Object.keys(answer.json()).length, count, flavor)
  }
})

test('ssoft takes schema=False as no', async () => {
  assert.equal((await get({ schema: 'False', sso_number: '1' })).json()[0].sso_name, 'Ceres')
})

test('ssoft does not find versions and models that are not there', async () => {
  for (const query of [{ version: '2024.10' }, { flavor: 'SOCCA' }]) {
    const answer = await get(query)
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found'])
  }
  const answer = await bare.server.app.inject('/api/v1/ssoft?version=2024.09')
  assert.equal(answer.statusCode, 404)
})

test('ssoft refuses what cannot be a version or a model', async () => {
  for (const version of ['2023.06', '202409', '2024.9', '2024.13', '2024', '../x', '2024.09.']) {
    assert.equal((await get({ version })).json().param, 'version', version)
  }
  assert.equal((await get({ flavor: 'SHG1G' })).json().param, 'flavor')
  assert.equal((await get({ sso_number: 'x' })).json().param, 'sso_number')
})

test('ssoft says that a file is broken', async () => {
  const answer = await get({ flavor: 'HG', sso_name: 'Eros' })
  assert.deepEqual([answer.statusCode, answer.json().code], [502, 'datalake_failed'])
  assert.match(answer.json().text, /ssoft_HG_2026\.05/)
})

test('ssobulk sends the newest file, or that of a version', async () => {
  assert.ok(bulk.equals((await get({ x: '1' }, 'ssobulk')).rawPayload))
  assert.ok(bulk.equals((await get({ version: '2026.01' }, 'ssobulk')).rawPayload))
  assert.equal((await get({ version: '2026.02' }, 'ssobulk')).statusCode, 404)
  const json = await get({ 'output-format': 'json' }, 'ssobulk')
  assert.equal(json.json().length, 5)
})
