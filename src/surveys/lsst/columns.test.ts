import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import type { ColumnFacts, SchemaType } from '../column-facts.js'
import {
  addedSince,
  LSST_OBJECT_ADDED,
  LSST_SOURCE_ADDED,
  LSST_SSO_NAME,
  LSST_STAMPS,
  LSST_STATISTICS,
} from './added-columns.js'
import {
  LSST_ALERT,
  LSST_FACTS,
  LSST_FORCED,
  LSST_OBJECT,
  LSST_ORBIT,
  LSST_REQUIRED_SINCE_11_0,
  LSST_SOLAR_SYSTEM_SOURCE,
  LSST_SOURCE,
  LSST_SOURCE_SINCE_11_1,
} from './columns.js'

interface Entry {
  readonly type: SchemaType
  readonly fink_broker_version?: string
  readonly fink_science_version?: string
}

type Resolve = (path: string) => string

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1)

function types(facts: readonly ColumnFacts[]): Record<string, SchemaType> {
  return Object.fromEntries(facts.map(({ name, type }) => [bare(name), type]))
}

/** The same facts under schema 11.0. */
function since11(facts: readonly ColumnFacts[]): ColumnFacts[] {
  return facts.map(fact =>
    LSST_REQUIRED_SINCE_11_0.has(fact.name) ? { ...fact, type: fact.type.at(-1) ?? '' } : fact,
  )
}

function avroTypes(path: Resolve, version: string, record: string): Record<string, unknown> {
  const file = path(`data/lsst/schema/${version}/lsst.${version}.${record}.avsc`)
  const { fields } = readJson<{ fields: { name: string; type: unknown }[] }>(file)
  return Object.fromEntries(fields.map(({ name, type }) => [name, type]))
}

const records = [
  ['diaSource', LSST_SOURCE],
  ['diaObject', LSST_OBJECT],
  ['diaForcedSource', LSST_FORCED],
  ['ssSource', LSST_SOLAR_SYSTEM_SOURCE],
] as const

testWithShared('LSST records have the fields and types of schemas 10.0 to 11.1', path => {
  for (const [record, facts] of records) {
    assert.deepEqual(types(facts), avroTypes(path, 'v10_0', record), record)
    assert.deepEqual(types(since11(facts)), avroTypes(path, 'v11_0', record), record)
  }
  const source = since11([...LSST_SOURCE, ...LSST_SOURCE_SINCE_11_1])
  assert.deepEqual(types(source), avroTypes(path, 'v11_1', 'diaSource'))
  const orbit = avroTypes(path, 'v10_0', 'mpc_orbits')
  // Times are micros in the packet and whole seconds in the store.
  for (const name of ['created_at', 'updated_at', 'fitting_datetime'])
    orbit[name] = ['null', 'long']
  assert.deepEqual(types(LSST_ORBIT), orbit)
})

const goldens = [
  ['135-schema-sources', 'r', [...LSST_SOURCE, ...LSST_ALERT]],
  ['135-schema-sources', 'f', LSST_SOURCE_ADDED],
  ['136-schema-objects', 'r', [...LSST_OBJECT, ...LSST_ALERT]],
  ['136-schema-objects', 'f', LSST_OBJECT_ADDED],
  ['137-schema-fp', 'r', LSST_FORCED],
  ['138-schema-conesearch', 'r', [...LSST_SOURCE, ...LSST_OBJECT, ...LSST_ALERT]],
  ['140-schema-statistics', 'f', LSST_STATISTICS],
  ['141-schema-cutouts', 'b', LSST_STAMPS],
  ['145-schema-version-10-0', 'f', LSST_SSO_NAME],
] as const

testWithShared('LSST facts have the names, types and versions of the schema answers', path => {
  for (const [golden, family, facts] of goldens) {
    const { body } = readJson<{ response: { body: string } }>(
      path(`golden/lsst/${golden}.json`),
    ).response
    const document = JSON.parse(body) as Record<string, Record<string, Entry>>
    const title = Object.keys(document).find(key => key.endsWith(`(${family}:)`)) ?? ''
    const section = document[title] ?? {}
    const expected = Object.entries(section).map(([name, { type }]) => [name, type])
    assert.deepEqual(types(since11(facts)), Object.fromEntries(expected), `${golden} ${family}`)
    for (const [name, entry] of Object.entries(section)) {
      if (family !== 'f') continue
      const { finkBroker, finkScience } = addedSince(`f:${name}`)
      assert.equal(finkBroker, entry.fink_broker_version, name)
      assert.equal(finkScience, entry.fink_science_version, name)
    }
  }
})

testWithShared('LSST_FACTS knows every column of every LSST table', path => {
  const tables = readJson<Record<string, Record<string, string>>>(path('spec/hbase-schemas.json'))
  const statistics = new Set(LSST_STATISTICS.map(({ name }) => name))
  const names = Object.keys(tables).filter(table => table.startsWith('rubin'))
  assert.equal(names.length, 11)
  for (const table of names) {
    for (const name of Object.keys(tables[table] ?? {})) {
      const isKnown = LSST_FACTS.has(name) || (table === 'rubin.statistics' && statistics.has(name))
      assert.ok(isKnown, `${table} ${name}`)
    }
  }
})

test('LSST_FACTS describes a shared name as in the detection', () => {
  assert.equal(LSST_FACTS.get('r:ra')?.description, 'Right ascension of the detection, ICRS')
  assert.deepEqual(LSST_FACTS.get('r:diaObjectId')?.type, ['null', 'long'])
})

test('LSST facts describe every column in one line without a full stop', () => {
  for (const { name, description } of [...LSST_FACTS.values(), ...LSST_STATISTICS]) {
    assert.match(description, /^[A-Z0-9][^\n]*[^.\s]$/, name)
  }
})
