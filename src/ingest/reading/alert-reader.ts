/**
 * Opens alert files for an ingest. Large local files are read by a thread of their own, so that
 * reading takes no time from writing; all others in the thread that asks.
 */
import { Worker } from 'node:worker_threads'
import type { AlertBatch, AlertFields } from '../alert-batch.js'
import { type AlertFile, openAlertFile } from '../alert-file.js'
import { createAvroReaders } from '../avro/batch.js'
import type { ByteSource } from '../byte-source.js'
import {
  type FileFacts,
  fromFailure,
  type ReadingAnswer,
  type ReadingResult,
  type ReadingTask,
} from './messages.js'

/** Opens files, as long as one ingest runs. */
export interface AlertReader {
  /**
   * Opens an alert file; the source stays open until the file is closed.
   *
   * @throws AlertFileError see `openAlertFile`
   */
  open(source: ByteSource): Promise<AlertFile>
  close(): Promise<void>
}

/** Makes a reader for the fields. Its thread starts with the first file that is read there. */
export function createAlertReader(fields: AlertFields): AlertReader {
  const readers = createAvroReaders(fields)
  let thread: ReadingThread | undefined
  return {
    async open(source) {
      if (source.descriptor === undefined) {
        return openAlertFile(source, fields, readers)
      }
      thread ??= new ReadingThread(fields)
      return openInThread(thread, source, source.descriptor)
    },
    close: async () => thread?.close(),
  }
}

interface Waiting {
  readonly resolve: (result: ReadingResult) => void
  readonly reject: (error: Error) => void
}

/** The thread, with the requests that it has not answered. */
class ReadingThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #requests = 0
  #end: Error | undefined

  constructor(fields: AlertFields) {
    const program = new URL('./reading-thread.js', import.meta.url)
    this.#worker = new Worker(program, { workerData: { fields } })
    this.#worker.on('message', (answer: ReadingAnswer) => this.#take(answer))
    this.#worker.on('error', error => this.#fail(error))
    this.#worker.on('exit', code => this.#fail(new Error(`The reading thread ended (${code})`)))
    // An ingest that fails elsewhere must not be kept alive by its thread.
    this.#worker.unref()
  }

  /** Asks for something; the number is that of the file when it opens one. */
  ask(task: ReadingTask): { readonly number: number; readonly result: Promise<ReadingResult> } {
    const number = ++this.#requests
    const result = new Promise<ReadingResult>((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end)
      this.#waiting.set(number, { resolve, reject })
      this.#worker.ref()
      this.#worker.postMessage({ number, task })
    })
    return { number, result }
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #take(answer: ReadingAnswer): void {
    const waiting = this.#waiting.get(answer.number)
    this.#waiting.delete(answer.number)
    if (this.#waiting.size === 0) this.#worker.unref()
    if ('failure' in answer) waiting?.reject(fromFailure(answer.failure))
    else waiting?.resolve(answer.result)
  }

  #fail(error: Error): void {
    this.#end ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#end)
    this.#waiting.clear()
  }
}

async function openInThread(
  thread: ReadingThread,
  { path, size }: ByteSource,
  descriptor: number,
): Promise<AlertFile> {
  const { number: file, result } = thread.ask({ kind: 'open', path, size, descriptor })
  const facts = (await result) as FileFacts
  const ask = (task: ReadingTask): Promise<ReadingResult> => thread.ask(task).result
  return {
    ...facts,
    fingerprint: async () => (await ask({ kind: 'fingerprint', file })) as string,
    has: async of => (await ask({ kind: 'has', file, path: of })) as boolean,
    check: async () => {
      await ask({ kind: 'check', file })
    },
    async *batches(start, batchRows) {
      await ask({ kind: 'start', file, start, size: batchRows })
      const next = (): Promise<ReadingResult> => ask({ kind: 'next', file })
      for (let batch = await next(); batch !== undefined; batch = await next()) {
        yield batch as AlertBatch
      }
    },
    close: async () => {
      await ask({ kind: 'close', file })
    },
  }
}
