/**
 * Decides which reads of local files are made at once instead of on another thread. A few kilobytes
 * that the system has in memory are there in less time than it takes to wake a thread; when they
 * come from a slow disk, everything else would have to wait for them. So such reads are made only
 * on file systems of disks of this machine, never over a network, and only while they are quick.
 */
import { statfs } from 'node:fs/promises'

/** Longest read that is made at once. */
const MAX_BYTES = 2 ** 16
/** Reads that take longer on average come from a disk that is slow, or busy. */
const SLOW_MS = 1
/** Share of a read in the average: one from a turning disk, of ten milliseconds, is enough. */
const WEIGHT = 0.1
/** When reads are slow none is made at once for this time. */
const PAUSE_MS = 10_000

/** Types of file systems on disks or in memory (statfs(2)): ext, XFS, Btrfs, ZFS, F2FS, tmpfs, overlay. */
const LOCAL_TYPES = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0x01021994, 0x794c7630,
])

/** True when a folder is on a file system of this machine, as far as that is known. */
export async function isOnLocalDisk(folder: string): Promise<boolean> {
  return LOCAL_TYPES.has((await statfs(folder)).type)
}

/** Reads of one lake. */
export class QuickReads {
  readonly #nowMs: () => number
  #pausedUntilMs = Number.NEGATIVE_INFINITY
  #averageMs = 0

  /** @param nowMs a clock that does not jump */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** True when a read of so many bytes is to be made at once, by `run`. */
  allows(bytes: number): boolean {
    return bytes <= MAX_BYTES && this.#nowMs() >= this.#pausedUntilMs
  }

  /** Makes a read at once and learns from how long it takes. */
  run<T>(read: () => T): T {
    const begin = this.#nowMs()
    try {
      return read()
    } finally {
      const end = this.#nowMs()
      this.#averageMs += WEIGHT * (end - begin - this.#averageMs)
      if (this.#averageMs >= SLOW_MS) this.#pause(end)
    }
  }

  #pause(nowMs: number): void {
    this.#pausedUntilMs = nowMs + PAUSE_MS
    this.#averageMs = 0
  }
}
