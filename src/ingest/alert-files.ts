/** Files of one ingest: opened, told by content, checked as a whole, and resumed where they ended. */
import { NotFoundError } from '../errors.js'
import type { Store } from '../store/store.js'
import type { AlertBatch } from './alert-batch.js'
import type { AlertFile } from './alert-file.js'
import type { ByteSource, OpenSource } from './byte-source.js'
import { AlertFileError, toAlertFileError } from './errors.js'
import { readProgress } from './ledger.js'
import type { AlertReader } from './reading/alert-reader.js'
import { ReadAhead } from './reading/read-ahead.js'

/** Files that are opened and checked while another is ingested. */
const FILES_AHEAD = 4

/** A file that is ready to be ingested. */
export interface ReadyFile {
  readonly kind: 'ready'
  readonly path: string
  readonly fingerprint: string
  readonly bytes: number
  readonly alerts: AlertFile
  /** The alerts that are left. */
  readonly batches: ReadAhead<AlertBatch>
  /** Alerts that an earlier run dealt with and how many of them it put aside. */
  readonly done: number
  readonly rejected: number
  close(): Promise<void>
}

/** A file as ingest meets it. */
export type NextFile =
  | ReadyFile
  | { readonly kind: 'finished'; readonly path: string }
  | { readonly kind: 'refused'; readonly path: string; readonly error: AlertFileError }

interface Opening {
  readonly store: Store
  readonly open: OpenSource
  readonly reader: AlertReader
  /** Most alerts of a batch. */
  readonly batchRows: number
}

/** The files one after the other; those to come are opened and checked ahead. */
export async function* openFiles(
  paths: Iterable<string>,
  opening: Opening,
): AsyncGenerator<NextFile> {
  const ahead: Promise<NextFile>[] = []
  const rest = paths[Symbol.iterator]()
  const openNext = (): void => {
    const next = rest.next()
    if (next.done) return
    const file = openFile(next.value, opening)
    // A failure is met where the file is awaited, which may be long after it happened.
    file.catch(() => undefined)
    ahead.push(file)
  }
  for (let i = 0; i < FILES_AHEAD; i++) openNext()
  try {
    for (let file = ahead.shift(); file !== undefined; file = ahead.shift()) {
      const ready = await file
      openNext()
      // Beside the batch that is written, one is read, be it of this file or of the next.
      ahead[0]?.then(startReading, () => undefined)
      yield ready
    }
  } finally {
    for (const file of await Promise.allSettled(ahead)) {
      if (file.status === 'fulfilled' && file.value.kind === 'ready') await file.value.close()
    }
  }
}

function startReading(file: NextFile): void {
  if (file.kind === 'ready') file.batches.start()
}

async function openFile(path: string, opening: Opening): Promise<NextFile> {
  let source: ByteSource | undefined
  let alerts: AlertFile | undefined
  const close = async (): Promise<void> => {
    await alerts?.close()
    await source?.close()
  }
  try {
    source = await opening.open(path)
    const file = await opening.reader.open(source)
    alerts = file
    const fingerprint = await file.fingerprint()
    const progress = await readProgress(opening.store, fingerprint)
    if (progress.isFinished) {
      await close()
      return { kind: 'finished', path }
    }
    await file.check()
    const batches = new ReadAhead(() => file.batches(progress.done, opening.batchRows))
    return {
      kind: 'ready',
      path,
      fingerprint,
      bytes: source.size,
      alerts: file,
      batches,
      ...progress,
      async close() {
        await batches.close()
        await close()
      },
    }
  } catch (cause) {
    await close()
    if (!isAboutFile(cause)) throw cause
    return { kind: 'refused', path, error: toAlertFileError(path, 'it cannot be read', cause) }
  }
}

/** True for broken files, and for errors of file system or lake that are about one file. */
function isAboutFile(cause: unknown): boolean {
  if (cause instanceof AlertFileError || cause instanceof NotFoundError) return true
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return ['ENOENT', 'EISDIR', 'EACCES', 'EPERM'].includes(code)
}
