/** Small alert files made on the spot, for tests. */
import { deflateRawSync } from 'node:zlib'
import avro from 'avsc'
import { compressSync } from 'snappy'
import { exactLong } from '../avro/schema.js'
import type { ByteSource } from '../byte-source.js'

const SYNC = Buffer.from('0123456789abcdef')

/** Members of an alert; nested ones are given whole. */
export type AlertRecord = Readonly<Record<string, unknown>>

const nullable = (type: unknown) => [type, 'null']

/** Schema of the alerts, with a default that Avro forbids, as in ZTF's own schemas. */
export const ALERT_SCHEMA = {
  type: 'record',
  name: 'alert',
  namespace: 'test',
  fields: [
    { name: 'objectId', type: nullable('string') },
    { name: 'candid', type: nullable('long') },
    { name: 'schemavsn', type: nullable('string'), default: null },
    {
      name: 'candidate',
      type: {
        type: 'record',
        name: 'candidate',
        fields: [
          ...['jd', 'ra', 'dec', 'jdstarthist'].map(name => ({ name, type: nullable('double') })),
          ...['fid', 'field', 'ndethist'].map(name => ({ name, type: nullable('int') })),
          ...['magpsf', 'drb', 'classtar'].map(name => ({ name, type: nullable('float') })),
          { name: 'ssnamenr', type: nullable('string') },
        ],
      },
    },
    {
      name: 'prv_candidates',
      type: nullable({
        type: 'array',
        items: {
          type: 'record',
          name: 'prv_candidate',
          fields: [
            { name: 'jd', type: 'double' },
            { name: 'fid', type: 'int' },
            { name: 'pid', type: 'long' },
            ...['magpsf', 'diffmaglim', 'rb'].map(name => ({ name, type: nullable('float') })),
            { name: 'nbad', type: nullable('int') },
          ],
        },
      }),
    },
    { name: 'cutoutScience', type: nullable('bytes') },
    ...['cdsxmatch', 'tns', 'tracklet'].map(name => ({ name, type: nullable('string') })),
    { name: 'roid', type: nullable('int') },
    { name: 'anomaly_score', type: nullable('double') },
    { name: 'mangrove', type: nullable({ type: 'map', values: nullable('string') }) },
    {
      name: 'lc_features_g',
      type: nullable({
        type: 'record',
        name: 'features',
        fields: ['mean', 'kurtosis'].map(name => ({ name, type: nullable('double') })),
      }),
    },
    {
      name: 'blazar_stats',
      type: nullable({ type: 'map', values: nullable('float') }),
    },
  ],
}

/** An alert of the night 2024-01-01 that passes all checks, changed as asked for. */
export function makeAlert(
  number: number,
  changes: AlertRecord = {},
  candidate: AlertRecord = {},
): AlertRecord {
  return {
    objectId: `ZTF24test${String.fromCharCode(97 + (number % 26))}`,
    candid: 2_500_000_000_000_000_000n + BigInt(number),
    schemavsn: '4.02',
    prv_candidates: null,
    cutoutScience: Buffer.from('stamp'),
    cdsxmatch: 'Unknown',
    tns: '',
    tracklet: '',
    roid: 0,
    anomaly_score: 0,
    mangrove: null,
    lc_features_g: null,
    blazar_stats: null,
    ...changes,
    candidate: {
      jd: 2460310.75,
      ra: 10 + number / 100,
      dec: -5,
      jdstarthist: 2460300.75,
      fid: 1,
      field: 700,
      ndethist: 3,
      magpsf: 18.5,
      drb: 0.9,
      classtar: 0.8,
      ssnamenr: 'null',
      ...candidate,
    },
  }
}

/** An Avro container file. */
export function encodeAvroFile(
  alerts: readonly AlertRecord[],
  options: { readonly codec?: 'null' | 'deflate' | 'snappy'; readonly perBlock?: number } = {},
): Buffer {
  const { codec = 'null', perBlock = 3 } = options
  const { fields } = ALERT_SCHEMA
  const usable = { ...ALERT_SCHEMA, fields: fields.map(({ name, type }) => ({ name, type })) }
  const type = avro.Type.forSchema(usable as Parameters<typeof avro.Type.forSchema>[0], {
    registry: { long: exactLong },
  })
  const metadata = { 'avro.schema': JSON.stringify(ALERT_SCHEMA), 'avro.codec': codec }
  const parts = [Buffer.from('Obj\x01', 'latin1'), varint(2)]
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), text(value))
  parts.push(varint(0), SYNC)
  for (let at = 0; at < alerts.length; at += perBlock) {
    const block = alerts.slice(at, at + perBlock)
    const data = pack(codec, Buffer.concat(block.map(alert => type.toBuffer(alert))))
    parts.push(varint(block.length), varint(data.length), data, SYNC)
  }
  return Buffer.concat(parts)
}

function pack(codec: string, data: Buffer): Buffer {
  if (codec === 'deflate') return deflateRawSync(data)
  // The check sum is not looked at.
  return codec === 'snappy' ? Buffer.concat([compressSync(data), Buffer.alloc(4)]) : data
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value * 2
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([varint(bytes.length), bytes])
}

/** Bytes in memory as a file; `reads` counts the calls. */
export function memorySource(path: string, bytes: Buffer): ByteSource {
  return {
    path,
    size: bytes.length,
    async read(start, end) {
      if (end > bytes.length) throw new RangeError(`Cannot read past the end of "${path}"`)
      return bytes.subarray(start, end)
    },
    close: async () => undefined,
  }
}

/** Opens files in memory by name, for `IngestRequest.open`. */
export function memoryOpener(files: Readonly<Record<string, Buffer>>) {
  return async (path: string): Promise<ByteSource> => {
    const bytes = files[path]
    if (bytes === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    return memorySource(path, bytes)
  }
}
