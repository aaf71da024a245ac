import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { testWithShared } from '../../../test/shared.js'
import { SSOFT_FLAVORS } from './ssoft-columns.js'

type Columns = Readonly<Record<string, { readonly type: string }>>

testWithShared('SSOFT_FLAVORS has the names and types of every table, in order', path => {
  const text = readFileSync(path('spec/data/ssoft_columns.json'), 'utf8')
  const expected = JSON.parse(text) as Readonly<Record<string, Columns>>
  for (const [flavor, facts] of Object.entries(SSOFT_FLAVORS)) {
    const columns = { ...expected.COLUMNS, ...expected[`COLUMNS_${flavor}`] }
    assert.deepEqual(
      facts.map(({ name, type }) => [name, type]),
      Object.entries(columns).map(([name, { type }]) => [name, type]),
    )
  }
  assert.deepEqual(
    Object.values(SSOFT_FLAVORS).map(({ length }) => length),
    [59, 62, 45, 41],
  )
})
