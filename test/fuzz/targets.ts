/** All targets by name. Each is loaded when it is wanted, so that a thread holds one only. */
import type { OpenTarget } from './target.js'

/** Loads the file that has some targets. */
type Loader = () => Promise<Readonly<Record<string, OpenTarget>>>

const http: Loader = async () => (await import('./targets/http.js')).TARGETS
const values: Loader = async () => (await import('./targets/values.js')).TARGETS
const fits: Loader = async () => (await import('./targets/fits.js')).TARGETS
const files: Loader = async () => (await import('./targets/alert-files.js')).TARGETS
const stamps: Loader = async () => (await import('./targets/parquet-files.js')).TARGETS
const hbase: Loader = async () => (await import('./targets/hbase.js')).TARGETS
const zookeeper: Loader = async () => (await import('./targets/zookeeper.js')).TARGETS
const replies: Loader = async () => (await import('./targets/replies.js')).TARGETS
const dump: Loader = async () => (await import('./targets/dump.js')).TARGETS
const planted: Loader = async () => (await import('./targets/planted.js')).TARGETS

const LOADERS: Readonly<Record<string, Loader>> = {
  http,
  'query-string': http,
  'json-body': http,
  multipart: http,
  position: values,
  time: values,
  'sky-map-text': values,
  'stamp-hint': values,
  'stored-path': values,
  'fits-stamp': fits,
  'sky-map': fits,
  'parquet-alerts': files,
  'avro-alerts': files,
  'avro-schema': files,
  'parquet-stamps': stamps,
  'parquet-table': stamps,
  'hbase-frames': hbase,
  'hbase-response': hbase,
  'hbase-messages': hbase,
  'hbase-cells': hbase,
  'hbase-rows': hbase,
  'hbase-gzip': hbase,
  'hbase-snappy': hbase,
  zookeeper,
  's3-error': replies,
  'webhdfs-error': replies,
  sesame: replies,
  'json-replies': replies,
  dump,
}

/** Targets with faults, for tests of the fuzzing itself. */
const PLANTED: Readonly<Record<string, Loader>> = {
  'planted-error': planted,
  'planted-engine-error': planted,
  'planted-hang': planted,
  'planted-hunger': planted,
  'planted-heap': planted,
  'planted-exit': planted,
}

/** Names of the parsers. */
export const TARGET_NAMES: readonly string[] = Object.keys(LOADERS)

/**
 * A target by its name.
 *
 * @throws RangeError when there is none of the name
 */
export async function findTarget(name: string): Promise<OpenTarget> {
  const open = (await (LOADERS[name] ?? PLANTED[name])?.())?.[name]
  if (open === undefined) throw new RangeError(`Cannot fuzz "${name}": no such target`)
  return open
}
