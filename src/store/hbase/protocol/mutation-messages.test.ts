import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeReference, encodeReference } from '../testing/reference-messages.js'
import { cellValue, columnName, decodeCells } from './cell-block.js'
import { actionBytes, decodeMultiAnswer, encodeMulti, type RowAction } from './mutation-messages.js'

const FAMILY = Buffer.from('i')

function cell(name: string, value: string) {
  return { family: FAMILY, qualifier: Buffer.from(name), value: Buffer.from(value) }
}

test('encodeMulti() numbers actions per region and sends their cells in order', () => {
  const put: RowAction = {
    kind: 'put',
    row: Buffer.from('a'),
    cells: [cell('x', '1'), cell('y', '2')],
  }
  const get: RowAction = { kind: 'get', row: Buffer.from('b') }
  const remove: RowAction = { kind: 'delete', row: Buffer.from('c'), families: [FAMILY] }
  const { message, cellBlock } = encodeMulti([
    { regionName: Buffer.from('r1'), actions: [put, get] },
    { regionName: Buffer.from('r2'), actions: [remove] },
  ])
  assert.deepEqual(decodeReference('MultiRequest', message), {
    regionAction: [
      {
        region: { type: 1, value: Buffer.from('r1') },
        action: [
          {
            index: 0,
            mutation: { row: Buffer.from('a'), mutate_type: 2, associated_cell_count: 2 },
          },
          {
            index: 1,
            get: { row: Buffer.from('b'), column: [], max_versions: 1, cache_blocks: true },
          },
        ],
      },
      {
        region: { type: 1, value: Buffer.from('r2') },
        action: [
          {
            index: 0,
            mutation: { row: Buffer.from('c'), mutate_type: 3, associated_cell_count: 1 },
          },
        ],
      },
    ],
  })
  const cells = decodeCells(cellBlock, 3)
  assert.deepEqual(
    [0, 1, 2].map(i => columnName(cells, i)),
    ['i:x', 'i:y', 'i:'],
  )
  assert.deepEqual(
    [0, 1, 2].map(i => cellValue(cells, i).toString()),
    ['1', '2', ''],
  )
  assert.equal(actionBytes(put) + actionBytes(remove), cellBlock.length)
  assert.equal(actionBytes(get), 0)
})

test('decodeMultiAnswer() tells results and exceptions of actions and regions', () => {
  const value = Buffer.from('java.io.IOException: why')
  const message = encodeReference('MultiResponse', {
    regionActionResult: [
      {
        resultOrException: [
          { index: 1, result: { associated_cell_count: 5 } },
          { index: 0, exception: { name: 'java.io.IOException', value } },
        ],
      },
      { exception: { name: 'a.B', value } },
    ],
    processed: true,
  })
  const exception = { className: 'java.io.IOException', stackTrace: 'java.io.IOException: why' }
  assert.deepEqual(decodeMultiAnswer(message), [
    {
      answers: [
        { index: 1, cellCount: 5, exception: undefined },
        { index: 0, cellCount: 0, exception },
      ],
      exception: undefined,
    },
    { answers: [], exception: { ...exception, className: 'a.B' } },
  ])
})

test('decodeMultiAnswer() never crashes on random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      try {
        decodeMultiAnswer(Buffer.from(bytes))
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})
