/**
 * Requests that Schemathesis (a Python program, by pip) derives from `/openapi.json`, sent to a
 * running service on a made-up sky: every answer must be one that the document tells, and no fault
 * of the service. It is installed into `.cache/`; where that is impossible the test is skipped by
 * name, which under CI=true is a failure.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { RunningProgram, serve, withFolder } from '../cli/program.js'
import { makeSky } from '../examples/made-up-sky.js'
import { pythonEnvironment } from '../services/python-environment.js'

const VERSION = '4.32.5'

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
]

/** The same requests in every run, few enough for a minute. */
const OPTIONS = [
  ...['--phases', 'examples,coverage,fuzzing', '--max-examples', '3', '--generation-deterministic'],
  ...['--continue-on-failure', '--warnings', 'off', '--no-color'],
  // The routes of the default survey; under its name stand the same ones.
  ...['--include-path-regex', '^/api/v1/', '--checks', CHECKS.join(',')],
]

test('answers of the service are those that /openapi.json tells', async t => {
  const made = pythonEnvironment(`schemathesis-${VERSION}`, [`schemathesis==${VERSION}`])
  if (made.problem !== undefined) {
    assert.notEqual(process.env.CI, 'true', made.problem)
    return t.skip(made.problem)
  }
  const sky = await makeSky()
  try {
    const { url, program } = await serve(sky.settings.dataDir ?? '', {
      env: { ...sky.env, FINK_LOG_LEVEL: 'warn' },
    })
    const { code, out, err } = await withFolder(cwd => {
      const args = ['run', `${url}/openapi.json`, ...OPTIONS]
      return new RunningProgram(join(made.bin, 'schemathesis'), args, { cwd, timeLimitMs: 300_000 })
        .ended
    })
    const end = await program.end()
    t.diagnostic(/^.*generated.*$/m.exec(out)?.[0].trim() ?? 'no requests')
    const faults = end.out.match(/^.*"level":"(error|fatal)".*$/gm) ?? []
    assert.equal(code, 0, [out, err, ...faults].join('\n'))
    assert.deepEqual(faults, [])
    assert.equal(end.code, 0, end.err)
  } finally {
    await sky.close()
  }
})
