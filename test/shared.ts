/**
 * Where tests find the reference data, which is not part of the repository: recorded answers of
 * the service this one replaces, real alerts and test vectors. Tests that need it skip by name
 * when it is absent, and fail instead of skipping under CI=true.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type TestContext, test } from 'node:test'

/** Why a test that needs the reference data was skipped. */
export const missingShared = 'needs the reference data (set FINK_REFERENCE_DATA to its folder)'

const root = resolve(process.env.FINK_REFERENCE_DATA ?? '../shared')

/**
 * Absolute path of a file of the reference data, or undefined when the data are absent.
 *
 * @throws Error under CI=true when the data are absent: there, nothing may be left out.
 */
export function sharedPath(path: string): string | undefined {
  const full = resolve(root, path)
  if (existsSync(full)) return full
  if (process.env.CI === 'true') throw new Error(`Missing reference data: "${full}"`)
  return undefined
}

/** Declares a test that runs only when the reference data are there; `fn` gets a path resolver. */
export function testWithShared(
  name: string,
  fn: (path: (relative: string) => string, t: TestContext) => void | Promise<void>,
): void {
  test(name, async t => {
    if (sharedPath('spec') === undefined) return t.skip(missingShared)
    await fn(relative => {
      const full = sharedPath(relative)
      if (full === undefined) throw new Error(`Missing reference data: "${relative}"`)
      return full
    }, t)
  })
}
