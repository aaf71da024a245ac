/** Programs written in Go for the services that tests start: built once into `.cache/`. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

const CACHE = resolve('.cache/go')
const TIMEOUT_MS = 9 * 60_000

/**
 * Path of a program, built when it is not there.
 *
 * @param name import path of the program and its version, such as `example.org/cmd/tool@v1.2.3`
 * @throws Error when it cannot be built
 */
export function buildGoProgram(name: string): string {
  const [path = '', version = ''] = name.split('@')
  const folder = join(CACHE, `${basename(path)}-${version}`)
  const program = join(folder, basename(path))
  if (existsSync(program)) return program
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: folder }
  const options = { encoding: 'utf8', env, timeout: TIMEOUT_MS } as const
  const run = spawnSync('go', ['install', '-ldflags=-s -w', name], options)
  if (run.status !== 0) throw new Error(`Cannot build ${name}: ${run.stderr}`)
  return program
}
