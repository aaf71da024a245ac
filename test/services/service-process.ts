/** A server in a process of its own, for tests: its last lines of output, its start, its end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const KEPT_LINES = 100
const STOP_TIMEOUT_MS = 20_000
const POLL_MS = 50

/** What to run. */
export interface ServiceCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A running server; the caller ends it. */
export class ServiceProcess {
  readonly #child: ChildProcess
  readonly #name: string
  readonly #lines: string[] = []
  readonly #ended: Promise<void>
  #end: string | undefined

  constructor({ program, args, env }: ServiceCommand) {
    this.#name = program
    const options = { env: { ...process.env, ...env } }
    this.#child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: output! }).on('line', line => {
        this.#lines.push(line)
        if (this.#lines.length > KEPT_LINES) this.#lines.shift()
      })
    }
    this.#ended = new Promise(resolve => {
      this.#child.once('error', ({ message }) => {
        this.#end = message
        resolve()
      })
      this.#child.once('exit', (code, signal) => {
        this.#end = `status ${code ?? signal}`
        resolve()
      })
    })
  }

  /**
   * Waits until `isReady` says so.
   *
   * @throws Error with the last lines of output when the server ends before, or takes too long
   */
  async until(isReady: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs
    while (!(await isReady())) {
      const why = this.#end ?? (performance.now() > deadline ? 'not ready in time' : undefined)
      if (why !== undefined) throw new Error(`${this.#name}: ${why}\n${this.#lines.join('\n')}`)
      await sleep(POLL_MS)
    }
  }

  /** Sends a signal to this process alone. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ends the process, gently at first, and waits for its end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.signal(signal)
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_TIMEOUT_MS)
    await this.#ended
    clearTimeout(timer)
  }
}

/** True when the address answers with status 200, and with the text when one is given. */
export async function answers(url: string, text = ''): Promise<boolean> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    return (await reply.text()).includes(text) && reply.status === 200
  } catch {
    // Not listening yet.
    return false
  }
}
