/**
 * Alert files on their way into the tables: those that have stamps get a place in the lake, and for
 * each of their alerts it is noted down where in the file its stamps are. A file that lies in the
 * lake stays where it is; others are linked into a lake that is a folder, or copied.
 */
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { link, mkdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { LRUCache } from 'lru-cache'
import { StampFiles } from '../cutouts/files/stamp-files.js'
import { encodeStampHint, type StampHint } from '../cutouts/files/stamp-hint.js'
import type { Datalake, LakeContent } from '../datalake/datalake.js'
import { checkLakePath } from '../datalake/lake-path.js'
import { openDatalake, parseLakeAddress } from '../datalake/open.js'
import { parquetCompressors } from '../datalake/parquet/compression.js'
import { DatalakeError, NotFoundError } from '../errors.js'
import { type ByteSource, type OpenSource, openLocalSource } from '../ingest/byte-source.js'
import { AlertFileError } from '../ingest/errors.js'
import type { StampFileLayout } from '../surveys/stamps.js'

/** What ingest is given so that stamps are found later. */
export interface LakeIntake {
  readonly open: OpenSource
  /** Name of a file in the tables. */
  readonly storedPath: (path: string) => string
  /** Where the stamps of a row of a stored file are, as a text to be kept. */
  readonly hintOf: (storedPath: string, row: number) => string | undefined
  close(): Promise<void>
}

/** Gives a file its name in the tables, after putting it where stamps are read from. */
type Place = (path: string, source: ByteSource) => Promise<string>

/** Files whose notes are kept, and their bytes together: more than are written together. */
const MAX_NOTED_FILES = 10_000
const MAX_NOTED_BYTES = 2 ** 34
const COPY_BYTES = 2 ** 22

/** An intake that puts files into the lake at an address; a folder is made when it is missing. */
export async function openLakeIntake(
  address: string,
  layout: StampFileLayout,
): Promise<LakeIntake> {
  const parsed = parseLakeAddress(address)
  if (parsed.kind === 'local') mkdirSync(parsed.folder, { recursive: true })
  const lake = await openDatalake(address, { env: process.env })
  const folder = parsed.kind === 'local' ? await realpath(parsed.folder) : undefined
  const place: Place = (path, source) => placeInLake({ lake, folder }, path, source)
  return { ...createIntake(place, layout), close: () => lake.close() }
}

/** An intake for files that are where stamps are read from already, under names of their own. */
export function namingIntake(
  nameOf: (path: string) => string,
  layout: StampFileLayout,
): LakeIntake {
  return createIntake(async path => nameOf(path), layout)
}

function createIntake(place: Place, layout: StampFileLayout): LakeIntake {
  const names = new Map<string, string>()
  const hints = new LRUCache<string, (row: number) => StampHint>({
    max: MAX_NOTED_FILES,
    maxSize: MAX_NOTED_BYTES,
  })
  return {
    async open(path) {
      const source = await openLocalSource(path)
      try {
        const hintOf = await readHints(source, layout)
        if (hintOf === undefined) return source
        const name = await place(path, source)
        names.set(path, name)
        hints.set(name, hintOf, { size: Math.max(1, Math.min(source.size, MAX_NOTED_BYTES)) })
        return source
      } catch (error) {
        await source.close()
        throw error
      }
    },
    storedPath: path => names.get(path) ?? resolve(path),
    hintOf(name, row) {
      const hint = hints.get(name)?.(row)
      return hint && encodeStampHint({ ...hint, file: name })
    },
    close: async () => undefined,
  }
}

/** Where the stamps of a file are by row; undefined when it has none that can be found. */
async function readHints(
  source: ByteSource,
  layout: StampFileLayout,
): Promise<((row: number) => StampHint) | undefined> {
  const lake = {
    size: async () => source.size,
    read: (_path: string, start: number, end: number) => source.read(start, end),
  }
  const files = new StampFiles({ lake, decompressors: parquetCompressors }, layout)
  try {
    const hintOf = await files.hints(source.path)
    return Object.keys(hintOf(0).pages).length === 0 ? undefined : hintOf
  } catch (error) {
    // Ingest looks at the file next, and says what is wrong with it.
    if (error instanceof DatalakeError || error instanceof RangeError) return undefined
    throw error
  }
}

interface LakePlace {
  readonly lake: Datalake
  /** The folder that the lake is, without links. */
  readonly folder: string | undefined
}

async function placeInLake(
  { lake, folder }: LakePlace,
  path: string,
  source: ByteSource,
): Promise<string> {
  const real = await realpath(path)
  if (folder !== undefined && real.startsWith(folder + sep)) return nameInside(folder, real)
  const name = await newName(real)
  if (await isThere(lake, name, source.size)) return name
  if (folder !== undefined && (await linkInto(real, join(folder, name)))) return name
  await lake.write(name, toContent(source))
  return name
}

function nameInside(folder: string, real: string): string {
  const name = relative(folder, real).split(sep).join('/')
  try {
    checkLakePath(name)
    return name
  } catch (cause) {
    throw new AlertFileError(real, 'the data lake cannot have a file of that name', cause)
  }
}

/** A name of its own for each file, and for each version of it. */
async function newName(real: string): Promise<string> {
  const { size, mtimeMs } = await stat(real)
  const mark = createHash('sha256').update(`${real}\n${size}\n${mtimeMs}`).digest('hex')
  return `${mark.slice(0, 16)}/${basename(real).replace(/[^\w.=+-]/g, '_')}`
}

async function isThere(lake: Datalake, name: string, size: number): Promise<boolean> {
  try {
    return (await lake.size(name)) === size
  } catch (error) {
    if (error instanceof NotFoundError) return false
    throw error
  }
}

/** Between two file systems, and in some, there are no links. */
const NO_LINK_CODES = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'EEXIST'])

async function linkInto(real: string, target: string): Promise<boolean> {
  await mkdir(dirname(target), { recursive: true })
  try {
    await link(real, target)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (NO_LINK_CODES.has(code)) return false
    throw error
  }
}

function toContent({ size, read }: ByteSource): LakeContent {
  return {
    size,
    async *read() {
      for (let at = 0; at < size; at += COPY_BYTES) yield read(at, Math.min(size, at + COPY_BYTES))
    },
  }
}
