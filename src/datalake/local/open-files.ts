/**
 * Files that stay open for a while, because to find and open one takes longer than to read a few
 * kilobytes of it. Files of a lake do not change; one that is deleted or replaced all the same is
 * noticed when its time is over.
 */
import type { FileHandle } from 'node:fs/promises'

/** An open file and its size in bytes when it was opened. */
export interface OpenFile {
  readonly handle: FileHandle
  readonly size: number
}

/** Most files that are open without being read. */
const MAX_FILES = 64
/** Longest time from opening a file to using it for a read that begins. */
const KEEP_MS = 10_000

/** The file is closed when it is out of the list and nobody reads it. */
interface KeptFile {
  readonly opened: Promise<OpenFile>
  readonly timer: NodeJS.Timeout
  users: number
  isOut: boolean
}

/** Opens files by path, each once at a time. */
export class OpenFiles {
  readonly #open: (path: string) => Promise<OpenFile>
  /** Least recently used first. */
  readonly #kept = new Map<string, KeptFile>()

  /** @param open opens the file at a path */
  constructor(open: (path: string) => Promise<OpenFile>) {
    this.#open = open
  }

  /** Runs with the file open. */
  async use<T>(path: string, run: (file: OpenFile) => Promise<T>): Promise<T> {
    const kept = this.#kept.get(path) ?? this.#begin(path)
    this.#kept.delete(path)
    this.#kept.set(path, kept)
    kept.users++
    try {
      this.#makeRoom()
      return await run(await kept.opened)
    } finally {
      kept.users--
      closeWhenDone(kept)
    }
  }

  /** Opens the file anew at the next use. */
  forget(path: string): void {
    const kept = this.#kept.get(path)
    if (kept !== undefined) this.#drop(path, kept)
  }

  /** Closes all files, those in use when they no longer are. */
  close(): void {
    for (const [path, kept] of this.#kept) this.#drop(path, kept)
  }

  #begin(path: string): KeptFile {
    const opened = this.#open(path)
    const timer = setTimeout(() => this.#drop(path, kept), KEEP_MS)
    // Open files do not keep a process from ending.
    timer.unref()
    const kept: KeptFile = { opened, timer, users: 0, isOut: false }
    opened.catch(() => this.#drop(path, kept))
    return kept
  }

  #makeRoom(): void {
    for (const [path, kept] of this.#kept) {
      if (this.#kept.size <= MAX_FILES) return
      this.#drop(path, kept)
    }
  }

  #drop(path: string, kept: KeptFile): void {
    clearTimeout(kept.timer)
    if (this.#kept.get(path) === kept) this.#kept.delete(path)
    if (kept.isOut) return
    kept.isOut = true
    closeWhenDone(kept)
  }
}

function closeWhenDone({ isOut, users, opened }: KeptFile): void {
  if (!isOut || users > 0) return
  // Nobody waits for the end of a file that was only read, and one that did not open has none.
  opened.then(({ handle }) => handle.close()).catch(() => undefined)
}
