/** What the tests of reading stamps ask of the made-up files, and what they expect. */
import { parquetCompressors } from '../../datalake/parquet/compression.js'
import type { LakeReader } from '../files/byte-ranges.js'
import type { StampTarget } from '../files/locate.js'
import type { ParquetLake } from '../files/parquet-file.js'
import { StampFiles } from '../files/stamp-files.js'
import type { StampKind } from '../files/stamp-hint.js'
import { FIXTURE_LAYOUT, fixtureCandid, fixtureObject, fixtureStamp } from './stamp-file.js'

/** Stamp of a row; every 14th row has no record, which reads as no stamp. */
export function expectedStamp(kind: StampKind, row: number): Uint8Array | null {
  return row % 14 === 13 ? null : fixtureStamp(kind, row)
}

/** The alert of a row, to be found by both of its ids. */
export function targetOf(row: number, file = 'x'): StampTarget {
  return { file, ids: { candid: String(fixtureCandid(row)), objectId: fixtureObject(row) } }
}

/** The files of a lake. */
export function sourceOf(lake: LakeReader): ParquetLake {
  return { lake, decompressors: parquetCompressors }
}

/** Nothing is known of the files yet. */
export function stampFiles(lake: LakeReader, layout = FIXTURE_LAYOUT): StampFiles {
  return new StampFiles(sourceOf(lake), layout)
}
