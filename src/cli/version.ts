/** The version of the program, from its package file. */
import { readFileSync } from 'node:fs'

/** Reads the version; the package file stands above the compiled program, whatever its folder. */
export function readVersion(): string {
  for (const path of ['../../package.json', '../../../package.json', '../../../../package.json']) {
    try {
      const file = readFileSync(new URL(path, import.meta.url), 'utf8')
      return (JSON.parse(file) as { version: string }).version
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return 'unknown'
}
