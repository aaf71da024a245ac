/** Python programs for tests, installed by pip into virtual environments below `.cache/`. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const INSTALL_TIMEOUT_MS = 300_000

/** Folder of programs of an environment, or what stands against it. */
export type PythonEnvironment =
  | { readonly bin: string; readonly problem?: undefined }
  | { readonly problem: string }

/** An environment with the packages; it is made once and found again by its name. */
export function pythonEnvironment(name: string, packages: readonly string[]): PythonEnvironment {
  const folder = resolve('.cache', name)
  const bin = join(folder, 'bin')
  const done = join(folder, 'complete')
  if (existsSync(done)) return { bin }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(resolve('.cache'), { recursive: true })
  for (const [program = '', ...args] of [
    ['python3', '-m', 'venv', folder],
    [join(bin, 'pip'), 'install', '--quiet', ...packages],
  ]) {
    const { status, error } = spawnSync(program, args, { timeout: INSTALL_TIMEOUT_MS })
    if (error !== undefined || status !== 0) {
      return { problem: `needs ${packages.join(', ')}: "${program} ${args.join(' ')}" failed` }
    }
  }
  mkdirSync(done)
  return { bin }
}

/** True when the Python of the machine can import all of these. */
export function hasPythonModules(modules: readonly string[]): boolean {
  const script = `import ${modules.join(', ')}`
  return spawnSync('python3', ['-c', script], { timeout: INSTALL_TIMEOUT_MS }).status === 0
}
