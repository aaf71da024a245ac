/**
 * Asks the registry for known vulnerabilities of the packages in the lock file. Fails on high and
 * critical ones. A registry that offers no audit is told and does not fail, unless the variable
 * `FINK_REQUIRE_AUDIT` is `true`.
 */
import { spawnSync } from 'node:child_process'
import { judgeAudit } from './audit-report.js'

const TIME_LIMIT_MS = 120_000

const { stdout, error } = spawnSync('npm', ['audit', '--json'], {
  encoding: 'utf8',
  timeout: TIME_LIMIT_MS,
  maxBuffer: 2 ** 26,
  stdio: ['ignore', 'pipe', 'ignore'],
})
const text = error === undefined ? stdout : JSON.stringify({ message: error.message })
const { state, lines } = judgeAudit(text)
for (const line of lines) process.stdout.write(`${line}\n`)
const isUnknownFault = state === 'unknown' && process.env.FINK_REQUIRE_AUDIT === 'true'
if (state === 'vulnerable' || isUnknownFault) process.exitCode = 1
