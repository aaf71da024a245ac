/** `fink ingest` from end to end: nothing twice, nothing of broken files, broken alerts aside. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertSameDumps, dumpAll, makeFlawedFile, makeNights, rowCount } from './made-up-nights.js'
import { fink, runFink, startFink, withFolder } from './program.js'

const SMALL = { objects: 40, nights: 3 }
/** Thousands of alerts, written in many batches. */
const LONG = { objects: 4000, nights: 8 }

test('fink ingest fills the tables, and run again changes nothing', () =>
  withFolder(async folder => {
    const nights = makeNights(folder, SMALL)
    const data = join(folder, 'data')
    const summary = await fink('ingest', '--data', data, nights)
    const before = await dumpAll(data)
    const alerts = rowCount(before, 'ztf')
    assert.ok(alerts > 10, summary)
    assert.match(
      summary,
      new RegExp(`^${alerts} alerts in .* s \\(\\d+ alerts/s\\), 0 put aside$`, 'm'),
    )
    assert.match(summary, new RegExp(`^ {2}ztf: ${alerts} rows added, 0 changed$`, 'm'))
    assert.match(
      await fink('ingest', '--data', data, nights),
      /^0 alerts .*\n {2}3 file\(s\) were in/,
    )
    assertSameDumps(await dumpAll(data), before)
  }))

test('fink ingest refuses a broken file by name, writes nothing of it and takes the others', () =>
  withFolder(async folder => {
    const nights = makeNights(folder, SMALL)
    const whole = join(nights, 'year=2024', 'month=11', 'day=01', 'part-00000.snappy.parquet')
    const broken = join(nights, 'broken.parquet')
    // A file whose end is in order and whose middle is not.
    const bytes = readFileSync(whole)
    bytes.fill(0, 200, bytes.length >> 1)
    writeFileSync(broken, bytes)
    const data = join(folder, 'data')
    const { code, out, err } = await runFink(['ingest', '--data', data, broken])
    assert.equal(code, 1)
    assert.ok(out.includes(`refused "${broken}": `), out)
    assert.match(err, /1 file\(s\) refused/)
    for (const [table, text] of await dumpAll(data)) {
      assert.equal(text.trimEnd().split('\n').length, 1, `rows in ${table}`)
    }
    const all = await runFink(['ingest', '--data', data, nights])
    assert.equal(all.code, 1)
    assert.match(all.out, /^[1-9]\d* alerts/)
    const clean = join(folder, 'clean')
    await fink('ingest', '--data', clean, join(nights, 'year=2024'))
    assertSameDumps(await dumpAll(data), await dumpAll(clean))
  }))

test('fink ingest puts a broken alert aside with its reason and takes the rest', () =>
  withFolder(async folder => {
    const file = makeFlawedFile(folder)
    const data = join(folder, 'data')
    const out = await fink('ingest', '--data', data, file)
    assert.match(out, /^3 alerts .* 1 put aside$/m)
    assert.match(out, /^put aside: \{.*"position":1,.*i:ra: expected 0 to 360, got 400/m)
    const dumps = await dumpAll(data)
    assert.equal(rowCount(dumps, 'ztf'), 2)
    assert.equal(rowCount(dumps, 'fink.rejected'), 1)
    assert.match(dumps.get('fink.rejected') ?? '', /i:ra: expected 0 to 360, got 400/)
  }))

test('fink ingest stopped by SIGINT ends with 1, and goes on when run again', () =>
  withFolder(async folder => {
    const nights = makeNights(folder, LONG)
    const data = join(folder, 'data')
    mkdirSync(data)
    const program = startFink(['ingest', '--data', data, nights])
    await program.until(/^MB: \d/m)
    const { code, out, err } = await program.end('SIGINT')
    assert.equal(code, 1, out + err)
    assert.match(err, /Interrupted: run the same command to go on/)
    const [, before] = out.match(/^(\d+) alerts/) ?? []
    const [, rest] = (await fink('ingest', '--data', data, nights)).match(/^(\d+) alerts/) ?? []
    assert.equal(rowCount(await dumpAll(data), 'ztf'), Number(before) + Number(rest))
    assert.ok(Number(before) > 0 && Number(rest) > 0)
  }))
