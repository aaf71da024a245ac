/** The service on made-up alerts with stamps: rows in memory, Parquet files in a lake. */
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Endpoint } from '../../src/api/declarations/route.js'
import type { ApiServer } from '../../src/api/server.js'
import { buildApp } from '../../src/app.js'
import { buildCutoutServer } from '../../src/cli/cutout-server.js'
import { StampFiles } from '../../src/cutouts/files/stamp-files.js'
import { encodeStampHint, STAMP_KINDS, type StampKind } from '../../src/cutouts/files/stamp-hint.js'
import { encodeFitsImage } from '../../src/cutouts/fits-image.js'
import type { Datalake } from '../../src/datalake/datalake.js'
import { missingFile } from '../../src/datalake/lake-errors.js'
import { requireLakePath } from '../../src/datalake/lake-path.js'
import { parquetCompressors } from '../../src/datalake/parquet/compression.js'
import { openMemoryStore } from '../../src/store/memory.js'
import { derivationOf } from '../../src/surveys/surveys.js'
import { ZTF_STAMP_LAYOUT } from '../../src/surveys/ztf/stamps.js'
import type { Tracing } from '../../src/tracing/tracing.js'

/** An alert of the tests. */
export interface StampAlert {
  readonly object: string
  readonly jd: number
  readonly candid: bigint
  readonly magnitude: number
  /** File of its stamps; without it the tables know of none. */
  readonly file?: string | undefined
  /** Kinds that its record lacks. */
  readonly missing?: readonly StampKind[] | undefined
  /** Stored bytes in place of a good Science stamp. */
  readonly broken?: Uint8Array | undefined
}

/** The pixels of a stamp: 5 x 4 numbers that no other stamp has. */
export function stampPixels({ candid }: StampAlert, kind: StampKind): number[][] {
  const base = Number(candid % 1000n) * 10 + STAMP_KINDS.indexOf(kind)
  return [0, 1, 2, 3].map(y => [0, 1, 2, 3, 4].map(x => base + x / 8 + y * 1024))
}

function storedStamp(alert: StampAlert, kind: StampKind): Uint8Array | null {
  if (alert.missing?.includes(kind)) return null
  if (kind === 'Science' && alert.broken !== undefined) return alert.broken
  return gzipSync(encodeFitsImage(stampPixels(alert, kind).flat(), 5, 4))
}

/** The Parquet file of some alerts; pages are small, so that a few stamps fill one. */
export function stampFile(alerts: readonly StampAlert[]): Uint8Array {
  const schema: SchemaElement[] = [
    { name: 'root', num_children: 5 },
    { name: 'objectId', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    { name: 'candid', type: 'INT64', repetition_type: 'REQUIRED' },
    ...STAMP_KINDS.flatMap((kind): SchemaElement[] => [
      { name: `cutout${kind}`, repetition_type: 'OPTIONAL', num_children: 1 },
      { name: 'stampData', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
    ]),
  ]
  const written = parquetWriteBuffer({
    schema,
    columnData: [
      { name: 'objectId', data: alerts.map(({ object }) => object) },
      { name: 'candid', data: alerts.map(({ candid }) => candid) },
      ...STAMP_KINDS.map(kind => ({
        name: `cutout${kind}`,
        data: alerts.map(alert => ({ stampData: storedStamp(alert, kind) })),
        encoding: 'PLAIN' as const,
      })),
    ],
    pageSize: 600,
  })
  return new Uint8Array(written)
}

/** A lake in memory; what is put into `files` later is found too. */
export function memoryLake(files: Map<string, Uint8Array>): Datalake {
  const find = (path: string): Uint8Array => {
    requireLakePath('memory lake', path)
    const bytes = files.get(path)
    if (bytes === undefined) throw missingFile(path)
    return bytes
  }
  return {
    size: async path => find(path).length,
    read: async (path, start, end) => find(path).slice(start, end),
    write: () => Promise.reject(new Error('nothing is written here')),
    close: async () => undefined,
  }
}

/** Files of the alerts by name. */
export function filesOf(alerts: readonly StampAlert[]): Map<string, Uint8Array> {
  const names = new Set(alerts.flatMap(({ file }) => (file === undefined ? [] : [file])))
  return new Map(
    [...names].map(name => [name, stampFile(alerts.filter(({ file }) => file === name))]),
  )
}

/** A running service. */
export interface StampApp {
  readonly app: FastifyInstance
  readonly endpoints: readonly Endpoint[]
  close(): Promise<void>
}

/** How the service of a test is made. */
export interface StampAppOptions {
  readonly lake: Datalake
  /** Rows note where stamps are, as those that this service ingested; default true. */
  readonly hasHints?: boolean
  /** Name of a file in the tables; its path in the lake by default. */
  readonly storedName?: (file: string) => string
  readonly cacheBytes?: number
  readonly tracing?: Tracing
  /** Address of the name resolver. */
  readonly sesameUrl?: string
  /** Address of a cutout service to read stamps through, in place of the lake. */
  readonly cutoutsUrl?: string
  readonly remoteTimeoutMs?: number
}

/** Opens the service on alerts whose files are in the lake. */
export async function openStampApp(
  alerts: readonly StampAlert[],
  options: StampAppOptions,
): Promise<StampApp> {
  const store = openMemoryStore({ derivationOf })
  await store.write([alertRows(alerts), await placeRows(alerts, options)])
  const { app, endpoints } = buildApp({
    store,
    datalake: options.lake,
    tracing: options.tracing,
    ...(options.sesameUrl !== undefined && { sesameUrl: options.sesameUrl }),
    ...(options.cutoutsUrl !== undefined && { cutoutsUrl: options.cutoutsUrl }),
    ...(options.remoteTimeoutMs !== undefined && { remoteTimeoutMs: options.remoteTimeoutMs }),
    lakeCacheBytes: options.cacheBytes ?? 2 ** 24,
    defaultSurvey: 'ztf',
    rowLimit: 10_000,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 2 ** 20,
    logLevel: 'silent',
    version: 'test',
  })
  const close = async (): Promise<void> => {
    await app.close()
    await store.close()
  }
  return { app, endpoints, close }
}

const keyOf = ({ object, jd }: StampAlert): string => `${object}_${jd}`

function alertRows(alerts: readonly StampAlert[]) {
  const columns = [
    { name: 'i:objectId', type: 'string' },
    { name: 'i:jd', type: 'double' },
    { name: 'i:candid', type: 'long' },
    { name: 'i:magpsf', type: 'float' },
  ] as const
  const rows = alerts.map(alert => {
    const { object, jd, candid, magnitude } = alert
    return { key: keyOf(alert), values: [object, jd, candid, magnitude] }
  })
  return { table: 'ztf', columns, rows }
}

async function placeRows(
  alerts: readonly StampAlert[],
  { hasHints = true, storedName = file => file }: StampAppOptions,
) {
  const files = filesOf(alerts)
  const source = { lake: memoryLake(files), decompressors: parquetCompressors }
  const archive = new StampFiles(source, ZTF_STAMP_LAYOUT)
  const rows = []
  for (const name of files.keys()) {
    const hintOf = await archive.hints(name)
    const inside = alerts.filter(({ file }) => file === name)
    for (const [row, alert] of inside.entries()) {
      const stored = storedName(name)
      const hint = hasHints ? encodeStampHint({ ...hintOf(row), file: stored }) : null
      rows.push({ key: keyOf(alert), values: [alert.candid, stored, hint] })
    }
  }
  const columns = [
    { name: 'i:candid', type: 'long' },
    { name: 'd:hdfs_path', type: 'string' },
    { name: 'd:stamps', type: 'string' },
  ] as const
  return { table: 'ztf.cutouts', columns, rows }
}

/** Runs with the service open on alerts, whose files are in the lake unless it is given. */
export async function withStampApp(
  alerts: readonly StampAlert[],
  options: Partial<StampAppOptions>,
  run: (service: StampApp) => Promise<void>,
): Promise<void> {
  const opened = await openStampApp(alerts, { lake: memoryLake(filesOf(alerts)), ...options })
  try {
    await run(opened)
  } finally {
    await opened.close()
  }
}

/** The cutout service of a survey on a lake, with the home folder `/user/fink`. */
export function openCutoutService(
  lake: Datalake,
  { survey = 'ztf', root = '/' }: { readonly survey?: string; readonly root?: string } = {},
): ApiServer {
  return buildCutoutServer({
    lake,
    survey,
    root,
    home: '/user/fink',
    lakeCacheBytes: 2 ** 22,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 2 ** 20,
    logLevel: 'silent',
    version: 'test',
  })
}
