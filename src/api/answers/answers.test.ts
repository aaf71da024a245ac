/** The kinds of answers a handler can give, as clients see them, on toy routes in process. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { askToy, buildToyServer, toyTable } from '../../../test/examples/toy-routes.js'
import { StoreError } from '../../errors.js'
import type { Table } from '../../formats/table.js'

const { app } = buildToyServer()
after(() => app.close())

function manyRows(count: number): Table {
  const names = Array.from({ length: count }, (_, i) => `dot ${i}`)
  return toyTable(
    names,
    names.map((_, i) => i),
  )
}

test('server sends bytes with name, cache headers and ETag, and 304 when they are known', async () => {
  const url = '/api/v1/picture?dotId=A1'
  const first = await app.inject(url)
  assert.equal(first.headers['content-disposition'], 'attachment; filename="A1.png"')
  assert.equal(first.headers['cache-control'], 'public, max-age=3600')
  assert.equal(first.headers.etag, '"dot-A1"')
  for (const known of ['"dot-A1"', 'W/"dot-A1"', '"a", "dot-A1"', '*']) {
    const again = await app.inject({ url, headers: { 'if-none-match': known } })
    assert.equal(again.statusCode, 304)
    assert.equal(again.body, '')
  }
  const other = await app.inject({ url, headers: { 'if-none-match': '"dot-B2"' } })
  assert.equal(other.statusCode, 200)
})

test('server gives attachments safe and exact names', async () => {
  const { response } = await askToy(() => ({
    kind: 'bytes',
    bytes: Buffer.from('x'),
    mediaType: 'image/png',
    fileName: 'é";\r\nx.png',
  }))
  assert.equal(
    response.headers['content-disposition'],
    'attachment; filename="_____x.png"; filename*=UTF-8\'\'%C3%A9%22%3B%0D%0Ax.png',
  )
})

test('server tells truncated and partial answers', async () => {
  assert.equal((await app.inject('/api/v1/dots?dotId=A1&n=1')).headers['x-fink-truncated'], 'true')
  const { response } = await askToy(() => ({
    kind: 'table',
    table: toyTable([], []),
    partial: ['Miriade: no answer in 30 s', 'é'],
    headers: { 'x-extra': '1' },
    isCreated: true,
  }))
  assert.equal(response.statusCode, 201)
  assert.equal(response.headers['x-fink-partial'], 'Miriade: no answer in 30 s; \\u00e9')
  assert.equal(response.headers['x-extra'], '1')
})

test('server streams long tables and batches with the bytes of one piece', async () => {
  const table = manyRows(6000)
  const whole = (await askToy(() => ({ kind: 'table', table }))).response
  assert.equal(whole.headers['content-length'], undefined)
  assert.equal(whole.json().length, 6000)
  assert.deepEqual(whole.json()[5999], { name: 'dot 5999', size: 5999 })
  async function* batches() {
    for (let i = 0; i < 10; i++) yield manyRows(600)
  }
  const answer = { kind: 'table', table: { columns: table.columns, batches: batches() } } as const
  const streamed = (await askToy(() => answer)).response
  assert.equal(streamed.json().length, 6000)
  assert.equal(streamed.trailers['x-fink-truncated'], 'false')
})

test('server sends a short stream as one piece with its length', async () => {
  async function* batches() {
    yield manyRows(1)
    yield manyRows(2)
  }
  const table = { columns: manyRows(1).columns, batches: batches() }
  const { response } = await askToy(() => ({ kind: 'table', table }))
  assert.equal(response.headers['content-length'], String(response.rawPayload.length))
  assert.equal(response.json().length, 3)
})

test('server tells at the end of a stream that rows were left out', async () => {
  const facts: { isTruncated: boolean; truncatedCount?: number } = { isTruncated: false }
  async function* batches() {
    yield manyRows(6000)
    facts.isTruncated = true
    facts.truncatedCount = 12
  }
  const table = { columns: manyRows(1).columns, batches: batches() }
  const { response } = await askToy(() => ({ kind: 'table', table, facts }))
  assert.equal(response.headers.trailer, 'X-Fink-Truncated, X-Fink-Truncated-Count')
  assert.equal(response.trailers['x-fink-truncated'], 'true')
  assert.equal(response.trailers['x-fink-truncated-count'], '12')
})

test('server tells at the end of a stream what turned out to be missing', async () => {
  const problems: string[] = []
  async function* batches() {
    yield manyRows(6000)
    problems.push('é is down')
  }
  const lateProblems = () => problems
  const table = { columns: manyRows(1).columns, batches: batches(), lateProblems }
  const facts = { isTruncated: true }
  const { response } = await askToy(() => ({ kind: 'table', table, facts }))
  assert.equal(response.headers.trailer, 'X-Fink-Partial')
  assert.deepEqual(response.trailers, { 'x-fink-partial': '\\u00e9 is down' })
})

test('server tells what turned out to be missing from a short answer in its header', async () => {
  async function* batches() {
    yield manyRows(1)
  }
  const lateProblems = () => ['b', 'c']
  const table = { columns: manyRows(1).columns, batches: batches(), lateProblems }
  const { response } = await askToy(() => ({ kind: 'table', table, partial: ['a'] }))
  assert.equal(response.headers['x-fink-partial'], 'a; b; c')
})

test('server tells how many rows were left out when that is known', async () => {
  const table = toyTable([], [])
  const facts = { isTruncated: true, truncatedCount: 3 }
  const { response } = await askToy(() => ({ kind: 'table', table, facts }))
  assert.equal(response.headers['x-fink-truncated'], 'true')
  assert.equal(response.headers['x-fink-truncated-count'], '3')
})

test('server starts a stream that is known to be long with its first rows', async () => {
  async function* batches() {
    yield manyRows(1)
    yield manyRows(2)
  }
  const table = { columns: manyRows(1).columns, batches: batches(), isLong: true }
  const { response } = await askToy(() => ({ kind: 'table', table }))
  assert.equal(response.headers['content-length'], undefined)
  assert.equal(response.json().length, 3)
})

test('server answers an error before the first byte of a stream as an error', async () => {
  // biome-ignore lint/correctness/useYield: fails before the first batch
  async function* batches(): AsyncGenerator<Table> {
    throw new StoreError('HBase', 'HBase is down', { failure: 'unavailable' })
  }
  const table = { columns: [], batches: batches() }
  const { response } = await askToy(() => ({ kind: 'table', table }))
  assert.equal(response.statusCode, 503)
  assert.equal(response.headers['content-type'], 'application/json')
})

test('server streams bytes in pieces with the length the handler knows', async () => {
  async function* pieces() {
    yield Buffer.from('abc')
    yield Buffer.alloc(0)
    yield Buffer.from('def')
  }
  const { response } = await askToy(() => ({
    kind: 'bytes',
    bytes: pieces(),
    length: 6,
    mediaType: 'application/octet-stream',
  }))
  assert.equal(response.body, 'abcdef')
  assert.equal(response.headers['content-length'], '6')
})

test('server cleans header values that a handler gives', async () => {
  const { response } = await askToy(() => ({
    kind: 'bytes',
    bytes: Buffer.from('x'),
    mediaType: 'image/png',
    etag: 'a"b\n',
    headers: { 'x-extra': 'é\r\nX-Evil: 1' },
  }))
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers.etag, '"a\'b\\u000a"')
  assert.equal(response.headers['x-extra'], '\\u00e9\\u000d\\u000aX-Evil: 1')
})

test('server does not put the headers of an answer on an error', async () => {
  // biome-ignore lint/correctness/useYield: fails before the first piece
  async function* pieces(): AsyncGenerator<Uint8Array> {
    throw new StoreError('HDFS', 'HDFS is down', { failure: 'unavailable' })
  }
  const { response } = await askToy(() => ({
    kind: 'bytes',
    bytes: pieces(),
    length: 10,
    mediaType: 'application/octet-stream',
    fileName: 'x.bin',
    etag: 'x',
    cacheControl: 'public, max-age=3600',
  }))
  assert.equal(response.statusCode, 503)
  assert.equal(response.json().code, 'store_failed')
  for (const name of ['etag', 'cache-control', 'content-disposition']) {
    assert.equal(response.headers[name], undefined)
  }
  assert.equal(response.headers['access-control-allow-origin'], '*')
})

test('server survives a handler that gives an impossible header name', async () => {
  const ask = askToy(() => ({ kind: 'text', text: '', headers: { 'bad name': '1' } }))
  assert.equal((await ask).response.statusCode, 500)
})
