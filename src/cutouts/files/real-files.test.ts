/** Every stamp of the reference files, found page by page, equals what a full read gives. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { testWithShared } from '../../../test/shared.js'
import { cachedDatalake } from '../../datalake/cached.js'
import { openLocalLake } from '../../datalake/local/local.js'
import { parquetCompressors } from '../../datalake/parquet/compression.js'
import { countingLake } from '../../datalake/testing/counting-lake.js'
import { NotFoundError } from '../../errors.js'
import { locateStamps, type StampTarget } from './locate.js'
import { StampFiles, type StampLayout } from './stamp-files.js'
import { encodeStampHint, parseStampHint, STAMP_KINDS, type StampKind } from './stamp-hint.js'
import { readStamps } from './stamp-reader.js'

interface Row {
  readonly [column: string]: unknown
}

interface Survey {
  readonly folders: readonly string[]
  readonly columns: readonly string[]
  readonly layout: StampLayout
  stampOf(row: Row, kind: StampKind): unknown
  idsOf(row: Row): Record<string, string>
}

const ZTF: Survey = {
  folders: ['ztf/fink', 'ztf/derived'],
  columns: ['objectId', 'candid'],
  layout: {
    stamps: {
      Science: 'cutoutScience.stampData',
      Template: 'cutoutTemplate.stampData',
      Difference: 'cutoutDifference.stampData',
    },
    ids: ['candid', 'objectId'],
  },
  stampOf: (row, kind) => (row[`cutout${kind}`] as Row | null)?.['stampData'],
  idsOf: row => ({ candid: String(row['candid']), objectId: String(row['objectId']) }),
}

const LSST: Survey = {
  folders: ['lsst/fink', 'lsst/fink/ftransfer_lsst_2026-03-27_750709'],
  columns: ['diaSource'],
  layout: {
    stamps: {
      Science: 'cutoutScience',
      Template: 'cutoutTemplate',
      Difference: 'cutoutDifference',
    },
    ids: ['diaSource.diaSourceId'],
  },
  stampOf: (row, kind) => row[`cutout${kind}`],
  idsOf: row => ({ 'diaSource.diaSourceId': String((row['diaSource'] as Row)['diaSourceId']) }),
}

/** Files without stamps. */
const WITHOUT = new Set(['grb_xmatch.parquet', 'night_20231018_raw_nocutouts.parquet'])

async function readFully(file: string, { columns }: Survey): Promise<Row[]> {
  return parquetReadObjects({
    file: await asyncBufferFromFile(file),
    columns: [...columns, ...STAMP_KINDS.map(kind => `cutout${kind}`)],
    compressors: parquetCompressors,
    utf8: false,
  })
}

for (const [survey, expected] of [
  [ZTF, { files: 13, stamps: 684 }],
  [LSST, { files: 35, stamps: 357 }],
] as const) {
  testWithShared(`every stamp in ${survey.folders[0]} is found and exact`, async path => {
    const root = path('data')
    const local = countingLake(await openLocalLake(root))
    const lake = cachedDatalake(local, { maxBytes: 2 ** 26 })
    const names = survey.folders.flatMap(folder =>
      readdirSync(join(root, folder))
        .filter(name => name.endsWith('.parquet') && !WITHOUT.has(name))
        .map(name => `${folder}/${name}`),
    )
    const count = { files: names.length, stamps: 0 }
    const files = new StampFiles({ lake, decompressors: parquetCompressors }, survey.layout)
    for (const name of names) {
      const rows = await readFully(join(root, name), survey)
      const check = async (targets: readonly StampTarget[]): Promise<void> => {
        const plan = await locateStamps(files, targets, STAMP_KINDS)
        let row = 0
        for await (const stamps of readStamps(files.source, plan)) {
          assert.ok(!(stamps instanceof NotFoundError), String(stamps))
          STAMP_KINDS.forEach((kind, i) => {
            const full = survey.stampOf(rows[row]!, kind)
            assert.ok(full instanceof Uint8Array && Buffer.from(full).equals(stamps[i]!), name)
            count.stamps++
          })
          row++
        }
      }
      local.take()
      await check(rows.map(row => ({ file: name, ids: survey.idsOf(row) })))
      // All of these files are small: one request for the end, one for the rest where there is one.
      const requests = local.take().length
      assert.ok(requests === 1 || requests === 2, `${name}: ${requests}`)
      const hintOf = await files.hints(name)
      const hints = rows.map((_, row) => parseStampHint(encodeStampHint(hintOf(row)), name))
      await check(hints.map(hint => ({ file: name, hint, ids: {} })))
    }
    assert.deepEqual({ ...count, stamps: count.stamps / 2 }, expected)
  })
}
