/**
 * VOTable answers under the validator of STILTS (`stilts votlint`, Debian package `stilts`).
 * Without it the tests are skipped by name; under CI=true that is a failure.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Table, TableColumn, TableFacts } from '../../src/formats/table.js'
import { votableFormat } from '../../src/formats/votable.js'
import type { ColumnFacts } from '../../src/surveys/column-facts.js'
import { LSST_FACTS } from '../../src/surveys/lsst/columns.js'
import { ZTF_FACTS } from '../../src/surveys/ztf/columns.js'

/** Starting the Java machine takes seconds on a busy machine. */
const TIMEOUT_MS = 120_000

function runVotlint(document: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'votlint-'))
  try {
    const file = join(folder, 'answer.xml')
    writeFileSync(file, document)
    const options = ['ucd=true', 'unit=true', 'validate=true', 'version=1.4']
    const result = spawnSync('stilts', ['votlint', ...options, file], {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
    })
    if (result.error !== undefined) throw result.error
    return result.stdout + result.stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const isInstalled = spawnSync('stilts', ['-version'], { timeout: TIMEOUT_MS }).error === undefined

function testWithVotlint(name: string, table: Table, facts: TableFacts): void {
  test(name, t => {
    if (!isInstalled && process.env.CI !== 'true') return t.skip('needs stilts')
    const encoder = votableFormat.encoder(table.columns, facts)
    const pieces = [encoder.begin(), encoder.rows(table), encoder.end()]
    assert.equal(runVotlint(Buffer.concat(pieces)), '')
  })
}

const ZTF_FACTS_OF_ANSWERS: TableFacts = {
  title: 'Every column & <more>',
  isTruncated: true,
  timeSystem: { scale: 'UTC', origin: 'JD-origin' },
}

/** A column of missing and extreme values of its kind. */
function sampleColumn(fact: ColumnFacts): TableColumn {
  const { name, unit, ucd, description } = fact
  const about = { name, unit, ucd, description }
  const type = typeof fact.type === 'string' ? fact.type : fact.type.at(-1)
  switch (type) {
    case 'int':
    case 'long': {
      const values = [9223372036854775807n, null, -1n]
      return { ...about, type: 'long', values: { kind: 'integers', values } }
    }
    case 'float':
    case 'double': {
      const values = Float64Array.of(2459003.5, Number.NaN, Number.NEGATIVE_INFINITY)
      return { ...about, type: 'double', values: { kind: 'numbers', values } }
    }
    case 'boolean':
      return {
        ...about,
        type: 'boolean',
        values: { kind: 'booleans', values: [true, null, false] },
      }
    default: {
      const values = ['Boötes <&> "𝛼"\u0000\ufffe', null, '']
      return { ...about, type: 'string', values: { kind: 'texts', values } }
    }
  }
}

testWithVotlint(
  'votlint finds nothing in a VOTable of every ZTF column',
  { columns: [...ZTF_FACTS.values()].map(sampleColumn), rows: [], length: 3 },
  ZTF_FACTS_OF_ANSWERS,
)

testWithVotlint(
  'votlint finds nothing in a VOTable of every LSST column',
  { columns: [...LSST_FACTS.values()].map(sampleColumn), rows: [], length: 3 },
  { timeSystem: { scale: 'TAI', origin: 'MJD-origin' } },
)

testWithVotlint(
  'votlint finds nothing in a VOTable without rows',
  { columns: [{ name: 'i:objectId', type: 'string' }], rows: [], length: 0 },
  {},
)

testWithVotlint(
  'votlint finds nothing in a VOTable without columns',
  { columns: [], rows: [], length: 0 },
  {},
)
