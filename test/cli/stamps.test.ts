/** Stamps from a made-up night, by the commands that an operator gives. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readPng } from '../../src/cutouts/testing/png-reader.js'
import { fink, runFink, serve, startFink, withFolder } from './program.js'

/** An alert as `fink scan` prints where its stamps are. */
interface Place {
  readonly key: string
  readonly cells: Readonly<Record<string, string>>
}

async function firstPlace(data: string): Promise<Place> {
  const [line = ''] = (await fink('scan', '--data', data, 'ztf.cutouts', '--limit', '1')).split(
    '\n',
  )
  return JSON.parse(line) as Place
}

async function assertPictures(url: string, objectId: string): Promise<void> {
  const picture = await fetch(`${url}/api/v1/cutouts?objectId=${objectId}&kind=Science`)
  assert.equal(picture.status, 200)
  const { width, height } = readPng(Buffer.from(await picture.arrayBuffer()))
  assert.deepEqual([width, height], [63, 63])
  const curve = `${url}/api/v1/objects?objectId=${objectId}&withcutouts=true&columns=i:jd`
  const rows = (await (await fetch(curve)).json()) as Record<string, number[][]>[]
  for (const row of rows) assert.equal(row['b:cutoutDifference_stampData']?.length, 63)
}

test('fink ingest puts nights into the lake of the data folder, and fink serve reads them', async () => {
  await withFolder(async folder => {
    const [nights, data] = [join(folder, 'nights'), join(folder, 'data')]
    await fink('simulate', '--out', nights, '--objects', '30', '--nights', '3')
    await fink('ingest', '--data', data, nights)
    const { key, cells } = await firstPlace(data)
    assert.match(cells['d:hdfs_path'] ?? '', /^[0-9a-f]{16}\/part-00000\.snappy\.parquet$/)
    const { url, program } = await serve(data)
    await assertPictures(url, key.slice(0, key.indexOf('_')))
    await program.end()
  })
})

test('fink ingest --lake leaves files of the lake where they are', async () => {
  await withFolder(async folder => {
    const [nights, data] = [join(folder, 'nights'), join(folder, 'data')]
    await fink('simulate', '--out', nights, '--objects', '30', '--nights', '3')
    await fink('ingest', '--data', data, '--lake', nights, nights)
    const { key, cells } = await firstPlace(data)
    const path = cells['d:hdfs_path'] ?? ''
    assert.match(path, /^year=2024\//)
    const { url, program } = await serve(data, { env: { FINK_LAKE: nights } })
    const objectId = key.slice(0, key.indexOf('_'))
    await assertPictures(url, objectId)
    await program.end()

    const args = ['cutouts', '--lake', nights, '--home', '/', '--port', '0']
    const service = startFink(args)
    const [, address = ''] = await service.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/m)
    const query = new URLSearchParams({ hdfsPath: path, objectId, kind: 'Science' })
    const answer = await fetch(`${address}/api/v1/cutouts?${query}`)
    assert.equal(answer.status, 200)
    const [rows] = (await answer.json()) as number[][][]
    assert.equal(rows?.length, 63)
    for (const hdfsPath of ['../../etc/passwd', '/etc/passwd', `file://${nights}/${path}`]) {
      const bad = new URLSearchParams({ hdfsPath, objectId, kind: 'Science' })
      const { status } = await fetch(`${address}/api/v1/cutouts?${bad}`)
      assert.ok(status === 400 || status === 404, `${hdfsPath}: ${status}`)
    }
    assert.equal((await service.end()).code, 0)
  })
})

test('fink serve without a lake says so where stamps are asked for', async () => {
  await withFolder(async folder => {
    const [nights, data] = [join(folder, 'nights'), join(folder, 'data')]
    await fink('simulate', '--out', nights, '--objects', '30', '--nights', '2')
    await fink('ingest', '--data', data, '--path-prefix', 'hdfs://host:8020/nights', nights)
    const { key, cells } = await firstPlace(data)
    assert.match(cells['d:hdfs_path'] ?? '', /^hdfs:\/\/host:8020\/nights\/year=/)
    const { url, program } = await serve(data)
    const objectId = key.slice(0, key.indexOf('_'))
    const answer = await fetch(`${url}/api/v1/cutouts?objectId=${objectId}&kind=Science`)
    assert.equal(answer.status, 503)
    assert.match(((await answer.json()) as { text: string }).text, /setting "lake"/)
    await program.end()
  })
})

test('fink serve refuses a lake that is not there', async () => {
  await withFolder(async folder => {
    for (const lake of ['/nowhere/at/all', 'ftp://host/x', 'webhdfs://host']) {
      const { code, err } = await runFink([
        'serve',
        '--data',
        folder,
        '--port',
        '0',
        '--lake',
        lake,
      ])
      assert.equal(code, 1)
      assert.match(err, /^fink: Cannot open/m)
    }
  })
})

test('fink cutouts refuses what it cannot serve', async () => {
  const wrong = [[], ['--lake', '/nowhere/at/all'], ['--lake', '/tmp', '--survey', 'x']]
  for (const args of wrong) {
    const { code, err } = await runFink(['cutouts', '--port', '0', ...args])
    assert.ok(code === 1 || code === 2, String(code))
    assert.match(err, /^fink: /m)
  }
})
