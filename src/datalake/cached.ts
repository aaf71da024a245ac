/**
 * A lake that keeps in memory what was read lately: sizes, footers, pages, whatever ranges its
 * callers ask for. It relies on files that do not change.
 */
import type { CallOptions, Datalake } from './datalake.js'
import { checkRange } from './datalake.js'
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

/** No path has this character. */
const SEPARATOR = '\n'

/**
 * Adds a cache of at most `maxBytes` bytes to a lake. Equal reads at the same time become one; a
 * read inside a range that is kept needs none. Closing it closes the lake.
 */
export function cachedDatalake(lake: Datalake, options: { readonly maxBytes: number }): Datalake {
  const index = new RangeIndex()
  const sizes = new LoadingCache<{ readonly size: number }>({
    maxBytes: MAX_SIZES,
    sizeOf: () => 1,
  })
  const ranges = new LoadingCache<Uint8Array>({
    maxBytes: options.maxBytes,
    sizeOf: bytes => bytes.length,
    onDrop: key => index.remove(key.slice(0, key.indexOf(SEPARATOR)), key),
  })

  const read = async (
    path: string,
    start: number,
    end: number,
    { signal }: CallOptions = {},
  ): Promise<Uint8Array> => {
    checkRange(start, end)
    const kept = index.find(path, start, end)
    const bytes = kept && ranges.peek(kept.key)
    if (kept !== undefined && bytes !== undefined) {
      return bytes.subarray(start - kept.start, end - kept.start)
    }
    const key = `${path}${SEPARATOR}${start}-${end}`
    const loaded = await ranges.get(key, signal => lake.read(path, start, end, { signal }), signal)
    if (ranges.peek(key) !== undefined) index.add(path, { key, start, end })
    return loaded
  }

  return {
    size: async (path, { signal } = {}) => {
      const load = async (signal: AbortSignal) => ({ size: await lake.size(path, { signal }) })
      return (await sizes.get(path, load, signal)).size
    },
    read,
    write: async (path, content, options) => {
      await lake.write(path, content, options)
      sizes.drop(path)
      ranges.drop(`${path}${SEPARATOR}`)
    },
    close: () => lake.close(),
  }
}
