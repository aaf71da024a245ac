import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import {
  filesOf,
  memoryLake,
  type StampAlert,
  type StampApp,
  stampPixels,
  withStampApp,
} from '../../../test/routes/stamp-app.js'
import { STAMP_KINDS } from '../../cutouts/files/stamp-hint.js'
import type { Datalake } from '../../datalake/datalake.js'
import { parquetCompressors } from '../../datalake/parquet/compression.js'
import { countingLake, type LakeCall } from '../../datalake/testing/counting-lake.js'
import { DatalakeError } from '../../errors.js'
import { MAX_ANSWER_STAMPS } from '../../queries/stamps/stamp-columns.js'

const OBJECT = 'ZTF21abfmbix'

function alertAt(night: number, changes: Partial<StampAlert> = {}): StampAlert {
  return {
    object: OBJECT,
    jd: 2_459_000.5 + night,
    candid: 1_622_215_345_315_015_000n + BigInt(night),
    magnitude: 18,
    file: 'a.parquet',
    ...changes,
  }
}

function nights(count: number, changes: (night: number) => Partial<StampAlert> = () => ({})) {
  return Array.from({ length: count }, (_, night) => alertAt(night, changes(night)))
}

type Row = Readonly<Record<string, unknown>>

async function ask({ app }: StampApp, args: Readonly<Record<string, unknown>> = {}) {
  const payload = { objectId: OBJECT, withcutouts: true, ...args }
  const answer = await app.inject({ method: 'POST', url: '/api/v1/objects', payload })
  const rows = (): Row[] => answer.json() as Row[]
  return { answer, rows, partial: answer.headers['x-fink-partial'], status: answer.statusCode }
}

const nameOf = (kind: string): string => `b:cutout${kind}_stampData`

test('objects adds the pixels of all kinds, newest alert first', async () => {
  const alerts = nights(14)
  for (const hasHints of [true, false]) {
    await withStampApp(alerts, { hasHints }, async service => {
      const { rows, partial } = await ask(service)
      assert.equal(partial, undefined)
      assert.equal(rows().length, 14)
      for (const [i, row] of rows().entries()) {
        for (const kind of STAMP_KINDS) {
          assert.deepEqual(row[nameOf(kind)], stampPixels(alerts[13 - i]!, kind), `${i} ${kind}`)
        }
      }
    })
  }
})

test('objects adds one kind to the columns asked for, whichever they are', async () => {
  await withStampApp(nights(3), {}, async service => {
    const { rows } = await ask(service, { 'cutout-kind': 'Template', columns: 'i:magpsf' })
    const names = ['i:magpsf', nameOf('Template')]
    for (const row of rows()) assert.deepEqual(Object.keys(row), names)
    // Without the time among the columns, rows are in the order of the table.
    assert.deepEqual(rows()[0]![names[1]!], stampPixels(alertAt(0), 'Template'))
  })
})

test('objects has null where an alert has no stamps, and no stamps in an empty answer', async () => {
  const alerts = nights(4, night => {
    if (night === 0) return { file: undefined }
    return night === 1 ? { missing: ['Science'] } : {}
  })
  await withStampApp(alerts, {}, async service => {
    const { rows, partial } = await ask(service, { 'cutout-kind': 'Science' })
    assert.equal(partial, undefined)
    const isThere = rows().map(row => row[nameOf('Science')] !== null)
    assert.deepEqual(isThere, [true, true, false, false])
    assert.deepEqual((await ask(service, { objectId: 'ZTF99aaaaaaa' })).rows(), [])
    const plain = (await ask(service, { withcutouts: false })).rows()
    assert.equal(Object.hasOwn(plain[0]!, nameOf('Science')), false)
  })
})

test('objects keeps the rows of objects apart whose alerts are in the same files', async () => {
  const other = 'ZTF20zzzzzzz'
  const alerts = [
    ...nights(20, night => ({ file: `${night % 3}.parquet` })),
    ...nights(20, night => ({
      object: other,
      jd: 2_459_000.25 + night,
      candid: 900n + BigInt(night),
      file: `${night % 3}.parquet`,
    })),
  ]
  await withStampApp(alerts, {}, async service => {
    const { rows } = await ask(service, { objectId: `${OBJECT},${other}` })
    assert.equal(rows().length, 40)
    for (const row of rows()) {
      const alert = alerts.find(
        ({ jd, object }) => jd === row['i:jd'] && object === row['i:objectId'],
      )
      for (const kind of STAMP_KINDS) assert.deepEqual(row[nameOf(kind)], stampPixels(alert!, kind))
    }
  })
})

test('objects says which stamps it could not read, and fails when it could read none', async () => {
  const alerts = nights(6, night => ({
    file: night % 2 === 0 ? 'gone.parquet' : 'a.parquet',
    ...(night === 1 && { broken: new TextEncoder().encode('no FITS file') }),
  }))
  const files = filesOf(alerts)
  files.delete('gone.parquet')
  await withStampApp(alerts, { lake: memoryLake(files) }, async service => {
    const { rows, partial, status } = await ask(service)
    assert.equal(status, 200)
    assert.match(String(partial), /9 stamps are missing: Cannot find file "gone.parquet"/)
    assert.match(String(partial), /1 stamps are missing: Cannot read a FITS/)
    const found = rows().map(row => STAMP_KINDS.map(kind => (row[nameOf(kind)] === null ? 0 : 1)))
    assert.deepEqual(found.map(String), ['1,1,1', '0,0,0', '1,1,1', '0,0,0', '0,1,1', '0,0,0'])
  })
  await withStampApp(alerts, { lake: memoryLake(new Map()) }, async service => {
    const { answer, status } = await ask(service)
    assert.deepEqual([status, answer.json().code], [502, 'datalake_failed'])
  })
})

test('objects refuses unknown kinds and more stamps than an answer can have', async () => {
  const many = nights(MAX_ANSWER_STAMPS / 3 + 1, () => ({ file: undefined }))
  await withStampApp(many, {}, async service => {
    const { answer } = await ask(service, { 'cutout-kind': 'science' })
    assert.deepEqual([answer.statusCode, answer.json().param], [400, 'cutout-kind'])
    assert.match(answer.json().text, /did you mean "Science"/)
    const large = (await ask(service)).answer
    assert.deepEqual([large.statusCode, large.json().code], [413, 'too_large'])
    assert.equal((await ask(service, { 'cutout-kind': 'Science' })).status, 200)
  })
})

test('objects writes stamps in every format', async () => {
  await withStampApp(nights(2), {}, async service => {
    const columns = 'i:jd'
    const csv = (await ask(service, { 'output-format': 'csv', columns })).answer.body
    assert.ok(csv.startsWith(`i:jd,${STAMP_KINDS.map(nameOf).join()}`), csv.slice(0, 100))
    const votable = (await ask(service, { 'output-format': 'votable', columns })).answer
    assert.match(votable.body, /b:cutoutScience_stampData/)
    const parquet = (await ask(service, { 'output-format': 'parquet', columns })).answer.rawPayload
    const { buffer, byteOffset, length } = parquet
    const file = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer
    const rows = await parquetReadObjects({ file, compressors: parquetCompressors })
    assert.deepEqual(rows[0]![nameOf('Science')], stampPixels(alertAt(1), 'Science'))
  })
})

/** Reads that were made, and whether any byte was read twice. */
function readsOf(calls: readonly LakeCall[]) {
  const reads = calls.filter(({ method }) => method === 'read')
  return { count: reads.length, bytes: reads.reduce((sum, { bytes }) => sum + bytes, 0) }
}

test('objects reads each page once: 14 alerts with three kinds, spread over a file', async () => {
  const alerts = nights(140, night => (night % 10 === 0 ? {} : { object: `ZTF20other${night}` }))
  const lake = countingLake(memoryLake(filesOf(alerts)))
  const size = filesOf(alerts).get('a.parquet')!.length
  await withStampApp(alerts, { lake }, async service => {
    assert.equal((await ask(service)).rows().length, 14)
    const { count, bytes } = readsOf(lake.take())
    assert.ok(bytes <= size, `${bytes} of ${size} bytes`)
    assert.ok(count <= 3 * 14, `${count} reads`)
    assert.equal((await ask(service)).rows().length, 14)
    assert.equal(lake.take().length, 0)
  })
})

/** A lake that fails from a certain read on. */
function failingAfter(lake: Datalake, reads: number): Datalake {
  let left = reads
  return {
    ...lake,
    read: async (path, start, end) => {
      if (left-- > 0) return lake.read(path, start, end)
      throw new DatalakeError('HDFS', 'HDFS is down', { failure: 'unavailable' })
    },
  }
}

test('objects tells at its end which stamps far down a long answer are missing', async () => {
  const alerts = nights(300, night => ({ file: `${Math.floor(night / 10)}.parquet` }))
  const lake = memoryLake(filesOf(alerts))
  const whole = alerts.map(alert => stampPixels(alert, 'Science')).reverse()
  const stampsOf = (rows: readonly Row[]) => rows.map(row => row[nameOf('Science')])
  await withStampApp(alerts, { lake }, async service => {
    const { rows, answer, partial } = await ask(service, { columns: 'i:jd' })
    assert.deepEqual([partial, answer.trailers['x-fink-partial']], [undefined, undefined])
    assert.match(String(answer.headers.trailer), /X-Fink-Partial/)
    assert.deepEqual(stampsOf(rows()), whole)
  })
  const down = failingAfter(lake, 20)
  await withStampApp(alerts, { lake: down, cacheBytes: 1 }, async service => {
    const { rows, answer, partial, status } = await ask(service, { columns: 'i:jd' })
    assert.deepEqual([status, partial], [200, undefined])
    const found = stampsOf(rows())
    const missing = found.filter(stamp => stamp === null).length
    assert.ok(missing > 0 && found.slice(0, 100).every(stamp => stamp !== null))
    found.forEach((stamp, i) => {
      if (stamp !== null) assert.deepEqual(stamp, whole[i])
    })
    const told = String(answer.trailers['x-fink-partial'])
    assert.match(told, /^\d+ stamps are missing: HDFS is down$/)
    assert.ok(Number.parseInt(told, 10) >= missing)
  })
})

test('objects breaks off when a client cannot be told that stamps far down are missing', async () => {
  const alerts = nights(300, night => ({ file: `${Math.floor(night / 10)}.parquet` }))
  const ask10 = async (lake: Datalake): Promise<string> => {
    let text = ''
    await withStampApp(alerts, { lake, cacheBytes: 1 }, async ({ app }) => {
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      const socket = connect(port, '127.0.0.1')
      socket.write(`GET /api/v1/objects?objectId=${OBJECT}&withcutouts=true HTTP/1.0\r\n\r\n`)
      socket.on('data', part => {
        text += String(part)
      })
      socket.on('error', () => undefined)
      await once(socket, 'close')
    })
    return text
  }
  const lake = memoryLake(filesOf(alerts))
  const isWhole = /}\]\s*$/
  assert.match(await ask10(lake), isWhole)
  assert.doesNotMatch(await ask10(failingAfter(lake, 20)), isWhole)
})
