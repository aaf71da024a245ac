/**
 * The data lake as the rest of the service sees it: whole files that never change once written,
 * read by byte range. It knows bytes and paths, not alerts. Implementations pass `contract.ts`.
 */

/** What every call takes. */
export interface CallOptions {
  /** Ends the call; it then throws the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** The bytes of a file to be written. */
export interface LakeContent {
  /** Exact number of bytes that `read` gives. */
  readonly size: number
  /** Gives the bytes from the first on; called again when a write is tried again. */
  read(): AsyncIterable<Uint8Array>
}

/** The last bytes of a file. */
export interface FileEnd {
  /** Size of the whole file. */
  readonly size: number
  /** As many as were asked for, or the whole file when it is shorter. */
  readonly bytes: Uint8Array
}

/**
 * An open lake. A path is relative to the root of the lake, see `checkLakePath`.
 *
 * All methods throw `NotFoundError` when there is no file at the path (a folder is none) and
 * `DatalakeError` when the path is not allowed or the lake fails.
 */
export interface Datalake {
  /** Size of a file in bytes. */
  size(path: string, options?: CallOptions): Promise<number>
  /**
   * All the bytes from `start` to `end` (exclusive), which the caller must not change. An empty
   * range is answered without a look at the file.
   *
   * @throws RangeError unless 0 <= start <= end, both whole
   * @throws DatalakeError when the file ends before `end`
   */
  read(path: string, start: number, end: number, options?: CallOptions): Promise<Uint8Array>
  /**
   * The last bytes of a file, which the caller must not change, and its size, in one request. Absent
   * where the lake has no such request: `readFileEnd` reads the end of files of any lake.
   *
   * @param length at least 1
   */
  readEnd?(path: string, length: number, options?: CallOptions): Promise<FileEnd>
  /**
   * Writes a file, and the folders above it. It appears whole or not at all and takes the place
   * of a file that was there.
   */
  write(path: string, content: LakeContent, options?: CallOptions): Promise<void>
  close(): Promise<void>
}

/**
 * The last bytes of a file and its size: one request where the lake can do so, else two.
 *
 * @param length how many; at least 1
 * @throws RangeError unless the length is a whole number from 1 on
 * @throws DatalakeError, NotFoundError as the methods of the lake
 */
export async function readFileEnd(
  lake: Pick<Datalake, 'size' | 'read' | 'readEnd'>,
  path: string,
  length: number,
  options: CallOptions = {},
): Promise<FileEnd> {
  if (!(Number.isSafeInteger(length) && length > 0)) {
    throw new RangeError(
      `Cannot read the last "${length}" bytes: expected a whole number from 1 on`,
    )
  }
  if (lake.readEnd !== undefined) return lake.readEnd(path, length, options)
  const size = await lake.size(path, options)
  return { size, bytes: await lake.read(path, Math.max(0, size - length), size, options) }
}

/** Bytes in memory as the content of a file. */
export function toContent(bytes: Uint8Array): LakeContent {
  return {
    size: bytes.length,
    async *read() {
      yield bytes
    },
  }
}

/** @throws RangeError unless 0 <= start <= end, both whole */
export function checkRange(start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end) return
  throw new RangeError(`Cannot read bytes ${start} to ${end}: expected 0 <= start <= end`)
}
