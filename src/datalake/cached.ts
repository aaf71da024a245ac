/**
 * A lake that keeps in memory what was read lately: sizes, footers, pages, whatever ranges its
 * callers ask for. It relies on files that do not change.
 */
import {
  type CallOptions,
  checkRange,
  type Datalake,
  type FileEnd,
  readFileEnd,
} from './datalake.js'
import { LoadingCache } from './loading-cache.js'

/** Most files whose size is kept. */
const MAX_SIZES = 100_000

interface KeptRange {
  readonly key: string
  readonly start: number
  readonly end: number
}

/** Ranges in the cache by file, to answer a read that lies inside one of them. */
class RangeIndex {
  readonly #ranges = new Map<string, KeptRange[]>()

  find(path: string, start: number, end: number): KeptRange | undefined {
    return this.#ranges.get(path)?.find(range => range.start <= start && end <= range.end)
  }

  add(path: string, range: KeptRange): void {
    const ranges = this.#ranges.get(path)
    if (ranges === undefined) this.#ranges.set(path, [range])
    else if (!ranges.some(({ key }) => key === range.key)) ranges.push(range)
  }

  remove(path: string, key: string): void {
    const left = this.#ranges.get(path)?.filter(range => range.key !== key) ?? []
    if (left.length === 0) this.#ranges.delete(path)
    else this.#ranges.set(path, left)
  }
}

/** What is kept of a file: bytes, and its size when it came with them. */
interface KeptBytes extends Pick<FileEnd, 'bytes'> {
  readonly size?: number
}

/** No path has this character. */
const SEPARATOR = '\n'

/**
 * Adds a cache of at most `maxBytes` bytes to a lake. Equal reads at the same time become one; a
 * read inside a range that is kept needs none, nor does a size that came with the end of a file.
 * Closing it closes the lake.
 */
export function cachedDatalake(lake: Datalake, options: { readonly maxBytes: number }): Datalake {
  const cached = new CachedLake(lake, options.maxBytes)
  return {
    size: (path, options) => cached.size(path, options),
    read: (path, start, end, options) => cached.read(path, start, end, options),
    readEnd: (path, length, options) => cached.readEnd(path, length, options),
    write: async (path, content, options) => {
      await lake.write(path, content, options)
      cached.forget(path)
    },
    close: () => lake.close(),
  }
}

class CachedLake {
  readonly #lake: Datalake
  readonly #index = new RangeIndex()
  readonly #sizes: LoadingCache<{ readonly size: number }>
  readonly #ranges: LoadingCache<KeptBytes>

  constructor(lake: Datalake, maxBytes: number) {
    this.#lake = lake
    this.#sizes = new LoadingCache({ maxBytes: MAX_SIZES, sizeOf: () => 1 })
    this.#ranges = new LoadingCache({
      maxBytes,
      sizeOf: ({ bytes }) => bytes.length,
      onDrop: key => this.#index.remove(key.slice(0, key.indexOf(SEPARATOR)), key),
    })
  }

  async size(path: string, { signal }: CallOptions = {}): Promise<number> {
    const load = async (signal: AbortSignal) => ({ size: await this.#lake.size(path, { signal }) })
    return (await this.#sizes.get(path, load, signal)).size
  }

  async read(
    path: string,
    start: number,
    end: number,
    { signal }: CallOptions = {},
  ): Promise<Uint8Array> {
    checkRange(start, end)
    const range = this.#index.find(path, start, end)
    const kept = range && this.#ranges.peek(range.key)
    if (range !== undefined && kept !== undefined) {
      return kept.bytes.subarray(start - range.start, end - range.start)
    }
    const key = `${path}${SEPARATOR}${start}-${end}`
    const load = async (signal: AbortSignal) => ({
      bytes: await this.#lake.read(path, start, end, { signal }),
    })
    const { bytes } = await this.#ranges.get(key, load, signal)
    if (this.#ranges.peek(key) !== undefined) this.#index.add(path, { key, start, end })
    return bytes
  }

  async readEnd(path: string, length: number, { signal }: CallOptions = {}): Promise<FileEnd> {
    const known = this.#sizes.peek(path)?.size
    if (known !== undefined) {
      const start = Math.max(0, known - length)
      return { size: known, bytes: await this.read(path, start, known, { signal }) }
    }
    const key = `${path}${SEPARATOR}last ${length}`
    const load = (signal: AbortSignal) => readFileEnd(this.#lake, path, length, { signal })
    const { bytes, size = bytes.length } = await this.#ranges.get(key, load, signal)
    if (this.#ranges.peek(key) !== undefined) {
      this.#sizes.keep(path, { size })
      this.#index.add(path, { key, start: size - bytes.length, end: size })
    }
    return { size, bytes }
  }

  /** Reads a file anew at the next call. */
  forget(path: string): void {
    this.#sizes.drop(path)
    this.#ranges.drop(`${path}${SEPARATOR}`)
  }
}
