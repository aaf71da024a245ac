/** The LMDB environment of an embedded store: its settings and the form of its keys and values. */
import { mkdirSync } from 'node:fs'
import {
  type Database,
  type DatabaseOptions,
  open,
  type RootDatabase,
  type RootDatabaseOptionsWithPath,
} from 'lmdb'
import { StoreError } from '../../errors.js'
import type { RowMemory } from '../../rows/byte-pool.js'

/** LMDB keys are byte strings of at most this size. */
export const MAX_KEY_BYTES = 1978

/** Most tables of a store. */
const MAX_TABLES = 512

/**
 * Rows of 2 to 4 kB fit several to a page of 16 KiB; with 4 KiB pages each would take overflow
 * pages of its own (measured: 2.7 GB instead of 3.8 GB per million rows).
 */
const PAGE_BYTES = 16384

/** Most address space of the memory map; not memory, and a file grows only as it is filled. */
const MAP_BYTES = 2 ** 42

type KeyInput = string | Uint8Array

const keyEncoder = {
  writeKey(key: KeyInput, target: Uint8Array, position: number): number {
    if (typeof key === 'string') {
      const view = Buffer.from(target.buffer, target.byteOffset, target.byteLength)
      return position + view.write(key, position)
    }
    target.set(key, position)
    return position + key.length
  },
  readKey(source: Uint8Array, start: number, end: number): string {
    return Buffer.from(source.buffer, source.byteOffset + start, end - start).toString()
  },
}

/** A table in LMDB: keys are texts (ranges may be given as bytes), values are bytes. */
export type LmdbTable = Database<Buffer, KeyInput>

/** Options that LMDB takes and its type declarations do not list. */
interface CodecOptions {
  readonly keyEncoder: typeof keyEncoder
  readonly encoder?: {
    encode(value: Buffer): Buffer
    decode(bytes: Uint8Array): Buffer
  }
}

/** Opens or makes the environment in a folder. Several processes may have it open. */
export function openEnvironment(folder: string): RootDatabase<Buffer, KeyInput> {
  const options: RootDatabaseOptionsWithPath & CodecOptions = {
    path: folder,
    noSubdir: false,
    maxDbs: MAX_TABLES,
    pageSize: PAGE_BYTES,
    mapSize: MAP_BYTES,
    encoding: 'binary',
    keyEncoder,
  }
  try {
    mkdirSync(folder, { recursive: true })
    return open<Buffer, KeyInput>(options)
  } catch (cause) {
    throw new StoreError('embedded store', `Cannot open the store in "${folder}"`, { cause })
  }
}

/** Collects values read by a cursor, so that a row costs no buffer of its own. */
export class ValueMemory {
  /** Where values are read into while it is set. */
  rows: RowMemory | undefined
  #slab = Buffer.alloc(0)
  #used = 0

  /** Returns a copy of a value that LMDB has read into its own buffer. */
  take(bytes: Uint8Array): Buffer {
    // The cursor's buffer is one fixed block whose `length` property is overwritten by LMDB.
    const { length } = bytes
    if (this.rows !== undefined) return this.rows.copy(bytes, length)
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length))
      this.#used = 0
    }
    const copy = this.#slab.subarray(this.#used, this.#used + length)
    copy.set(bytes.byteLength === length ? bytes : bytes.subarray(0, length))
    this.#used += length
    return copy
  }
}

const SLAB_BYTES = 64 * 1024

/** Opens or makes a named table. */
export function openTable(
  root: RootDatabase<Buffer, KeyInput>,
  name: string,
  memory = new ValueMemory(),
): LmdbTable {
  const options: DatabaseOptions & CodecOptions & { readonly name: string } = {
    name,
    keyEncoder,
    cache: false,
    encoder: {
      encode: value => value,
      decode: bytes => memory.take(bytes),
    },
  }
  return root.openDB<Buffer, KeyInput>(options)
}
