/** Alert files for tests of the command line: made-up nights, and an alert that cannot be stored. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { encodeAvroFile, makeAlert } from '../../src/ingest/testing/alert-fixture.js'
import { writeNights } from '../../src/simulate/night-file.js'
import { fink } from './program.js'

/** Nights below a new folder, without stamps; gives the folder. */
export function makeNights(folder: string, size: { objects: number; nights: number }): string {
  const nights = join(folder, 'nights')
  for (const { alerts } of writeNights(nights, { ...size, seed: 5, hasStamps: false })) {
    if (alerts === 0) throw new RangeError('A night without alerts was written')
  }
  return nights
}

/** An Avro file of three alerts, the second of which lies nowhere on the sky. */
export function makeFlawedFile(folder: string): string {
  const path = join(folder, 'flawed.avro')
  const alerts = [makeAlert(1), makeAlert(2, {}, { ra: 400 }), makeAlert(3)]
  writeFileSync(path, encodeAvroFile(alerts))
  return path
}

/** All tables of a data folder as text, by name. */
export async function dumpAll(dataFolder: string): Promise<ReadonlyMap<string, string>> {
  const out = mkdtempSync(join(dataFolder, 'dump-'))
  await fink('dump', '--data', dataFolder, '--out', out)
  const dumps = readdirSync(out).map((file): [string, string] => [
    file.replace('.ndjson.gz', ''),
    gunzipSync(readFileSync(join(out, file))).toString(),
  ])
  rmSync(out, { recursive: true })
  return new Map(dumps)
}

/** Asserts that two stores hold the same, and names the first line in which they differ. */
export function assertSameDumps(
  actual: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): void {
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort())
  for (const [table, text] of expected) {
    const lines = actual.get(table)?.split('\n') ?? []
    text.split('\n').forEach((line, i) => {
      if (lines[i] !== line) assert.equal(lines[i], line, `${table}, line ${i + 1}`)
    })
    assert.equal(actual.get(table)?.length, text.length, table)
  }
}

/** Number of rows in the dump of a table. */
export function rowCount(dumps: ReadonlyMap<string, string>, table: string): number {
  return (dumps.get(table)?.trimEnd().split('\n').length ?? 1) - 1
}
