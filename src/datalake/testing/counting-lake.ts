/** A lake that counts what is asked of another one, for tests of how few reads are needed. */
import { type Datalake, readFileEnd } from '../datalake.js'

/** One call; `bytes` is the length of a read, or of the end of a file, 0 for a size. */
export interface LakeCall {
  readonly method: 'size' | 'read' | 'readEnd'
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
  const readEnd: Datalake['readEnd'] = (path, bytes, options) => {
    calls.push({ method: 'readEnd', path, bytes })
    return readFileEnd(lake, path, bytes, options)
  }
  return {
    ...(lake.readEnd !== undefined && { readEnd }),
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
