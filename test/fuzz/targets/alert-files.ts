/** Files given to ingest: Parquet, Avro, and the schemas in Avro files. */
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { AlertFields } from '../../../src/ingest/alert-batch.js'
import { openAlertFile } from '../../../src/ingest/alert-file.js'
import { createAvroReaders } from '../../../src/ingest/avro/batch.js'
import { parseAvroSchema } from '../../../src/ingest/avro/schema.js'
import { AlertFileError } from '../../../src/ingest/errors.js'
import {
  ALERT_SCHEMA,
  encodeAvroFile,
  makeAlert,
  memorySource,
} from '../../../src/ingest/testing/alert-fixture.js'
import { type FuzzTarget, kinds, type OpenTarget, texts, toText } from '../target.js'

const AVRO_FIELDS: AlertFields = {
  cells: [
    { path: 'objectId', column: 'i:objectId', type: 'string' },
    { path: 'candid', column: 'i:candid', type: 'long' },
    { path: 'candidate.magpsf', column: 'i:magpsf', type: 'float' },
    { path: 'mangrove.lum_dist', column: 'd:mangrove_lum_dist', type: 'string' },
  ],
  lists: [
    { path: 'prv_candidates.jd', type: 'double' },
    { path: 'lc_features_g', type: 'double' },
  ],
  required: ['objectId', 'candid'],
}

const PARQUET_FIELDS: AlertFields = {
  cells: [
    { path: 'objectId', column: 'i:objectId', type: 'string' },
    { path: 'candid', column: 'i:candid', type: 'long' },
    { path: 'jd', column: 'i:jd', type: 'double' },
  ],
  lists: [],
  required: ['objectId', 'candid'],
}

/** Opens a file, looks through all of it, then reads it. */
async function readFile(input: Buffer, fields: AlertFields): Promise<void> {
  const source = memorySource('fuzz', input)
  const file = await openAlertFile(source, fields, createAvroReaders(fields))
  await file.fingerprint()
  await file.check()
  for await (const batch of file.batches(1, 100)) if (batch.length === 0) return
}

const FEATURES = { mean: 1.5, kurtosis: null }
const HISTORY = Array.from({ length: 3 }, (_, i) => ({
  ...{ jd: 2460300.5 + i, fid: 1, pid: BigInt(i), magpsf: 18, diffmaglim: 20 },
  ...{ rb: null, nbad: null },
}))
const ALERTS = [
  makeAlert(0),
  makeAlert(1, { prv_candidates: HISTORY, mangrove: { lum_dist: '57.04' } }),
  makeAlert(2, { lc_features_g: FEATURES }),
  makeAlert(3),
]

const avroAlerts: FuzzTarget = {
  name: 'avro-alerts',
  about: 'Avro files of alerts',
  samples: [
    encodeAvroFile(ALERTS),
    encodeAvroFile(ALERTS, { codec: 'deflate' }),
    encodeAvroFile(ALERTS, { codec: 'snappy', perBlock: 1 }),
  ],
  words: [
    'Obj\x01',
    'avro.schema',
    'avro.codec',
    'deflate',
    'zstandard',
    '0123456789abcdef',
    '"type":"null"',
    '"items":"null"',
    '"type":"record"',
    '"array"',
  ],
  read: input => readFile(input, AVRO_FIELDS),
  isDocumented: kinds(AlertFileError),
}

const avroSchema: FuzzTarget = {
  name: 'avro-schema',
  about: 'schemas in Avro files',
  samples: texts(JSON.stringify(ALERT_SCHEMA)),
  words: [
    '"null"',
    '"long"',
    '{"type":"array","items":',
    '{"type":"map","values":',
    '"enum"',
    '"fixed"',
    '"size":',
    '"logicalType":"decimal"',
    '"aliases"',
    '"__proto__"',
    'candidate',
    '[',
    ']',
  ],
  read: input => parseAvroSchema(toText(input), ['objectId', 'candidate.magpsf', 'mangrove.x']),
  // Whatever the library finds; `openAvroAlerts` makes it an error about the file.
  isDocumented: error => error instanceof Error,
}

function parquetSample(rows: number, options: object): Uint8Array {
  const numbers = Array.from({ length: rows }, (_, i) => i)
  const written = parquetWriteBuffer({
    columnData: [
      { name: 'objectId', data: numbers.map(i => `ZTF21abcde${i % 3}`), type: 'STRING' },
      { name: 'candid', data: numbers.map(i => 1622215345315015012n + BigInt(i)), type: 'INT64' },
      { name: 'jd', data: numbers.map(i => (i % 4 === 3 ? null : 2459000.5 + i)), type: 'DOUBLE' },
    ],
    ...options,
  })
  return new Uint8Array(written)
}

const parquetAlerts: FuzzTarget = {
  name: 'parquet-alerts',
  about: 'Parquet files of alerts',
  samples: [
    parquetSample(9, {}),
    parquetSample(9, { codec: 'UNCOMPRESSED', rowGroupSize: 4 }),
    parquetSample(40, { pageSize: 100 }),
  ],
  words: ['PAR1', '\x15\x00', '\x19\x1c', '\xff\xff\xff\xff\x0f', '\x18\x06candid'],
  read: input => readFile(input, PARQUET_FIELDS),
  isDocumented: kinds(AlertFileError),
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = {
  'avro-alerts': () => avroAlerts,
  'avro-schema': () => avroSchema,
  'parquet-alerts': () => parquetAlerts,
}
