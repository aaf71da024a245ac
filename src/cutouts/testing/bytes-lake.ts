/** A lake of files in memory, for tests. */
import { missingFile } from '../../datalake/lake-errors.js'
import type { LakeReader } from '../files/byte-ranges.js'

/** A lake with the files given by path. */
export function bytesLake(files: Readonly<Record<string, Uint8Array>>): LakeReader {
  const find = (path: string): Uint8Array => {
    const bytes = files[path]
    if (bytes === undefined) throw missingFile(path)
    return bytes
  }
  return {
    size: async path => find(path).length,
    read: async (path, start, end) => find(path).subarray(start, end),
  }
}
