/** Requests of the documentation, run as they stand by a shell with curl. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'

const TIME_LIMIT_MS = 60_000
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const isInstalled = spawnSync('curl', ['--version']).error === undefined

/** Declares a test that is skipped where there is no curl; under CI=true that is a failure. */
export function testWithCurl(name: string, run: (t: TestContext) => Promise<void>): void {
  test(name, t => {
    if (!isInstalled && process.env.CI !== 'true') return t.skip('needs curl')
    return run(t)
  })
}

/**
 * Runs lines of which some begin with `curl`, in a folder where they may leave files; any status
 * but 2xx is a failure. Gives what they print.
 */
export async function runCurl(command: string, cwd: string): Promise<string> {
  assert.match(command, /^\s*curl\b/m)
  const strict = command.replaceAll(
    /^(\s*)curl\b/gm,
    '$1curl --silent --show-error --fail-with-body',
  )
  const { stdout } = await promisify(execFile)('sh', ['-ec', strict], {
    cwd,
    timeout: TIME_LIMIT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  return stdout
}
