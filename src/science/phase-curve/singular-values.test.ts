import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decomposeSystem } from './singular-values.js'

const entry = fc.double({ min: -10, max: 10, noNaN: true })

test('decomposeSystem() finds the singular values of a known matrix', () => {
  const matrix = Float64Array.of(3, 0, 4, 5)
  const { values } = decomposeSystem({ matrix, right: new Float64Array(2), columns: 2 })
  const sorted = values.toSorted()
  assert.ok(Math.abs(sorted[0]! - Math.sqrt(5)) < 1e-14)
  assert.ok(Math.abs(sorted[1]! - Math.sqrt(45)) < 1e-14)
})

test('decomposeSystem() gives the products of any matrix of 1 to 4 columns', () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }))
  const cells = fc.array(entry, { minLength: 60, maxLength: 60 })
  fc.assert(
    fc.property(shape, cells, ([n, m], numbers) => {
      const matrix = Float64Array.from(numbers.slice(0, m * n))
      const right = Float64Array.from(numbers.slice(48, 48 + m))
      const before = { matrix: matrix.slice(), right: right.slice() }
      const { values, vectors, projected } = decomposeSystem({ matrix, right, columns: n })
      for (let i = 0; i < n; i++) {
        let pulled = 0
        for (let row = 0; row < m; row++) pulled += before.matrix[row * n + i]! * before.right[row]!
        let expected = 0
        for (let k = 0; k < n; k++) expected += vectors[k * n + i]! * values[k]! * projected[k]!
        assert.ok(Math.abs(pulled - expected) < 1e-9)
        for (let j = 0; j < n; j++) {
          let product = 0
          for (let row = 0; row < m; row++) {
            product += before.matrix[row * n + i]! * before.matrix[row * n + j]!
          }
          let made = 0
          for (let k = 0; k < n; k++) {
            made += vectors[k * n + i]! * values[k]! ** 2 * vectors[k * n + j]!
          }
          assert.ok(Math.abs(product - made) < 1e-9)
        }
      }
    }),
  )
})

test('decomposeSystem() gives value 0 for equal columns, and ends for values not finite', () => {
  const matrix = Float64Array.of(1, 1, 2, 2, 3, 3)
  const { values } = decomposeSystem({ matrix, right: Float64Array.of(1, 2, 3), columns: 2 })
  assert.ok(Math.min(...values) < 1e-14)
  const broken = Float64Array.of(1, Number.NaN, 2, 3)
  const result = decomposeSystem({ matrix: broken, right: new Float64Array(2), columns: 2 })
  assert.ok(result.values.some(Number.isNaN))
})
