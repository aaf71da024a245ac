/** Small Parquet files of made-up stamps, for tests that need no real alerts. */
import { gzipSync } from 'node:zlib'
import type { CompressionCodec, Encoding, SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { StampLayout } from '../files/stamp-files.js'
import { STAMP_KINDS, type StampKind } from '../files/stamp-hint.js'

/** The layout of the files. */
export const FIXTURE_LAYOUT: StampLayout = {
  stamps: {
    Science: 'cutoutScience.stampData',
    Template: 'cutoutTemplate.stampData',
    Difference: 'cutoutDifference.stampData',
  },
  ids: ['candid', 'objectId'],
}

/** How a file is written. */
export interface FixtureOptions {
  readonly rows?: number
  readonly rowGroupSize?: number
  /** Bytes of stamps in a page, about. */
  readonly pageSize?: number
  readonly hasOffsetIndex?: boolean
  /** Least and greatest values of the columns in each row group. */
  readonly hasStatistics?: boolean
  readonly codec?: CompressionCodec
  readonly encoding?: Encoding
  /** Makes the footer so much longer. */
  readonly footerBytes?: number
}

/** Bytes of a stamp; every seventh is missing. */
export function fixtureStamp(kind: StampKind, row: number): Uint8Array | null {
  if (row % 7 === 6) return null
  const seed = STAMP_KINDS.indexOf(kind) + 1
  // Not compressible, as gzipped stamps are.
  const words = new Uint32Array(225 + (row % 5) * 15)
  let state = seed * 7919 + row * 104_729
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    words[i] = state
  }
  return new Uint8Array(words.buffer)
}

/** Id of the alert in a row; too large for a double. */
export function fixtureCandid(row: number): bigint {
  return 2_459_000_000_000_000_001n + BigInt(row * 3)
}

/** Object of the alert in a row: each has four. */
export function fixtureObject(row: number): string {
  return `ZTF18fix${String(Math.floor(row / 4)).padStart(4, '0')}`
}

function stampElements(kind: StampKind): SchemaElement[] {
  return [
    { name: `cutout${kind}`, repetition_type: 'OPTIONAL', num_children: 2 },
    { name: 'fileName', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    { name: 'stampData', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  ]
}

/** A file laid out like those of the broker: stamps in records, ids beside them. */
export function writeFixture(options: FixtureOptions = {}): Uint8Array {
  const { rows = 40, rowGroupSize = 1000, pageSize = 4_000, codec = 'SNAPPY' } = options
  const { hasOffsetIndex = true, hasStatistics = true, encoding, footerBytes = 0 } = options
  const numbers = Array.from({ length: rows }, (_, row) => row)
  const stampColumn = (kind: StampKind) => ({
    name: `cutout${kind}`,
    // Every 14th row lacks the record, not just the stamp in it.
    data: numbers.map(row => {
      const stampData = fixtureStamp(kind, row)
      return row % 14 === 13 ? null : { fileName: `candid${row}_${kind}.fits.gz`, stampData }
    }),
    offsetIndex: hasOffsetIndex,
    ...(encoding && { encoding }),
  })
  const schema: SchemaElement[] = [
    { name: 'root', num_children: 5 },
    { name: 'objectId', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    { name: 'candid', type: 'INT64', repetition_type: 'REQUIRED' },
    ...STAMP_KINDS.flatMap(stampElements),
  ]
  return new Uint8Array(
    parquetWriteBuffer({
      schema,
      columnData: [
        { name: 'objectId', data: numbers.map(fixtureObject), offsetIndex: hasOffsetIndex },
        { name: 'candid', data: numbers.map(fixtureCandid), offsetIndex: hasOffsetIndex },
        ...STAMP_KINDS.map(stampColumn),
      ],
      statistics: hasStatistics,
      rowGroupSize,
      pageSize,
      codec,
      kvMetadata: [{ key: 'remark', value: '.'.repeat(footerBytes) }],
      compressors: { GZIP: bytes => gzipSync(bytes) },
    }),
  )
}
