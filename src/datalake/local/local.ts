/**
 * A data lake in a local folder. Nothing outside the folder can be reached, also not over symbolic
 * links, and only ordinary files are files.
 */
import { randomUUID } from 'node:crypto'
import { constants, readSync } from 'node:fs'
import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { DatalakeError } from '../../errors.js'
import { type CallOptions, checkRange, type Datalake, type LakeContent } from '../datalake.js'
import { missingFile, refusedFile, shortFile, wrongSize } from '../lake-errors.js'
import { requireLakePath } from '../lake-path.js'
import { type OpenFile, OpenFiles } from './open-files.js'
import { isOnLocalDisk, QuickReads } from './quick-reads.js'

const SERVICE = 'local data lake'
/** Neither follows a link that came in after the check nor waits for the other end of a pipe. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const MISSING_CODES = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENXIO'])

/** Code of an error of the file system, undefined for all other errors. */
function systemCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error && 'code' in cause && 'syscall' in cause)) return undefined
  return String(cause.code)
}

function toReadError(path: string, cause: unknown): unknown {
  const code = systemCode(cause)
  if (code === undefined) return cause
  if (MISSING_CODES.has(code)) return missingFile(path, cause)
  return refusedFile(SERVICE, path, code, cause)
}

function toWriteError(path: string, cause: unknown): unknown {
  const code = systemCode(cause)
  return code === undefined ? cause : refusedFile(SERVICE, path, code, cause)
}

/**
 * Opens the lake in a folder.
 *
 * @throws DatalakeError when there is no such folder
 */
export async function openLocalLake(folder: string): Promise<Datalake> {
  try {
    const root = await realpath(folder)
    const isFolder = (await stat(root)).isDirectory()
    if (isFolder) return toLake(root, (await isOnLocalDisk(root)) ? new QuickReads() : undefined)
  } catch (cause) {
    throw new DatalakeError(SERVICE, `Cannot open folder "${folder}"`, { cause })
  }
  throw new DatalakeError(SERVICE, `Cannot open "${folder}": expected a folder`)
}

function toLake(root: string, quick: QuickReads | undefined): Datalake {
  const files = new OpenFiles(path => openFile(root, path))
  return {
    size: (path, options) => withFile(files, path, options, async ({ size }) => size),
    read: async (path, start, end, options) => {
      checkRange(start, end)
      requireLakePath(SERVICE, path)
      if (start === end) return new Uint8Array(0)
      return withFile(files, path, options, ({ handle, size }) => {
        if (end > size) throw shortFile(SERVICE, path, end)
        return readBytes({ handle, path, start, end }, quick)
      })
    },
    readEnd: (path, length, options) =>
      withFile(files, path, options, async ({ handle, size }) => {
        const start = Math.max(0, size - length)
        return { size, bytes: await readBytes({ handle, path, start, end: size }, quick) }
      }),
    write: async (path, content, options) => {
      await writeFile(root, path, content, options)
      files.forget(path)
    },
    close: async () => files.close(),
  }
}

async function withFile<T>(
  files: OpenFiles,
  path: string,
  { signal }: CallOptions = {},
  use: (file: OpenFile) => Promise<T>,
): Promise<T> {
  requireLakePath(SERVICE, path)
  signal?.throwIfAborted()
  try {
    return await files.use(path, use)
  } catch (cause) {
    throw toReadError(path, cause)
  }
}

async function openFile(root: string, path: string): Promise<OpenFile> {
  const handle = await open(await realpathInside(root, path, join(root, path)), READ_FLAGS)
  try {
    const facts = await handle.stat()
    if (facts.isFile()) return { handle, size: facts.size }
    throw missingFile(path)
  } catch (cause) {
    await handle.close()
    throw cause
  }
}

/** The place a path of the file system leads to, refused when it is outside the root. */
async function realpathInside(root: string, path: string, full: string): Promise<string> {
  const real = await realpath(full)
  const inside = root.endsWith(sep) ? root : root + sep
  if (real === root || real.startsWith(inside)) return real
  throw refusedFile(SERVICE, path, 'it leads out of the lake')
}

interface FileRead {
  readonly handle: FileHandle
  readonly path: string
  readonly start: number
  readonly end: number
}

async function readBytes(read: FileRead, quick: QuickReads | undefined): Promise<Uint8Array> {
  if (!quick?.allows(read.end - read.start)) return readExactly(read)
  return quick.run(() => readAtOnce(read))
}

async function readExactly({ handle, path, start, end }: FileRead): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(end - start)
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at)
    if (bytesRead === 0) throw shortFile(SERVICE, path, end)
    at += bytesRead
  }
  return bytes
}

/** The same without another thread. */
function readAtOnce({ handle, path, start, end }: FileRead): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(end - start)
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(handle.fd, bytes, at, bytes.length - at, start + at)
    if (count === 0) throw shortFile(SERVICE, path, end)
    at += count
  }
  return bytes
}

async function writeFile(
  root: string,
  path: string,
  content: LakeContent,
  options: CallOptions = {},
): Promise<void> {
  requireLakePath(SERVICE, path)
  const full = join(root, path)
  try {
    const folder = await makeFolder(root, path)
    const part = join(folder, `.${randomUUID()}.part`)
    try {
      await writePart(part, path, content, options)
      await rename(part, full)
    } finally {
      await rm(part, { force: true })
    }
  } catch (cause) {
    throw toWriteError(path, cause)
  }
}

/** Makes the folder of a file, after making sure that what is there of it lies in the lake. */
async function makeFolder(root: string, path: string): Promise<string> {
  const folder = dirname(join(root, path))
  for (let above = folder; ; above = dirname(above)) {
    try {
      await realpathInside(root, path, above)
      break
    } catch (cause) {
      if (systemCode(cause) !== 'ENOENT') throw cause
    }
  }
  await mkdir(folder, { recursive: true })
  return folder
}

async function writePart(
  part: string,
  path: string,
  content: LakeContent,
  { signal }: CallOptions,
): Promise<void> {
  const file = await open(part, 'wx')
  try {
    let size = 0
    for await (const bytes of content.read()) {
      signal?.throwIfAborted()
      size += bytes.length
      if (size > content.size) break
      await file.writeFile(bytes)
    }
    if (size !== content.size) throw wrongSize(SERVICE, path, content.size)
    await file.sync()
  } finally {
    await file.close()
  }
}
