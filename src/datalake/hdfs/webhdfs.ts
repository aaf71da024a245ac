/**
 * A data lake on HDFS over WebHDFS, the REST API of Hadoop 3. Name nodes tell where files are and
 * how long; their bytes come from data nodes, which close the connection after each answer, so
 * that the number of reads costs more than their size.
 */
import { DatalakeError } from '../../errors.js'
import { checkRange, type Datalake } from '../datalake.js'
import { DEFAULT_HTTP_LIMITS, HttpExchange, type HttpLimits } from '../http-exchange.js'
import { missingFile } from '../lake-errors.js'
import { quotePath, requireLakePath } from '../lake-path.js'
import { retry } from '../retry.js'
import { DataNodes } from './data-nodes.js'
import { type HdfsAddress, NameNodes } from './name-nodes.js'
import { HDFS, parseGoodReply, toHdfsError } from './webhdfs-error.js'
import { writeHdfsFile } from './webhdfs-write.js'

/** Opens an HDFS. Nothing is asked of it before the first call. */
export function openWebHdfs(
  address: HdfsAddress,
  options: { readonly limits?: Partial<HttpLimits> | undefined } = {},
): Datalake {
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits }
  const http = new HttpExchange(HDFS, limits)
  const names = new NameNodes(address, http)
  const nodes = new DataNodes(names, http, limits)
  return {
    size: async (path, { signal } = {}) => {
      requireLakePath(HDFS, path)
      return retry(limits, () => readSize(names, path, signal), signal)
    },
    read: async (path, start, end, { signal } = {}) => {
      checkRange(start, end)
      requireLakePath(HDFS, path)
      if (start === end) return new Uint8Array(0)
      return nodes.read({ path, start, end, signal })
    },
    write: async (path, content, { signal } = {}) => {
      requireLakePath(HDFS, path)
      await retry(limits, () => writeHdfsFile(names, path, content, { limits, signal }), signal)
      nodes.forget(path)
    },
    close: () => http.close(),
  }
}

/** What is used of the answer to GETFILESTATUS. */
interface FileStatusReply {
  readonly FileStatus?: { readonly type?: unknown; readonly length?: unknown }
}

async function readSize(
  names: NameNodes,
  path: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const reply = await names.ask({ method: 'GET', op: 'GETFILESTATUS', path, signal })
  if (reply.status !== 200) throw toHdfsError(reply, { path })
  const { FileStatus: facts }: FileStatusReply = parseGoodReply(reply)
  if (facts?.type === 'DIRECTORY') throw missingFile(path)
  if (typeof facts?.length === 'number') return facts.length
  throw new DatalakeError(HDFS, `Cannot read the size of ${quotePath(path)} in the answer`)
}
