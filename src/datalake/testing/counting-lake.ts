/** A lake that counts what is asked of another one, for tests of how few reads are needed. */
import type { Datalake } from '../datalake.js'

/** One call; `bytes` is the length of a read, 0 for a size. */
export interface LakeCall {
  readonly method: 'size' | 'read'
  readonly path: string
  readonly bytes: number
}

/** A lake with a record of its calls. */
export interface CountingLake extends Datalake {
  /** The calls since the last `take`, in order. */
  take(): LakeCall[]
}

/** Counts the calls to a lake; closing it closes the lake. */
export function countingLake(lake: Datalake): CountingLake {
  let calls: LakeCall[] = []
  return {
    size: (path, options) => {
      calls.push({ method: 'size', path, bytes: 0 })
      return lake.size(path, options)
    },
    read: (path, start, end, options) => {
      calls.push({ method: 'read', path, bytes: end - start })
      return lake.read(path, start, end, options)
    },
    write: (path, content, options) => lake.write(path, content, options),
    close: () => lake.close(),
    take: () => {
      const taken = calls
      calls = []
      return taken
    },
  }
}
