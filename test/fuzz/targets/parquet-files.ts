/** Parquet files of the data lake: stamps, and published tables. */
import { parquetWriteBuffer } from 'hyparquet-writer'
import { readAlertStamps } from '../../../src/cutouts/files/locate.js'
import { StampFiles } from '../../../src/cutouts/files/stamp-files.js'
import { STAMP_KINDS } from '../../../src/cutouts/files/stamp-hint.js'
import {
  FIXTURE_LAYOUT,
  fixtureCandid,
  writeFixture,
} from '../../../src/cutouts/testing/stamp-file.js'
import { checkRange, type Datalake } from '../../../src/datalake/datalake.js'
import { shortFile } from '../../../src/datalake/lake-errors.js'
import { parquetCompressors } from '../../../src/datalake/parquet/compression.js'
import { DatalakeError, NotFoundError, TooLargeError } from '../../../src/errors.js'
import { openTableFile } from '../../../src/queries/solar-system/table-file.js'
import { type FuzzTarget, kinds, type OpenTarget } from '../target.js'

const PATH = 'a.parquet'
const ROWS = 6
const WORDS = ['PAR1', '\x15\x00', '\x19\x1c', '\xff\xff\xff\xff\x0f', '\x2c\x15']

/** A lake of one file that keeps the contract: all the bytes of a range, or an error. */
function lakeOf(bytes: Buffer): Datalake {
  return {
    size: async () => bytes.length,
    read: async (path, start, end) => {
      checkRange(start, end)
      if (end > bytes.length) throw shortFile('fuzz', path, end)
      return bytes.subarray(start, end)
    },
    write: () => Promise.reject(new Error('read only')),
    close: async () => undefined,
  }
}

async function readStamps(input: Buffer): Promise<void> {
  const source = { lake: lakeOf(input), decompressors: parquetCompressors }
  const files = new StampFiles(source, FIXTURE_LAYOUT, { maxBytes: 2 ** 22 })
  for (const row of [0, ROWS - 1]) {
    const target = { file: PATH, ids: { candid: String(fixtureCandid(row)) } }
    await readAlertStamps(files, target, STAMP_KINDS)
  }
  const hintOf = await files.hints(PATH)
  await readAlertStamps(files, { file: PATH, hint: hintOf(0), ids: {} }, STAMP_KINDS)
}

const stamps: FuzzTarget = {
  name: 'parquet-stamps',
  about: 'files of stamps in the data lake',
  samples: [
    writeFixture({ rows: ROWS }),
    writeFixture({ rows: ROWS, codec: 'UNCOMPRESSED', pageSize: 1000 }),
    writeFixture({ rows: ROWS, hasOffsetIndex: false, rowGroupSize: 3 }),
    writeFixture({ rows: ROWS, codec: 'GZIP' }),
  ],
  words: WORDS,
  read: readStamps,
  isDocumented: kinds(DatalakeError, NotFoundError),
}

function tableSample(rows: number, options: object): Uint8Array {
  const numbers = Array.from({ length: rows }, (_, i) => i)
  const written = parquetWriteBuffer({
    columnData: [
      { name: 'sso_name', data: numbers.map(i => `Name ${i}`), type: 'STRING' },
      { name: 'sso_number', data: numbers.map(BigInt), type: 'INT64' },
      { name: 'H_1', data: numbers.map(i => i / 8), type: 'DOUBLE' },
      { name: 'flags', data: numbers.map(i => [i, i + 1]), type: 'JSON' },
    ],
    ...options,
  })
  return new Uint8Array(written)
}

async function readTable(input: Buffer): Promise<void> {
  const lake = lakeOf(input)
  const options = { facts: [], hasLists: false, signal: new AbortController().signal }
  const table = await openTableFile({ lake, decompressors: parquetCompressors }, PATH, options)
  await table.readColumn('sso_name')
  for await (const batch of table.batches()) if (batch.length > 1_000_000) return
}

const table: FuzzTarget = {
  name: 'parquet-table',
  about: 'published tables of Solar System objects',
  samples: [tableSample(9, {}), tableSample(9, { codec: 'UNCOMPRESSED', rowGroupSize: 4 })],
  words: WORDS,
  read: readTable,
  isDocumented: kinds(DatalakeError, NotFoundError, TooLargeError),
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = {
  'parquet-stamps': () => stamps,
  'parquet-table': () => table,
}
