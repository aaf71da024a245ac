/** `fink ingest --table`: published tables are checked, put into their place and served. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { buildApp } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { openMemoryStore } from '../../src/store/memory.js'
import { ztf } from '../../src/surveys/ztf/ztf.js'
import { testWithShared } from '../shared.js'
import { fink, runFink, withFolder } from './program.js'

type Column = Parameters<typeof parquetWriteBuffer>[0]['columnData'][number]

/** A table of phase curves with the parameters of a model and two objects. */
function writeCurves(
  path: string,
  flavor: string,
  { version, without = [] }: { readonly version?: string; readonly without?: string[] } = {},
): string {
  const names = (ztf.solarSystemFiles?.flavors[flavor] ?? [])
    .map(({ name }) => name)
    .filter((name, _, all) => all.includes(`err_${name}`) && !without.includes(name))
  const columnData: Column[] = [
    { name: 'sso_name', data: ['Benoitcarry', null], type: 'STRING' },
    { name: 'sso_number', data: [33_803n, null], type: 'INT64' },
    ...names.map(name => ({ name, data: [1.5, 2.5], type: 'DOUBLE' as const })),
  ]
  if (version !== undefined) {
    columnData.push({ name: 'version', data: [version, version], type: 'STRING' })
  }
  writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData })))
  return path
}

function writePoints(path: string): string {
  const [key = '', ...lists] = ztf.solarSystemFiles?.bulkColumns ?? []
  const columnData: Column[] = [
    { name: key, data: ['8467'], type: 'STRING' },
    ...lists.map(name => ({ name, data: [[1, 2]], type: 'JSON' as const })),
  ]
  writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData })))
  return path
}

/** Asks a service on the data folder. */
async function ask(data: string, route: string, query: Record<string, string>) {
  const config = readConfig({ overrides: { dataDir: data, logLevel: 'silent' } })
  const store = openMemoryStore()
  const { app } = buildApp({ ...config, store, version: 'test' })
  const answer = await app.inject({ url: `/api/v1/${route}`, query })
  await app.close()
  await store.close()
  return answer
}

test('fink ingest --table ssoft puts a table where the route serves it, once', () =>
  withFolder(async folder => {
    const data = join(folder, 'data')
    const file = writeCurves(join(folder, 'ssoft_SHG1G2_2024.09.parquet'), 'SHG1G2')
    const first = await fink('ingest', '--data', data, '--table', 'ssoft', file)
    assert.match(
      first,
      /^ssoft SHG1G2 2024\.09: 2 objects, \d+ columns in ".*2024\.09\.parquet"\n$/,
    )
    const again = await fink('ingest', '--data', data, '--table', 'ssoft', file)
    assert.match(again, /, was in already\n$/)
    assert.deepEqual(readdirSync(join(data, 'sso', 'SSOFT')), ['ssoft_SHG1G2_2024.09.parquet'])
    const whole = await ask(data, 'ssoft', { version: '2024.09' })
    assert.ok(whole.rawPayload.equals(readFileSync(file)))
    const one = await ask(data, 'ssoft', { sso_number: '33803' })
    assert.equal(one.json()[0].sso_name, 'Benoitcarry')
  }))

test('fink ingest --table ssoft tells the model from the columns, the version from the table', () =>
  withFolder(async folder => {
    const data = join(folder, 'data')
    for (const flavor of Object.keys(ztf.solarSystemFiles?.flavors ?? {})) {
      const file = writeCurves(join(folder, 'table.parquet'), flavor, { version: '2025.01' })
      const said = await fink('ingest', '--data', data, '--table', 'ssoft', file)
      assert.match(said, new RegExp(`^ssoft ${flavor} 2025\\.01: `))
    }
    const file = writeCurves(join(folder, 'table.parquet'), 'SOCCA', { version: '2025.01' })
    const known = await fink(
      ...['ingest', '--data', data, '--table', 'ssoft', '--flavor', 'SSHG1G2', file],
    )
    assert.match(known, /^ssoft SOCCA 2025\.01: .* was in already/)
  }))

test('fink ingest --table ssobulk takes light curves, and a newer file of a version replaces it', () =>
  withFolder(async folder => {
    const data = join(folder, 'data')
    const args = ['ingest', '--data', data, '--table', 'ssobulk', '--table-version', '2026.01']
    const file = writePoints(join(folder, 'curves.parquet'))
    assert.match(await fink(...args, file), /^ssobulk 2026\.01: 1 objects, 7 columns in /)
    assert.ok((await ask(data, 'ssobulk', { version: '2026.01' })).rawPayload.length > 100)
    assert.match(await fink(...args, file), /was in already/)
    const other = join(folder, 'other_202601.parquet')
    const [key = '', ...lists] = ztf.solarSystemFiles?.bulkColumns ?? []
    const columnData: Column[] = [
      { name: key, data: ['1', '2'], type: 'STRING' },
      ...lists.map(name => ({ name, data: [[1], []], type: 'JSON' as const })),
    ]
    writeFileSync(other, Buffer.from(parquetWriteBuffer({ columnData })))
    const replaced = await fink('ingest', '--data', data, '--table', 'ssobulk', other)
    assert.match(replaced, /^ssobulk 2026\.01: 2 objects.*, in place of another\n$/)
  }))

test('fink ingest --table refuses a wrong file by name and takes the others', () =>
  withFolder(async folder => {
    const data = join(folder, 'data')
    const good = writeCurves(join(folder, 'ssoft_HG_2024.09.parquet'), 'HG')
    const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
      [writePoints(join(folder, 'bulk_202409.parquet')), [], /missing: sso_name, sso_number/],
      [
        writeCurves(join(folder, 'ssoft_SHG1G2_2024.08.parquet'), 'HG'),
        [],
        /expected a table of SHG1G2, got the columns of HG/,
      ],
      [
        writeCurves(join(folder, 'ssoft_HG_2024.07.parquet'), 'HG', { without: ['G_1'] }),
        [],
        /model such as HG; missing: G_1$/m,
      ],
      [writeCurves(join(folder, 'unnamed.parquet'), 'HG'), [], /name it with --table-version/],
      [
        writeCurves(join(folder, 'ssoft_HG_2023.06.parquet'), 'HG'),
        [],
        /from 2023\.07 on, got "2023\.06"/,
      ],
      [
        writeCurves(join(folder, 'other.parquet'), 'HG', { version: '2024.10' }),
        ['--table-version', '2024.11'],
        /one version, got "2024\.11" and "2024\.10"/,
      ],
    ]
    const broken = join(folder, 'ssoft_HG_2024.06.parquet')
    writeFileSync(broken, readFileSync(good).subarray(0, -20))
    for (const [path, options, reason] of [...wrong, [broken, [], /parquet/i] as const]) {
      const args = ['ingest', '--data', data, '--table', 'ssoft', ...options, path]
      const { code, out, err } = await runFink(args)
      assert.equal(code, 1, path)
      assert.ok(out.startsWith(`refused "${path}": `), out)
      assert.match(out, reason)
      assert.match(err, /1 file\(s\) refused/)
    }
    const both = await runFink(['ingest', '--data', data, '--table', 'ssoft', broken, good])
    assert.equal(both.code, 1)
    assert.match(both.out, /^refused .*\nssoft HG 2024\.09: /)
    assert.deepEqual(readdirSync(join(data, 'sso', 'SSOFT')), ['ssoft_HG_2024.09.parquet'])
  }))

test('fink ingest refuses options of tables that make no sense, with exit code 2', () =>
  withFolder(async folder => {
    const file = writePoints(join(folder, 'curves_202601.parquet'))
    for (const args of [
      ['--table', 'nosuch'],
      ['--flavor', 'HG'],
      ['--table-version', '2024.09'],
      ['--table', 'ssobulk', '--flavor', 'HG'],
      ['--table', 'ssoft', '--store', 'hbase://localhost:1/x'],
      ['--table', 'ssoft', '--survey', 'lsst'],
    ]) {
      const { code, err } = await runFink(['ingest', '--data', join(folder, 'data'), ...args, file])
      assert.equal(code, 2, `${args.join(' ')}: ${err}`)
    }
  }))

testWithShared('fink ingest --table loads the published files of the reference data', path =>
  withFolder(async folder => {
    const data = join(folder, 'data')
    const curves = path('golden/upstream/ssoft_SHG1G2_2024.09.parquet')
    await fink('ingest', '--data', data, '--table', 'ssoft', curves)
    const table = await ask(data, 'ssoft', { 'output-format': 'json', flavor: 'SHG1G2' })
    assert.equal(table.json().length, 20)
    const points = path('data/sso/sso_ztf_lc_aggregated_202504_three_obj.parquet')
    await fink('ingest', '--data', data, '--table', 'ssobulk', points)
    const bulk = await ask(data, 'ssobulk', { 'output-format': 'json' })
    assert.equal(bulk.json().length, 3)
  }),
)
