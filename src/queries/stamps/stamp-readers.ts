/**
 * Stamps of many alerts in the order of the alerts: those of one file are read together, and a
 * few files are begun ahead. A file that cannot be read fails for the
 * alerts in it and for no others.
 */
import { setMaxListeners } from 'node:events'
import type { CallOptions } from '../../datalake/datalake.js'
import { DatalakeError, NotFoundError } from '../../errors.js'
import type { StampArchive, StampKind } from './stamp-archive.js'
import type { AlertTarget, StampOutcome } from './stamp-origin.js'

/** Files that are begun before the first alert in them is asked for. */
const FILES_AHEAD = 3

/** Gives the stamps of one target after the other. */
export interface StampReaders {
  /** Of the next target of the file; each file has its targets in the order given. */
  next(file: string): Promise<StampOutcome>
}

/** Plans to read stamps of the targets; nothing is read yet. */
export function planReaders(
  archive: StampArchive,
  targets: readonly AlertTarget[],
  kinds: readonly StampKind[],
  options: CallOptions,
): StampReaders {
  // Every search under way listens to it, more than Node takes for granted.
  if (options.signal !== undefined) setMaxListeners(0, options.signal)
  const byFile = new Map<string, AlertTarget[]>()
  for (const target of targets) {
    const list = byFile.get(target.file)
    if (list === undefined) byFile.set(target.file, [target])
    else list.push(target)
  }
  const readers = [...byFile].map(([file, list]) => {
    return [file, new FileReader(archive.readMany(list, kinds, options))] as const
  })
  const positions = new Map(readers.map(([file], i) => [file, i]))
  return {
    next(file) {
      const at = positions.get(file) ?? -1
      for (const [, ahead] of readers.slice(at + 1, at + 1 + FILES_AHEAD)) ahead.begin()
      const reader = readers[at]?.[1]
      if (reader === undefined) throw new RangeError(`Cannot read stamps of "${file}": not planned`)
      return reader.next()
    },
  }
}

/** The stamps in one file. */
class FileReader {
  readonly #source: AsyncGenerator<StampOutcome>
  #ahead: Promise<IteratorResult<StampOutcome>> | undefined
  #hasBegun = false
  #failure: DatalakeError | NotFoundError | undefined

  constructor(source: AsyncGenerator<StampOutcome>) {
    this.#source = source
  }

  begin(): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    this.#ahead = this.#source.next()
    // Told when the first alert is asked for, or never when the answer ends before.
    this.#ahead.catch(() => undefined)
  }

  async next(): Promise<StampOutcome> {
    if (this.#failure !== undefined) return this.#failure
    this.begin()
    const reading = this.#ahead ?? this.#source.next()
    this.#ahead = undefined
    try {
      const { value, done } = await reading
      if (done !== true) return value
      throw new RangeError('Cannot read more stamps of a file than were planned')
    } catch (error) {
      if (!(error instanceof DatalakeError || error instanceof NotFoundError)) throw error
      this.#failure = error
      return error
    }
  }
}
