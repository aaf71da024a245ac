/** What HBase servers send: frames, responses, messages, cell blocks, compressed blocks. */
import type { ColumnSpec } from '../../../src/rows/layout.js'
import {
  decodeProcedureId,
  decodeProcedureState,
  decodeTableDescriptions,
  decodeTableNames,
} from '../../../src/store/hbase/protocol/admin-messages.js'
import { decodeCells, rowKey } from '../../../src/store/hbase/protocol/cell-block.js'
import { cellBytes, writeCell } from '../../../src/store/hbase/protocol/cell-writer.js'
import {
  type Compression,
  type CompressionName,
  toCompression,
} from '../../../src/store/hbase/protocol/compression.js'
import { FrameSplitter } from '../../../src/store/hbase/protocol/frame-splitter.js'
import {
  decodeActiveMaster,
  decodeCatalogRegionInfo,
  decodeMetaLocations,
  decodeMetaNode,
} from '../../../src/store/hbase/protocol/messages.js'
import { decodeMultiAnswer } from '../../../src/store/hbase/protocol/mutation-messages.js'
import {
  decodeGetAnswer,
  decodeScanAnswer,
} from '../../../src/store/hbase/protocol/scan-messages.js'
import { decodeResponse } from '../../../src/store/hbase/protocol/wire.js'
import { GrowingColumns } from '../../../src/store/hbase/reads/packed-columns.js'
import { RowAssembly } from '../../../src/store/hbase/reads/row-assembly.js'
import { toNewCell } from '../../../src/store/hbase/reads/row-cells.js'
import { CellError, RowPacker } from '../../../src/store/hbase/reads/row-packing.js'
import { RowWorkbench } from '../../../src/store/hbase/reads/row-workbench.js'
import { decodeRegions, decodeTableState } from '../../../src/store/hbase/regions/catalog.js'
import { encodeReference } from '../../../src/store/hbase/testing/reference-messages.js'
import { nodeData } from '../../../src/store/hbase/testing/scripted-zookeeper.js'
import { storedColumn } from '../../../src/store/hbase/values/cell-encodings.js'
import { type FuzzTarget, kinds, type OpenTarget } from '../target.js'

const SPECS: readonly ColumnSpec[] = [
  { name: 'd:is_transient', type: 'boolean' },
  { name: 'd:name', type: 'string' },
  { name: 'i:candid', type: 'long' },
  { name: 'i:fid', type: 'integer' },
  { name: 'i:jd', type: 'double' },
  { name: 'i:magpsf', type: 'float' },
]
const COLUMNS = SPECS.map(({ name, type }) => storedColumn(name, type))
const VALUES = [true, 'AGN "x"', 1622215345315015012n, 2, 2459000.5, 18.5]

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

/** Cells of rows, each with all columns. */
function cellBlock(keys: readonly string[]): Buffer {
  const parts = keys.flatMap(key =>
    COLUMNS.map((column, i) => {
      const cell = { ...toNewCell(VALUES[i]!, column), timestampMs: 1 }
      const row = Buffer.from(key)
      const part = Buffer.alloc(cellBytes(row.length, cell))
      writeCell(part, 0, row, cell)
      return part
    }),
  )
  return Buffer.concat(parts)
}

const CELLS = cellBlock(['ZTF21a_2459000.5', 'ZTF21a_2459001.5', 'ZTF21b_2459000.5'])
const SERVER = { host_name: 'worker-1', port: 16020, start_code: '1795518657385' }
const TABLE = { namespace: Buffer.from('default'), qualifier: Buffer.from('ztf') }
const REGION = {
  region_id: '1795518657385',
  table_name: TABLE,
  start_key: Buffer.from('a'),
  end_key: Buffer.from('b'),
  replica_id: 0,
}
const SCAN = encodeReference('ScanResponse', {
  cells_per_result: [6, 6, 6],
  scanner_id: '77',
  more_results: true,
  partial_flag_per_result: [false, false, true],
  more_results_in_region: true,
})

function delimited(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap(part => [Buffer.of(part.length), part]))
}

const RESPONSE = Buffer.concat([
  delimited(
    encodeReference('ResponseHeader', { call_id: 3, cell_block_meta: { length: CELLS.length } }),
    SCAN,
  ),
  CELLS,
])
const EXCEPTION = {
  exception_class_name: 'org.apache.hadoop.hbase.NotServingRegionException',
  stack_trace: 'org.apache.hadoop.hbase.NotServingRegionException: moved\n\tat x',
  do_not_retry: false,
}
const REFUSAL = delimited(encodeReference('ResponseHeader', { call_id: 3, exception: EXCEPTION }))

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

const MAX_FRAME_BYTES = 2 ** 20

const frames: FuzzTarget = {
  name: 'hbase-frames',
  about: 'a byte stream cut into frames',
  samples: [frame(RESPONSE), Buffer.concat([frame(REFUSAL), frame(RESPONSE), frame(REFUSAL)])],
  words: [],
  shortRun: 1_000,
  read: input => {
    const splitter = new FrameSplitter(MAX_FRAME_BYTES)
    // Chunks of many sizes, by the length of the input.
    const step = 1 + (input.length % 97)
    for (let at = 0; at < input.length; at += step) {
      for (const body of splitter.push(input.subarray(at, at + step))) decodeResponse(body)
    }
  },
  isDocumented: kinds(SyntaxError),
}

const response: FuzzTarget = {
  name: 'hbase-response',
  about: 'responses with the cells of a scan',
  samples: [RESPONSE, REFUSAL],
  words: [],
  shortRun: 1_000,
  read: input => {
    const { exception, message, cellBlock } = decodeResponse(input)
    if (exception !== undefined) return
    const { cellsPerResult } = decodeScanAnswer(message)
    decodeCells(cellBlock, sum(cellsPerResult))
  },
  isDocumented: kinds(SyntaxError),
}

/** Each message with the reader it is for; the first byte of an input chooses. */
const MESSAGES: readonly (readonly [Buffer, (message: Buffer) => unknown])[] = [
  [SCAN, decodeScanAnswer],
  [encodeReference('GetResponse', { result: { associated_cell_count: 6 } }), decodeGetAnswer],
  [
    encodeReference('MultiResponse', {
      regionActionResult: [
        { resultOrException: [{ index: 0, result: { associated_cell_count: 1 } }] },
        { exception: { name: 'x', value: Buffer.from('y') } },
      ],
    }),
    decodeMultiAnswer,
  ],
  [
    Buffer.concat([Buffer.from('PBUF'), encodeReference('RegionInfo', REGION)]),
    decodeCatalogRegionInfo,
  ],
  [
    encodeReference('GetMetaRegionLocationsResponse', {
      meta_locations: [{ region_info: REGION, server_name: SERVER, seq_num: 1 }],
    }),
    decodeMetaLocations,
  ],
  [encodeReference('GetActiveMasterResponse', { server_name: SERVER }), decodeActiveMaster],
  [nodeData('MetaRegionServer', { server: SERVER, rpc_version: 0, state: 3 }), decodeMetaNode],
  [encodeReference('GetTableNamesResponse', { table_names: [TABLE, TABLE] }), decodeTableNames],
  [
    encodeReference('GetTableDescriptorsResponse', {
      table_schema: [
        {
          table_name: TABLE,
          column_families: [
            {
              name: Buffer.from('i'),
              attributes: [{ first: Buffer.from('COMPRESSION'), second: Buffer.from('SNAPPY') }],
            },
          ],
        },
      ],
    }),
    decodeTableDescriptions,
  ],
  [encodeReference('CreateTableResponse', { proc_id: '5' }), decodeProcedureId],
  [
    encodeReference('GetProcedureResultResponse', {
      state: 1,
      exception: { generic_exception: { class_name: 'a', message: 'b' } },
    }),
    decodeProcedureState,
  ],
]

const messages: FuzzTarget = {
  name: 'hbase-messages',
  about: 'protobuf messages of all kinds',
  samples: MESSAGES.map(([message], i) => Buffer.concat([Buffer.of(i), message])),
  words: ['PBUF'],
  shortRun: 2_000,
  read: input => {
    const [, decode = decodeScanAnswer] = MESSAGES[(input[0] ?? 0) % MESSAGES.length] ?? []
    return decode(input.subarray(1))
  },
  isDocumented: kinds(SyntaxError),
}

/** The first byte is the number of cells. */
const cells: FuzzTarget = {
  name: 'hbase-cells',
  about: 'cell blocks, those of the catalog too',
  samples: [Buffer.concat([Buffer.of(18), CELLS]), Buffer.of(0)],
  words: ['PBUF', 'info:regioninfo', 'table'],
  shortRun: 1_000,
  read: input => {
    const cellCount = input[0] ?? 0
    const decoded = decodeCells(input.subarray(1), cellCount)
    const rowStartCell = Uint32Array.from([0, cellCount])
    const batch = { ...decoded, rowCount: cellCount === 0 ? 0 : 1, rowStartCell }
    decodeTableState(batch)
    return cellCount === 0 ? [] : [rowKey(batch, 0), decodeRegions(batch, 'ztf')]
  },
  isDocumented: kinds(SyntaxError),
}

/** Most results of a page here; each has a byte in front of the block: cells, and a flag. */
const MAX_RESULTS = 8

/** Number of results, a byte for each, cells. */
const rows: FuzzTarget = {
  name: 'hbase-rows',
  about: 'rows put together from pages of cells, and packed',
  samples: [
    Buffer.concat([Buffer.of(3, 6, 6, 6), CELLS]),
    Buffer.concat([Buffer.of(4, 6, 0x83, 3, 6), CELLS]),
    Buffer.concat([Buffer.of(1, 0x86), cellBlock(['a'])]),
  ],
  words: ['d', 'i', 'NaN', '-Infinity', '\x00\x00\x00\x01'],
  shortRun: 1_000,
  read: input => {
    const count = (input[0] ?? 0) % MAX_RESULTS
    const results = [...input.subarray(1, 1 + count)]
    const cellsPerResult = results.map(result => result & 0x7f)
    const page = {
      cells: decodeCells(input.subarray(1 + count), sum(cellsPerResult)),
      cellsPerResult,
      partialFlags: results.map(result => result >= 0x80),
      hasMoreResults: true,
      hasMoreInRegion: true,
    }
    const assembly = new RowAssembly(2 ** 20)
    const packer = new RowPacker(new GrowingColumns(COLUMNS), new RowWorkbench())
    const batches = [...assembly.push(page), ...assembly.push(page), ...assembly.flush()]
    return batches.map(batch => packer.pack(batch))
  },
  isDocumented: kinds(SyntaxError, RangeError, CellError),
}

const MAX_PLAIN_BYTES = 2 ** 20

/** Compressed blocks of a codec; one of zeros unpacks to a thousand times its size. */
async function openCompression(name: CompressionName): Promise<FuzzTarget> {
  const codec: Compression = toCompression(name)
  const plain = [CELLS, Buffer.alloc(300_000), Buffer.alloc(0)]
  return {
    name: `hbase-${name}`,
    about: `cell blocks in ${name}`,
    samples: await Promise.all(plain.map(block => codec.compress(block))),
    words: ['\x1f\x8b\x08', '\x00\x00\x00\x00'],
    read: async input => {
      const { length } = await codec.decompress(input, MAX_PLAIN_BYTES)
      if (length > MAX_PLAIN_BYTES) throw new Error(`Unpacked to ${length} bytes`)
    },
    isDocumented: kinds(SyntaxError, RangeError),
  }
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = {
  'hbase-frames': () => frames,
  'hbase-response': () => response,
  'hbase-messages': () => messages,
  'hbase-cells': () => cells,
  'hbase-rows': () => rows,
  'hbase-gzip': () => openCompression('gzip'),
  'hbase-snappy': () => openCompression('snappy'),
}
