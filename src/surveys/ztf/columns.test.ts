import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import { ZTF_FACTS, ztfSchemaDocument } from './columns.js'

interface Field {
  readonly name: string
  readonly type: string | readonly string[]
}

function types(fields: readonly Field[]): Map<string, Field['type']> {
  return new Map(fields.map(({ name, type }) => [name, type]))
}

function listed(section: string): Map<string, Field['type']> {
  const columns = ztfSchemaDocument()[section] ?? {}
  return types(Object.entries(columns).map(([name, { type }]) => ({ name, type })))
}

testWithShared('ztfSchemaDocument() lists the fields and types of the reference', path => {
  const avro = JSON.parse(readFileSync(path('data/ztf/schema/candidate.avsc'), 'utf8')) as {
    fields: Field[]
  }
  const reference = JSON.parse(
    readFileSync(path('spec/data/ztf_schema_fields.json'), 'utf8'),
  ) as Record<'fink_science' | 'fink_derived', Field[]> &
    Record<'ztf_candidate_extra' | 'ztf_cutouts', string[]>

  const alert = types(avro.fields)
  for (const name of reference.ztf_candidate_extra) alert.set(name, 'string')
  assert.deepEqual(listed('ZTF original fields (i:)'), alert)
  assert.deepEqual(listed('Fink science module outputs (d:)'), types(reference.fink_science))
  assert.deepEqual(listed('Fink on-the-fly added values (v:)'), types(reference.fink_derived))
  const stamps = [...listed('ZTF original cutouts (b:)').keys()]
  assert.deepEqual(stamps.sort(), reference.ztf_cutouts.toSorted())
})

testWithShared('ZTF_FACTS knows every column of every ZTF table', path => {
  const tables = JSON.parse(readFileSync(path('spec/hbase-schemas.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >
  let count = 0
  for (const [table, columns] of Object.entries(tables)) {
    if (table.startsWith('rubin')) continue
    for (const name of Object.keys(columns)) {
      if (name.includes('<')) continue
      assert.ok(ZTF_FACTS.has(name), `${table} ${name}`)
      count++
    }
  }
  assert.ok(count > 900)
})

test('ZTF_FACTS describes every column in one line without a full stop', () => {
  for (const { name, description } of ZTF_FACTS.values()) {
    assert.match(description, /^[A-Z0-9][^\n]*[^.\s]$/, name)
  }
})

test('ztfSchemaDocument() has four sections of 108, 3, 46 and 11 columns', () => {
  const counts = Object.values(ztfSchemaDocument()).map(columns => Object.keys(columns).length)
  assert.deepEqual(counts, [108, 3, 46, 11])
})
