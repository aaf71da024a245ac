/**
 * The thread that reads inputs. It notes the number of each before it reads it, so that the thread
 * that watches knows which one hangs or takes too much memory.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { makeInput } from './mutation.js'
import { findTarget } from './targets.js'

/** What the thread is told. */
export interface WorkerOrder {
  readonly name: string
  readonly seed: number
  readonly from: number
  /** First number that is not read any more; reading ends sooner when the time is over. */
  readonly to: number
  readonly seconds: number
  /** Number of the input that is being read, and how many were accepted. */
  readonly progress: Int32Array
}

/** What it says at the end. */
export type WorkerReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly count: number; readonly accepted: number }
  | { readonly kind: 'fault'; readonly index: number; readonly error: string }

const order = workerData as WorkerOrder
const target = await (await findTarget(order.name))()
tell({ kind: 'ready' })
tell(await readAll())

async function readAll(): Promise<WorkerReport> {
  const { seed, from, to, seconds, progress } = order
  const endMs = performance.now() + seconds * 1000
  let accepted = 0
  let index = from
  for (; index < to && performance.now() < endMs; index++) {
    Atomics.store(progress, 0, index)
    Atomics.add(progress, 1, 1)
    const input = makeInput(target, seed, index)
    try {
      // Awaited only when it is a promise: most parsers do not wait, and turns cost more than they.
      const result = target.read(input)
      if (result instanceof Promise) await result
      accepted++
    } catch (error) {
      if (!target.isDocumented(error)) return { kind: 'fault', index, error: describe(error) }
    }
  }
  return { kind: 'done', count: index - from, accepted }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error)
}

function tell(report: WorkerReport): void {
  parentPort?.postMessage(report)
}

parentPort?.close()
