/** What the benchmarks share: how results are printed, and how load is put on a server. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LoadResult } from './load.js'
import type { OpenLoad, OpenLoadResult } from './open-load.js'

/** One result: what was asked, the figure, and what it is a ratio to. */
export interface BenchResult {
  readonly bench: string
  /** The figure: subject over floor or peer, or an absolute value where there is neither. */
  readonly value: number
  readonly unit: string
  /** The figure to reach, `>=` or `<=` a number. */
  readonly goal?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Prints a result as one JSON line. */
export function report(result: BenchResult): void {
  const value = Number(result.value.toPrecision(4))
  process.stdout.write(`${JSON.stringify({ ...result, value, isMet: isMet(result) })}\n`)
}

function isMet({ value, goal }: BenchResult): boolean | undefined {
  if (goal === undefined) return undefined
  const [, sign, bound] = /^([<>]=)\s*([\d.]+)/.exec(goal) ?? []
  return sign === '>=' ? value >= Number(bound) : value <= Number(bound)
}

/** Puts load on addresses from another process: each connection asks again when it was answered. */
export async function load(
  urls: readonly string[],
  { connections = 8, seconds = 3 }: { connections?: number; seconds?: number } = {},
): Promise<LoadResult> {
  return JSON.parse(await runLoad('load.js', { urls, connections, seconds })) as LoadResult
}

/** Offers requests at a rate from another process, however many are still unanswered. */
export async function offer(offered: OpenLoad): Promise<OpenLoadResult> {
  return JSON.parse(await runLoad('open-load.js', offered)) as OpenLoadResult
}

async function runLoad(name: string, given: unknown): Promise<string> {
  const script = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(given))
  try {
    for await (const line of createInterface({ input: child.stdout })) return line
  } finally {
    // Its work is done with the line; an orderly end of the process is not waited for.
    child.kill('SIGKILL')
  }
  throw new Error('The load ended without a result')
}

/** Median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** The value of a command line option of the form `--name value`. */
export function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`)
  const value = at < 0 ? fallback : Number(process.argv[at + 1])
  if (!Number.isFinite(value)) throw new RangeError(`--${name}: expected a number`)
  return value
}
