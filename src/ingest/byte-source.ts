/** Files as ingest reads them: a name, a size, and byte ranges. */
import { type FileHandle, open } from 'node:fs/promises'
import type { Datalake } from '../datalake/datalake.js'

/** An open file of bytes, local or in a data lake. */
export interface ByteSource {
  /** Name for messages and for the place of the stamps. */
  readonly path: string
  readonly size: number
  /** Of a large local file: what other threads of the process read it by, until it is closed. */
  readonly descriptor?: number
  /** The bytes from `start` to `end` (exclusive); all of them or an error. */
  read(start: number, end: number): Promise<Buffer>
  close(): Promise<void>
}

/** Opens files for ingest; local files by default, a data lake by adapter. */
export type OpenSource = (path: string) => Promise<ByteSource>

/** Files up to this size are read at once when they are opened: 1 MiB. */
const SMALL_FILE_BYTES = 2 ** 20

/** Opens a local file. */
export async function openLocalSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r')
  const read = (start: number, end: number): Promise<Buffer> => readRange(file, path, start, end)
  try {
    const { size } = await file.stat()
    if (size > SMALL_FILE_BYTES) {
      return { path, size, descriptor: file.fd, read, close: () => file.close() }
    }
    const bytes = await read(0, size)
    await file.close()
    return {
      path,
      size,
      read: async (start, end) => (end <= size ? bytes.subarray(start, end) : failPastEnd(path)),
      close: async () => undefined,
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readRange(
  file: FileHandle,
  path: string,
  start: number,
  end: number,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start)
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at)
    if (bytesRead === 0) failPastEnd(path)
    at += bytesRead
  }
  return bytes
}

function failPastEnd(path: string): never {
  throw new RangeError(`Cannot read past the end of "${path}"`)
}

/** Opens files of a data lake. */
export function lakeOpener(lake: Datalake): OpenSource {
  return async path => ({
    path,
    size: await lake.size(path),
    async read(start, end) {
      const bytes = await lake.read(path, start, end)
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    },
    close: async () => undefined,
  })
}

/** Bytes that `readAhead` asks for at least: 1 MiB. */
const WINDOW_BYTES = 2 ** 20

/** The same source for readers that go through it in small steps: keeps one window of it. */
export function readAhead(source: ByteSource): ByteSource {
  let start = 0
  let window: Buffer = Buffer.alloc(0)
  return {
    path: source.path,
    size: source.size,
    async read(from, to) {
      if (from < start || to > start + window.length) {
        const end = Math.max(to, Math.min(source.size, from + WINDOW_BYTES))
        window = await source.read(from, end)
        start = from
      }
      return window.subarray(from - start, to - start)
    },
    close: () => source.close(),
  }
}
