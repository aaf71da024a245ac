/**
 * A data lake in a bucket of an S3 service: path-style addresses, requests signed with AWS
 * Signature Version 4, or anonymous ones when there are no credentials.
 */
import { AwsV4Signer } from 'aws4fetch'
import { DatalakeError } from '../../errors.js'
import {
  type CallOptions,
  checkRange,
  type Datalake,
  type FileEnd,
  type LakeContent,
} from '../datalake.js'
import {
  DEFAULT_HTTP_LIMITS,
  HttpExchange,
  type HttpLimits,
  type HttpReply,
  type HttpRequest,
} from '../http-exchange.js'
import { shortFile } from '../lake-errors.js'
import { quotePath, requireLakePath } from '../lake-path.js'
import { retry } from '../retry.js'
import { Upload, uploadTimeoutMs } from '../upload.js'
import { S3, toS3Error } from './s3-error.js'

/** Where a bucket is. */
export interface S3Address {
  /** URL of the service, such as `https://s3.us-east-1.amazonaws.com`. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Begins every key; empty for the whole bucket. */
  readonly prefix: string
}

/** Keys of an account. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Comes with keys that are valid for a short time only. */
  readonly sessionToken?: string | undefined
}

/** Opens a bucket. Nothing is asked of it before the first call. */
export function openS3(
  address: S3Address,
  options: {
    readonly credentials?: S3Credentials | undefined
    readonly limits?: Partial<HttpLimits> | undefined
  } = {},
): Datalake {
  const bucket = new Bucket(address, options.credentials, {
    ...DEFAULT_HTTP_LIMITS,
    ...options.limits,
  })
  return {
    size: (path, options) => bucket.size(path, options),
    read: (path, start, end, options) => bucket.read(path, start, end, options),
    readEnd: (path, length, options) => bucket.readEnd(path, length, options),
    write: (path, content, options) => bucket.write(path, content, options),
    close: () => bucket.close(),
  }
}

/** Size of the whole file that an answer with a part of it tells. */
function sizeIn(reply: HttpReply, path: string): number {
  const size = /^bytes \d+-\d+\/(\d+)$/.exec(reply.header('content-range') ?? '')?.[1]
  if (size !== undefined) return Number(size)
  throw new DatalakeError(S3, `Cannot read the size of ${quotePath(path)}: it is not in the answer`)
}

class Bucket {
  readonly #base: string
  readonly #region: string
  readonly #credentials: S3Credentials | undefined
  readonly #limits: HttpLimits
  readonly #http: HttpExchange
  /** Keys that signatures of one day have in common. */
  #signingKeys = new Map<string, ArrayBuffer>()

  constructor(
    { endpoint, region, bucket, prefix }: S3Address,
    credentials: S3Credentials | undefined,
    limits: HttpLimits,
  ) {
    const names = [bucket, ...prefix.split('/')].filter(name => name !== '')
    this.#base = [endpoint.replace(/\/+$/, ''), ...names.map(encodeURIComponent)].join('/')
    this.#region = region
    this.#credentials = credentials
    this.#limits = limits
    this.#http = new HttpExchange(S3, limits)
  }

  async size(path: string, { signal }: CallOptions = {}): Promise<number> {
    const reply = await this.#send(path, { method: 'HEAD', signal })
    if (reply.status !== 200) throw toS3Error(reply, path)
    const length = reply.header('content-length')
    if (length !== undefined && /^\d+$/.test(length)) return Number(length)
    throw new DatalakeError(
      S3,
      `Cannot read the size of ${quotePath(path)}: it is not in the answer`,
    )
  }

  async read(
    path: string,
    start: number,
    end: number,
    { signal }: CallOptions = {},
  ): Promise<Uint8Array> {
    checkRange(start, end)
    requireLakePath(S3, path)
    if (start === end) return new Uint8Array(0)
    const headers = { range: `bytes=${start}-${end - 1}` }
    const reply = await this.#send(path, { headers, maxBytes: end - start, signal })
    if (reply.status >= 300) throw toS3Error(reply, path, end)
    // Without a range in the answer these are the first bytes of the file, not those asked for.
    if (reply.status !== 206 && start !== 0) {
      throw new DatalakeError(S3, `Cannot read ${quotePath(path)}: the server ignores byte ranges`)
    }
    if (reply.body.length < end - start) throw shortFile(S3, path, end)
    return reply.body
  }

  async readEnd(path: string, length: number, { signal }: CallOptions = {}): Promise<FileEnd> {
    const headers = { range: `bytes=-${length}` }
    const reply = await this.#send(path, { headers, maxBytes: length, signal })
    // An empty file has no last bytes.
    if (reply.status === 416) return { size: 0, bytes: new Uint8Array(0) }
    if (reply.status >= 300) throw toS3Error(reply, path, length)
    const { body: bytes } = reply
    // A server that ignores ranges gives the whole file, here one that is not too long.
    const size = reply.status === 206 ? sizeIn(reply, path) : bytes.length
    if (bytes.length === Math.min(length, size)) return { size, bytes }
    throw shortFile(S3, path, size)
  }

  async write(path: string, content: LakeContent, { signal }: CallOptions = {}): Promise<void> {
    requireLakePath(S3, path)
    const headers = { 'content-length': String(content.size) }
    const timeoutMs = uploadTimeoutMs(this.#limits, content.size)
    const reply = await retry(
      this.#limits,
      async () => {
        const upload = new Upload(S3, path, content)
        try {
          const request = { method: 'PUT', headers, timeoutMs, signal } as const
          return await this.#sendOnce(path, { ...request, body: upload.bytes() })
        } catch (error) {
          throw upload.failure ?? error
        }
      },
      signal,
    )
    if (reply.status !== 200) throw toS3Error(reply, path)
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  #send(path: string, request: Omit<HttpRequest, 'url'>): Promise<HttpReply> {
    requireLakePath(S3, path)
    return retry(this.#limits, () => this.#sendOnce(path, request), request.signal)
  }

  /** Sends the request once; a busy server is an error, all other answers are answers. */
  async #sendOnce(path: string, request: Omit<HttpRequest, 'url'>): Promise<HttpReply> {
    const url = new URL(`${this.#base}/${path.split('/').map(encodeURIComponent).join('/')}`)
    const { method = 'GET', headers = {} } = request
    const signed = await this.#sign(url, method, headers)
    const reply = await this.#http.send({ ...request, url, headers: signed })
    if (reply.status < 400) return reply
    const error = toS3Error(reply, path)
    if (error instanceof DatalakeError && error.isRetryable) throw error
    return reply
  }

  async #sign(
    url: URL,
    method: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    if (this.#credentials === undefined) return headers
    const { accessKeyId, secretAccessKey, sessionToken } = this.#credentials
    // One key a day: without this the map would grow for ever.
    if (this.#signingKeys.size > 1) this.#signingKeys = new Map()
    const signer = new AwsV4Signer({
      url: url.href,
      method,
      headers,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      service: 's3',
      region: this.#region,
      cache: this.#signingKeys,
    })
    const signed = await signer.sign()
    return Object.fromEntries(signed.headers)
  }
}
