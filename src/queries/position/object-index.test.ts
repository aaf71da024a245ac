import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toLayout } from '../../rows/layout.js'
import { encodeRow, type PackedRow } from '../../rows/packed-row.js'
import { ObjectIndex } from './object-index.js'

const layout = toLayout([
  { name: 'i:objectId', type: 'string' },
  { name: 'i:ra', type: 'double' },
])

function rowOf(key: string, id: string | undefined, ra = 1): PackedRow {
  return { key, layout, bytes: encodeRow(layout, [id, ra]), start: 0 }
}

test('ObjectIndex finds each object by any of its rows', () => {
  const ids = fc.array(fc.oneof(fc.constantFrom('', 'a', 'ab', 'ba', 'é'), fc.string()))
  fc.assert(
    fc.property(ids, list => {
      const index = new ObjectIndex<{ row: PackedRow; id: string }>('i:objectId')
      const known = new Map<string, object>()
      for (const [i, id] of list.entries()) {
        const row = rowOf(String(i), id, i)
        assert.equal(index.find(row), known.get(id))
        const thing = index.findOrAdd(row, () => ({ row, id }))
        assert.equal(thing, known.get(id) ?? thing)
        known.set(id, thing)
      }
      assert.equal(index.size, known.size)
      for (const [id, thing] of known) assert.equal(index.find(rowOf('x', id)), thing)
    }),
  )
})

test('ObjectIndex grows with its objects', () => {
  const index = new ObjectIndex<{ row: PackedRow }>('i:objectId')
  const make = (row: PackedRow) => ({ row })
  for (let i = 0; i < 5000; i++) index.findOrAdd(rowOf(`k${i}`, `ZTF${i}`), make)
  for (let i = 0; i < 5000; i++) assert.equal(index.find(rowOf('x', `ZTF${i}`))?.row.key, `k${i}`)
  assert.equal(index.find(rowOf('x', 'ZTF5000')), undefined)
})

test('ObjectIndex takes rows without an id for objects of their own', () => {
  const index = new ObjectIndex<{ row: PackedRow }>('i:objectId')
  const [a, b] = [rowOf('a', undefined), rowOf('b', undefined)]
  index.findOrAdd(a, row => ({ row }))
  assert.equal(index.find(a)?.row, a)
  assert.equal(index.find(b), undefined)
  assert.equal(new ObjectIndex('i:other').find(a), undefined)
})
