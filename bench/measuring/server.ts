/** A server for the benchmarks in a process of its own, started as an operator would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { cpuMsOf, ownMbOf, residentMbOf } from './processes.js'

/** A running server. */
export interface BenchServer {
  readonly url: string
  readonly pid: number
  /** Milliseconds from the start of the process to its readiness. */
  readonly startMs: number
  /** Processor time of the process so far in ms, from /proc. */
  cpuMs(): number
  /** Resident memory in MB now. */
  residentMb(): number
  /** The same without mapped files; see `ownMbOf`. */
  ownMb(): number
  stop(): Promise<void>
}

/** Starts `command` and waits for the line that tells its address. */
export async function startServer(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  const begin = performance.now()
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FINK_LOG_LEVEL: 'silent', ...env },
  })
  // A benchmark that fails must not leave its servers behind.
  process.once('exit', () => child.kill('SIGKILL'))
  const url = await listeningUrl(child)
  const startMs = performance.now() - begin
  const { pid = 0 } = child
  return {
    url,
    pid,
    startMs,
    cpuMs: () => cpuMsOf(pid),
    residentMb: () => residentMbOf(pid),
    ownMb: () => ownMbOf(pid),
    stop: async () => {
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The server has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /listening on (http\S+)/.exec(line)
    if (match?.[1] !== undefined) return match[1]
  }
  throw new Error('The server ended before it listened')
}
