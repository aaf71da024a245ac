/** The reading thread of an ingest: opens, checks and reads alert files while others are written. */
import { read } from 'node:fs'
import { promisify } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import type { AlertBatch } from '../alert-batch.js'
import { type AlertFile, openAlertFile } from '../alert-file.js'
import { createAvroReaders } from '../avro/batch.js'
import type { ByteSource } from '../byte-source.js'
import {
  type ReadingAnswer,
  type ReadingRequest,
  type ReadingResult,
  type ReadingStart,
  type ReadingTask,
  toFailure,
} from './messages.js'

interface OpenFile {
  readonly alerts: AlertFile
  batches?: AsyncIterator<AlertBatch>
}

const readAt = promisify(read)

/** The bytes of a file that another thread has open. */
function descriptorSource(path: string, size: number, descriptor: number): ByteSource {
  return {
    path,
    size,
    async read(start, end) {
      const bytes = Buffer.allocUnsafe(end - start)
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await readAt(descriptor, bytes, at, bytes.length - at, start + at)
        if (bytesRead === 0) throw new RangeError(`Cannot read past the end of "${path}"`)
        at += bytesRead
      }
      return bytes
    },
    close: async () => undefined,
  }
}

/** Does tasks; `number` becomes that of the file when the task opens one. */
function createReader({ fields }: ReadingStart) {
  const readers = createAvroReaders(fields)
  const files = new Map<number, OpenFile>()
  const fileOf = (number: number): OpenFile => {
    const file = files.get(number)
    if (file === undefined) throw new RangeError(`No open file ${number}`)
    return file
  }
  return async (number: number, task: ReadingTask): Promise<ReadingResult> => {
    switch (task.kind) {
      case 'open': {
        const source = descriptorSource(task.path, task.size, task.descriptor)
        const alerts = await openAlertFile(source, fields, readers)
        files.set(number, { alerts })
        return { format: alerts.format, length: alerts.length }
      }
      case 'fingerprint':
        return fileOf(task.file).alerts.fingerprint()
      case 'has':
        return fileOf(task.file).alerts.has(task.path)
      case 'check':
        await fileOf(task.file).alerts.check()
        return undefined
      case 'start': {
        const file = fileOf(task.file)
        file.batches = file.alerts.batches(task.start, task.size)[Symbol.asyncIterator]()
        return undefined
      }
      case 'next': {
        const next = await fileOf(task.file).batches?.next()
        return next === undefined || next.done ? undefined : next.value
      }
      case 'close':
        files.delete(task.file)
        return undefined
    }
  }
}

const run = createReader(workerData as ReadingStart)

parentPort?.on('message', async ({ number, task }: ReadingRequest) => {
  const answer = await run(number, task).then(
    (result): ReadingAnswer => ({ number, result }),
    (error: unknown): ReadingAnswer => ({ number, failure: toFailure(error) }),
  )
  parentPort?.postMessage(answer)
})
