/**
 * The command line as a program of its own, for tests: `bin/fink` when the tests run from `dist`,
 * the same entry compiled elsewhere otherwise. Every process has a time limit.
 */
import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** Folder of the compiled tests and sources, `dist` or another. */
const COMPILED = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const IS_DIST = basename(COMPILED) === 'dist'
const TIME_LIMIT_MS = 120_000

/** What a process has said, and how it ended. */
export interface ProcessEnd {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined
  readonly out: string
  readonly err: string
}

/** Settings of the process, beside its arguments. */
export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Folder to run in; that of the tests when absent. */
  readonly cwd?: string
  /** Killed after this time; two minutes when absent. */
  readonly timeLimitMs?: number
}

/** A process that is running; the test ends it. */
export class RunningProgram {
  readonly ended: Promise<ProcessEnd>
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #waiting = new Set<() => void>()
  #out = ''
  #err = ''
  #hasEnded = false

  constructor(program: string, args: readonly string[], options: ProcessOptions = {}) {
    const { env, cwd, timeLimitMs = TIME_LIMIT_MS } = options
    this.#child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd !== undefined && { cwd }),
    })
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeLimitMs)
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text
      for (const look of this.#waiting) look()
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#err += text
      for (const look of this.#waiting) look()
    })
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', code => {
        clearTimeout(timer)
        this.#hasEnded = true
        for (const look of this.#waiting) look()
        resolve({ code: code ?? undefined, out: this.#out, err: this.#err })
      })
    })
  }

  /** Standard output and error so far. */
  get text(): string {
    return this.#out + this.#err
  }

  /** Waits for output that matches; fails when the process ends without it. */
  until(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = this.#out.match(pattern) ?? this.#err.match(pattern)
        if (match === null && !this.#hasEnded) return
        this.#waiting.delete(look)
        if (match !== null) resolve(match)
        else reject(new Error(`The process ended without ${pattern}:\n${this.text}`))
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends a signal, and waits for the end. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProcessEnd> {
    this.#child.kill(signal)
    return this.ended
  }
}

/** Starts `fink` with these arguments. */
export function startFink(args: readonly string[], options?: ProcessOptions): RunningProgram {
  return IS_DIST
    ? new RunningProgram(join(COMPILED, '..', 'bin', 'fink'), args, options)
    : new RunningProgram(process.execPath, [join(COMPILED, 'src/cli/main.js'), ...args], options)
}

/** Starts `bin/start`, which also builds; what it runs after that when the tests are elsewhere. */
export function startNewcomer(args: readonly string[], options?: ProcessOptions): RunningProgram {
  return IS_DIST
    ? new RunningProgram(join(COMPILED, '..', 'bin', 'start'), args, options)
    : startFink(['start', ...args], options)
}

/** Runs `fink` to its end. */
export function runFink(args: readonly string[], options?: ProcessOptions): Promise<ProcessEnd> {
  return startFink(args, options).ended
}

/** Runs `fink`, expects success and gives what it printed. */
export async function fink(...args: string[]): Promise<string> {
  const { code, out, err } = await runFink(args)
  assert.equal(code, 0, `fink ${args.join(' ')}: ${err}`)
  return out
}

/** A service that has said where it listens. */
export interface Service {
  readonly url: string
  readonly program: RunningProgram
}

/** Starts `fink serve` on a free port. */
export async function serve(dataFolder: string, options?: ProcessOptions): Promise<Service> {
  const program = startFink(['serve', '--data', dataFolder, '--port', '0'], options)
  const [, url = ''] = await program.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/m)
  return { url, program }
}

/** Runs with a temporary folder and removes it. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fink-cli-'))
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
