/** `fink dump`, `load`, `scan`, `schema`, `simulate` and `check` from end to end. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertSameDumps, dumpAll, makeNights, rowCount } from './made-up-nights.js'
import { fink, runFink, withFolder } from './program.js'

let folder = ''
let data = ''

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fink-tables-'))
  data = join(folder, 'data')
  await fink('ingest', '--data', data, makeNights(folder, { objects: 40, nights: 3 }))
})

after(() => rmSync(folder, { recursive: true, force: true }))

interface RowLine {
  readonly key: string
  readonly cells: Readonly<Record<string, string>>
}

function rowsOf(text: string): RowLine[] {
  const lines = text.trimEnd().split('\n')
  return lines.filter(line => line.startsWith('{"key"')).map(line => JSON.parse(line) as RowLine)
}

test('fink dump, loaded into another store and dumped again, is the same', () =>
  withFolder(async other => {
    const backup = join(other, 'backup')
    const copy = join(other, 'copy')
    await fink('dump', '--data', data, '--out', backup)
    const files = readdirSync(backup).map(name => join(backup, name))
    const told = await fink('load', '--data', copy, ...files)
    const dumps = await dumpAll(data)
    assert.ok(told.includes(`ztf: ${rowCount(dumps, 'ztf')} rows from `), told)
    assertSameDumps(await dumpAll(copy), dumps)
  }))

test('fink load names the file and the line that it cannot read', () =>
  withFolder(async other => {
    const file = join(other, 'bad.ndjson')
    writeFileSync(
      file,
      '{"table":"t","schema":{"i:fid":"integer"}}\n{"key":"a","cells":{"i:fid":"x"}}\n',
    )
    const { code, err } = await runFink(['load', '--data', join(other, 'data'), file])
    assert.equal(code, 1)
    assert.ok(err.includes(`Cannot load "${file}" (Cannot read line 2 of the dump`), err)
  }))

test('fink dump wants one table on standard output, and knows which there are', async () => {
  const several = await runFink(['dump', '--data', data])
  assert.equal(several.code, 2)
  assert.match(several.err, /Name one table, or a folder with --out/)
  const unknown = await runFink(['dump', '--data', data, 'ztg'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.err, /No table "ztg": the store has .*\bztf\.class\b/)
})

test('fink scan reads by prefix, range, limit, direction and columns', async () => {
  const all = rowsOf(await fink('dump', '--data', data, 'ztf'))
  const scan = async (...args: string[]) =>
    rowsOf(await fink('scan', '--data', data, 'ztf', ...args))
  const [first, , third] = all
  const object = first!.key.split('_')[0]!
  assert.deepEqual(await scan(), all.slice(0, 10))
  assert.deepEqual(await scan('--limit', '2', '--reversed'), all.toReversed().slice(0, 2))
  assert.deepEqual(
    await scan('--prefix', `${object}_`),
    all.filter(({ key }) => key.startsWith(`${object}_`)),
  )
  assert.deepEqual(await scan('--from', third!.key, '--limit', '1'), [third])
  const [narrow] = await scan('--limit', '1', '--columns', 'i:objectId,i:jd')
  assert.deepEqual(Object.keys(narrow!.cells).sort(), ['i:jd', 'i:objectId'])
})

test('fink schema lists tables, and the columns of tables', async () => {
  const tables = await fink('schema', '--data', data)
  assert.match(tables, /^ztf\t\d+ columns$/m)
  const columns = await fink('schema', '--data', data, 'ztf', 'ztf.upper')
  assert.match(columns, /^ztf\ti:jd\tdouble$/m)
  assert.match(columns, /^ztf\.upper\ti:jd\tdouble$/m)
})

test('fink check finds a filled store well, and a table of another kind not', () =>
  withFolder(async other => {
    assert.equal(await fink('check', '--data', data), 'all is well\n')
    const file = join(other, 'ztf.ndjson')
    writeFileSync(
      file,
      '{"table":"ztf","schema":{"i:jd":"string"}}\n{"key":"a","cells":{"i:jd":"x"}}\n',
    )
    await fink('load', '--data', join(other, 'data'), file)
    const { code, out } = await runFink(['check', '--data', join(other, 'data')])
    assert.equal(code, 1)
    assert.match(out, /^problem: table "ztf": column "i:jd" is string, expected double$/m)
  }))

test('fink simulate writes the same files for the same seed, others for another', () =>
  withFolder(async other => {
    const digestOf = async (name: string, seed: string): Promise<string[]> => {
      const out = join(other, name)
      const size = ['--objects', '10', '--nights', '2', '--seed', seed]
      assert.match(await fink('simulate', '--out', out, ...size), /^\d+ alerts in \d files? below/)
      return readdirSync(out, { recursive: true, encoding: 'utf8' })
        .filter(path => path.endsWith('.parquet'))
        .sort()
        .map(path =>
          createHash('sha256')
            .update(readFileSync(join(out, path)))
            .digest('hex'),
        )
    }
    const first = await digestOf('one', '1')
    assert.ok(first.length > 0)
    assert.deepEqual(await digestOf('again', '1'), first)
    assert.notDeepEqual(await digestOf('other', '2'), first)
  }))
