import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeReference, encodeReference } from '../testing/reference-messages.js'
import { firstKeyOnlyFilter } from './filters.js'
import {
  decodeGetAnswer,
  decodeScanAnswer,
  encodeCloseScanner,
  encodeGet,
  encodeNext,
  encodeOpenScanner,
  type ScanRange,
} from './scan-messages.js'

const REGION = Buffer.from('ztf,,1.abc.')
const RANGE: ScanRange = {
  startRow: Buffer.from('a'),
  includeStartRow: false,
  stopRow: Buffer.from('b'),
  includeStopRow: true,
  isReversed: true,
}
const SCANNER_ID = 2n ** 63n + 5n

test('encodeOpenScanner() writes all that a scan may ask for', () => {
  const columns = [
    { family: Buffer.from('i'), qualifier: Buffer.from('ra') },
    { family: Buffer.from('d') },
    { family: Buffer.from('i'), qualifier: Buffer.from('dec') },
    { family: Buffer.from('d'), qualifier: Buffer.from('x') },
  ]
  const selection = {
    columns,
    filter: firstKeyOnlyFilter(),
    timeRange: { fromMs: 1, toMs: 2 ** 52 },
    cacheBlocks: false,
  }
  const bytes = encodeOpenScanner(REGION, selection, {
    range: RANGE,
    budget: { rows: 7, bytes: 1_000_000 },
    readType: 'pread',
  })
  const request = decodeReference<Record<string, unknown>>('ScanRequest', bytes)
  assert.deepEqual(request['region'], { type: 1, value: REGION })
  assert.equal(request['limit_of_rows'], 7)
  assert.equal(request['scanner_id'], undefined)
  assert.ok(request['client_handles_partials'] && request['client_handles_heartbeats'])
  assert.deepEqual(request['scan'], {
    column: [
      { family: Buffer.from('i'), qualifier: [Buffer.from('dec'), Buffer.from('ra')] },
      { family: Buffer.from('d'), qualifier: [] },
    ],
    start_row: RANGE.startRow,
    stop_row: RANGE.stopRow,
    filter: {
      name: 'org.apache.hadoop.hbase.filter.FirstKeyOnlyFilter',
      serialized_filter: Buffer.alloc(0),
    },
    time_range: { from: '1', to: String(2 ** 52) },
    max_versions: 1,
    cache_blocks: false,
    max_result_size: '1000000',
    load_column_families_on_demand: false,
    reversed: true,
    include_start_row: false,
    include_stop_row: true,
    readType: 2,
  })
})

test('encodeNext() counts its calls and keeps all bits of the scanner id', () => {
  const bytes = encodeNext(SCANNER_ID, 3, { rows: undefined, bytes: 1 })
  const request = decodeReference<Record<string, unknown>>('ScanRequest', bytes)
  assert.equal(request['scanner_id'], String(SCANNER_ID))
  assert.equal(request['next_call_seq'], '3')
  assert.equal(request['limit_of_rows'], undefined)
  assert.equal(request['region'], undefined)
})

test('encodeCloseScanner() asks for no rows', () => {
  const request = decodeReference('ScanRequest', encodeCloseScanner(SCANNER_ID))
  assert.deepEqual(
    { ...request },
    { scanner_id: String(SCANNER_ID), number_of_rows: 0, close_scanner: true },
  )
})

test('decodeScanAnswer() reads flags, counts and ids', () => {
  const message = encodeReference('ScanResponse', {
    cells_per_result: [3, 200, 1],
    partial_flag_per_result: [false, false, true],
    scanner_id: String(SCANNER_ID),
    more_results: true,
    more_results_in_region: false,
  })
  assert.deepEqual(decodeScanAnswer(message), {
    cellsPerResult: [3, 200, 1],
    partialFlags: [false, false, true],
    scannerId: SCANNER_ID,
    hasMoreResults: true,
    hasMoreInRegion: false,
  })
})

test('decodeScanAnswer() refuses results outside the cell block', () => {
  const message = encodeReference('ScanResponse', { results: [{ exists: true }] })
  assert.throws(() => decodeScanAnswer(message), SyntaxError)
})

test('decodeScanAnswer() wants to be told whether more follows', () => {
  const flags = { more_results: true, more_results_in_region: true }
  for (const missing of ['more_results', 'more_results_in_region']) {
    const message = encodeReference('ScanResponse', { ...flags, [missing]: undefined })
    assert.throws(() => decodeScanAnswer(message), SyntaxError)
  }
})

test('encodeGet() and decodeGetAnswer() read one row', () => {
  const get = { row: Buffer.from('k'), columns: [{ family: Buffer.from('i') }] }
  const request = decodeReference<Record<string, unknown>>('GetRequest', encodeGet(REGION, get))
  assert.deepEqual(request, {
    region: { type: 1, value: REGION },
    get: {
      row: get.row,
      column: [{ family: Buffer.from('i'), qualifier: [] }],
      max_versions: 1,
      cache_blocks: true,
    },
  })
  const answer = encodeReference('GetResponse', { result: { associated_cell_count: 149 } })
  assert.equal(decodeGetAnswer(answer), 149)
  const missing = encodeReference('GetResponse', { result: { associated_cell_count: 0 } })
  assert.equal(decodeGetAnswer(missing), 0)
  assert.throws(() => decodeGetAnswer(Buffer.alloc(0)), SyntaxError)
})

test('the decoders of answers never crash on random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      for (const decode of [decodeScanAnswer, decodeGetAnswer]) {
        try {
          decode(Buffer.from(bytes))
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error))
        }
      }
    }),
    { numRuns: 2_000 },
  )
})
