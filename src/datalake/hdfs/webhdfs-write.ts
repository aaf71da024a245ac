/**
 * Writing to HDFS over WebHDFS: the bytes go to a file beside the final one, which then takes its
 * place in one step.
 */
import { randomUUID } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { DatalakeError } from '../../errors.js'
import type { LakeContent } from '../datalake.js'
import { type HttpLimits, type HttpReply, toConnectionError } from '../http-exchange.js'
import { refusedFile } from '../lake-errors.js'
import { quotePath } from '../lake-path.js'
import { Upload, uploadTimeoutMs } from '../upload.js'
import type { NameNodes } from './name-nodes.js'
import { HDFS, parseRedirect, toHdfsError } from './webhdfs-error.js'

const MAX_ERROR_BYTES = 64 * 1024

interface WriteOptions {
  readonly limits: HttpLimits
  readonly signal: AbortSignal | undefined
}

/**
 * Writes a file in one attempt.
 *
 * @throws DatalakeError
 */
export async function writeHdfsFile(
  nodes: NameNodes,
  path: string,
  content: LakeContent,
  options: WriteOptions,
): Promise<void> {
  const { signal } = options
  const part = `${path.slice(0, path.lastIndexOf('/') + 1)}.${randomUUID()}.part`
  try {
    await writePart(nodes, part, content, options)
    const destination = nodes.absolutePath(path)
    const params = { destination, renameoptions: 'OVERWRITE' }
    const reply = await nodes.ask({ method: 'PUT', op: 'RENAME', path: part, params, signal })
    if (reply.status !== 200) throw toHdfsError(reply, { path, isWrite: true })
    // Some gateways say so instead of failing.
    if (/"boolean":\s*false/.test(reply.body.toString())) {
      throw refusedFile(HDFS, path, 'the written file could not take its place')
    }
  } catch (error) {
    await removePart(nodes, part, error)
    throw error
  }
}

/** Takes away what a failed write left; that it failed too is told with the reason of the write. */
async function removePart(nodes: NameNodes, part: string, reason: unknown): Promise<void> {
  try {
    await nodes.ask({ method: 'DELETE', op: 'DELETE', path: part })
  } catch (error) {
    if (!(error instanceof DatalakeError)) throw error
    const message = reason instanceof Error ? reason.message : String(reason)
    const text = `${message}; ${quotePath(part)} is left behind (${error.message})`
    throw new DatalakeError(HDFS, text, { cause: reason, failure: error.failure })
  }
}

async function writePart(
  nodes: NameNodes,
  part: string,
  content: LakeContent,
  { limits, signal }: WriteOptions,
): Promise<void> {
  const params = { overwrite: 'true' }
  const reply = await nodes.ask({ method: 'PUT', op: 'CREATE', path: part, params, signal })
  const url = parseRedirect(reply)
  if (url === undefined) throw toHdfsError(reply, { path: part, isWrite: true })
  const upload = new Upload(HDFS, part, content)
  const timeout = AbortSignal.timeout(uploadTimeoutMs(limits, content.size))
  try {
    const signals = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    const answer = await sendFile(url, upload, content.size, signals)
    if (answer.status !== 201) throw toHdfsError(answer, { path: part, isWrite: true })
  } catch (cause) {
    signal?.throwIfAborted()
    if (upload.failure !== undefined) throw upload.failure
    if (cause instanceof DatalakeError) throw cause
    throw toConnectionError(HDFS, url, timeout.aborted ? timeout.reason : cause)
  }
}

/**
 * Data nodes send `100 Continue` without being asked to, which only the HTTP client of Node
 * itself puts up with.
 */
async function sendFile(
  url: URL,
  upload: Upload,
  size: number,
  signal: AbortSignal,
): Promise<HttpReply> {
  const send = url.protocol === 'https:' ? requestSecurely : request
  const headers = { 'content-length': size, 'content-type': 'application/octet-stream' }
  const sent = send(url, { method: 'PUT', headers, signal })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
  const [answer] = await Promise.all([answered, pipeline(upload.bytes(), sent, { signal })])
  const parts: Buffer[] = []
  let length = 0
  for await (const part of answer) {
    if (length < MAX_ERROR_BYTES) parts.push(part)
    length += part.length
  }
  return {
    status: answer.statusCode ?? 0,
    header: name => [answer.headers[name]].flat()[0],
    body: Buffer.concat(parts),
  }
}
