/** Runs a target in a thread of its own and watches it: errors, hangs, memory. */
import { Worker } from 'node:worker_threads'
import type { WorkerOrder, WorkerReport } from './worker.js'

/** How a target is run. */
export interface FuzzOptions {
  readonly seed: number
  /** Number of the first input. */
  readonly from?: number
  /** Most inputs. */
  readonly count: number
  /** Longest time, without the making of the samples. */
  readonly seconds: number
  /** Time that one input may take; `HANG_MS` when absent. */
  readonly hangMs?: number
  /** Memory that may be taken beyond that at the start; `MAX_MEMORY_BYTES` when absent. */
  readonly maxMemoryBytes?: number
}

/** How a run ended. */
export type FuzzResult =
  | { readonly kind: 'clean'; readonly count: number; readonly accepted: number }
  | {
      readonly kind: 'fault'
      readonly what: 'undocumented error' | 'hang' | 'memory' | 'crash'
      /** Number of the input at fault. */
      readonly index: number
      readonly detail: string
    }

/** Time that one input may take, on a busy machine too. */
export const HANG_MS = 10_000
/** 768 MiB: the largest sky map that is documented takes 400 MB and is read twice. */
export const MAX_MEMORY_BYTES = 768 * 1024 * 1024
const HEAP_MB = 512
/** The progress is looked at this often. */
const WATCH_MS = 50
/** Time for making samples. */
const START_MS = 60_000

/** Runs a target by its name. */
export function fuzzTarget(name: string, options: FuzzOptions): Promise<FuzzResult> {
  const { seed, from = 0, count, seconds, hangMs = HANG_MS } = options
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const order: WorkerOrder = { name, seed, from, to: from + count, seconds, progress }
  const worker = new Worker(new URL('worker.js', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  })
  const baseBytes = memoryBytes()
  const { maxMemoryBytes = MAX_MEMORY_BYTES } = options
  return new Promise(resolve => {
    let turn = -1
    let sinceMs = performance.now()
    let limitMs = START_MS
    const end = (result: FuzzResult): void => {
      clearInterval(watch)
      void worker.terminate()
      resolve(result)
    }
    const fault = (what: 'hang' | 'memory' | 'crash', detail: string): void => {
      end({ kind: 'fault', what, index: Atomics.load(progress, 0), detail })
    }
    const look = (): void => {
      const now = Atomics.load(progress, 1)
      if (now !== turn) {
        turn = now
        sinceMs = performance.now()
      } else if (performance.now() - sinceMs > limitMs) fault('hang', `no end after ${limitMs} ms`)
      const taken = memoryBytes() - baseBytes
      if (taken > maxMemoryBytes) fault('memory', `${Math.round(taken / 2 ** 20)} MiB taken`)
    }
    const watch = setInterval(look, WATCH_MS)
    worker.on('error', error => fault(isOutOfMemory(error) ? 'memory' : 'crash', String(error)))
    worker.on('exit', code => fault('crash', `the thread ended with ${code}`))
    worker.on('message', (report: WorkerReport) => {
      if (report.kind === 'ready') limitMs = hangMs
      else if (report.kind === 'done') end({ ...report, kind: 'clean' })
      else {
        const { index, error: detail } = report
        end({ kind: 'fault', what: 'undocumented error', index, detail })
      }
    })
  })
}

/** Memory outside the heap of this thread: buffers count as soon as they are allocated. */
function memoryBytes(): number {
  return process.memoryUsage.rss()
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
