import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { ConfigError, describeConfig, readConfig, SETTINGS } from './config.js'

function withFile<T>(content: string, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'fink-config-'))
  try {
    const path = join(folder, 'config.yml')
    writeFileSync(path, content)
    return use(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read()
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return assert.fail('nothing was wrong')
}

test('readConfig() gives defaults, frozen', () => {
  const config = readConfig()
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 24000)
  assert.equal(config.defaultSurvey, 'ztf')
  assert.equal(config.strictParameters, false)
  assert.ok(Object.isFrozen(config))
})

test('readConfig() lets the environment win over the file and options over both', () => {
  const config = withFile('port: 1\nhost: 0.0.0.0\nlogLevel: debug\n', path =>
    readConfig({
      path,
      env: { FINK_PORT: '2', FINK_LOG_LEVEL: 'warn' },
      overrides: { logLevel: 'error', host: undefined },
    }),
  )
  assert.deepEqual([config.host, config.port, config.logLevel], ['0.0.0.0', 2, 'error'])
})

test('readConfig() finds the file through FINK_CONFIG and takes an empty one', () => {
  withFile('strictParameters: yes', path => {
    assert.equal(readConfig({ env: { FINK_CONFIG: path } }).strictParameters, true)
  })
  withFile('', path => assert.equal(readConfig({ path }).port, 24000))
})

test('readConfig() reports all problems at once, naming their origin', () => {
  const problems = withFile('port: 99999\nlogLevel: loud\nprot: 1\n', path =>
    problemsOf(() =>
      readConfig({
        path,
        env: { FINK_REQUEST_TIMEOUT_MS: 'soon', FINK_HOTS: 'x', FINK_OTHER: '' },
      }),
    ),
  )
  assert.equal(problems.length, 5)
  assert.match(problems.join('\n'), /unknown setting "prot"; did you mean "port"/)
  assert.match(problems.join('\n'), /unknown variable "FINK_HOTS"; did you mean "FINK_HOST"/)
  assert.match(
    problems.join('\n'),
    /setting "port": expected a whole number from 0 to 65535, got 99999/,
  )
  assert.match(problems.join('\n'), /variable FINK_REQUEST_TIMEOUT_MS: expected .* ms, got "soon"/)
  assert.match(problems.join('\n'), /setting "logLevel": expected one of trace, debug/)
})

test('readConfig() reports files that are missing, broken or no list of settings', () => {
  assert.match(problemsOf(() => readConfig({ path: '/nowhere/x.yml' }))[0]!, /ENOENT/)
  withFile('a: [1', path => assert.equal(problemsOf(() => readConfig({ path })).length, 1))
  withFile('- 1', path => assert.match(problemsOf(() => readConfig({ path }))[0]!, /port: 24000/))
})

test('readConfig() reports unknown options', () => {
  assert.deepEqual(
    problemsOf(() => readConfig({ overrides: { ports: 1 } })),
    ['unknown setting "ports"; did you mean "port"'],
  )
})

test('describeConfig() prints a file that gives the same configuration', () => {
  const config = readConfig({ overrides: { port: 0, host: 'http://user:secret@x' } })
  const text = describeConfig(config)
  assert.doesNotMatch(text, /secret/)
  // Settings without a value stand in the file as comments.
  const given = Object.entries(config).filter(([, value]) => value !== undefined)
  assert.deepEqual(parse(text), { ...Object.fromEntries(given), host: 'http://***@x' })
  for (const [name, { variable, value }] of Object.entries(SETTINGS)) {
    assert.ok(text.includes(variable), name)
    assert.ok(text.includes(value.description), name)
  }
})

test('readConfig() reads a variable of other programs when its own is absent', () => {
  const common = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }
  assert.equal(readConfig().otelEndpoint, '')
  assert.equal(readConfig({ env: common }).otelEndpoint, 'http://127.0.0.1:4318')
  const own = { ...common, FINK_OTEL_ENDPOINT: 'https://collector.example.org' }
  assert.equal(readConfig({ env: own }).otelEndpoint, 'https://collector.example.org')
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }
  const [problem] = problemsOf(() => readConfig({ env }))
  assert.match(problem ?? '', /^variable OTEL_EXPORTER_OTLP_ENDPOINT: expected an address/)
})
