/** The command line as people meet it: help, exit codes, and all that is wrong at once. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildProgram } from '../../src/cli/fink.js'
import { fink, runFink, withFolder } from './program.js'

for (const name of buildProgram().commands.map(command => command.name())) {
  test(`fink ${name} --help shows examples`, async () => {
    const help = await fink(name, '--help')
    assert.match(help, new RegExp(`^Usage: fink ${name}`))
    assert.match(help, new RegExp(`^Examples:\n {2}bin/(fink ${name}|${name})`, 'm'))
  })
}

test('fink --help lists every command', async () => {
  const help = await fink('--help')
  for (const { name } of buildProgram().commands.map(command => ({ name: command.name() }))) {
    assert.match(help, new RegExp(`^ {2}${name} `, 'm'))
  }
})

const WRONG_USAGE: Readonly<Record<string, readonly string[]>> = {
  'no command': [],
  'an unknown command': ['serv'],
  'an unknown option': ['serve', '--prot', '1'],
  'a missing option': ['dump', 'ztf'],
  'a missing argument': ['ingest', '--data', '.'],
  'a number that is none': ['scan', '--data', '.', 'ztf', '--limit', 'many'],
  'a folder without a store': ['schema', '--data', '/nonexistent'],
  'an alert file that is not there': ['ingest', '--data', '/nonexistent', '/nonexistent.avro'],
  'a dump that is not there': ['load', '--data', '/nonexistent', '/nonexistent.ndjson'],
  'an unknown survey': ['simulate', '--out', '/nonexistent', '--survey', 'hubble'],
}

for (const [what, args] of Object.entries(WRONG_USAGE)) {
  test(`fink ends with 2 and says why: ${what}`, async () => {
    const { code, out, err } = await runFink(args)
    assert.equal(code, 2, err)
    assert.equal(out, '')
    assert.notEqual(err, '')
    assert.doesNotMatch(err, /^ {4}at /m, 'no stack trace')
  })
}

test('fink serve ends with 1 and says what is wrong with its settings', async () => {
  const { code, err } = await runFink(['serve', '--data', 'x', '--port', '70000'])
  assert.equal(code, 1)
  assert.match(err, /option "port": expected a whole number from 0 to 65535, got "70000"/)
})

test('fink check tells all problems of settings and data at once', () =>
  withFolder(async folder => {
    const config = join(folder, 'fink.yml')
    writeFileSync(config, 'port: 99999\nrowlimit: 5\nlogLevel: loud\n')
    const data = join(folder, 'none')
    const args = ['check', '--config', config, '--data', data]
    const { code, out, err } = await runFink(args, { env: { FINK_HOTS: 'x' } })
    assert.equal(code, 1)
    for (const problem of [
      'unknown setting "rowlimit"; did you mean "rowLimit"',
      'setting "port": expected a whole number from 0 to 65535, got 99999',
      'setting "logLevel": expected one of',
      'unknown variable "FINK_HOTS"; did you mean "FINK_HOST"',
      `data folder "${data}": there is no store in it`,
    ]) {
      assert.ok(out.includes(`problem: ${problem}`), `${problem}\n${out}`)
    }
    assert.match(err, /5 problem\(s\) found/)
  }))

test('fink check --config prints the values in force, by file, variable and option', () =>
  withFolder(async folder => {
    const config = join(folder, 'fink.yml')
    writeFileSync(config, 'port: 1234\nrowLimit: 77\nhost: 127.0.0.2\n')
    const { code, out } = await runFink(['check', '--config', config], {
      env: { FINK_ROW_LIMIT: '88' },
    })
    assert.equal(code, 0)
    assert.match(out, /^port: 1234$/m)
    assert.match(out, /^rowLimit: 88$/m)
    assert.match(out, /^host: 127\.0\.0\.2$/m)
    assert.match(out, /^all is well$/m)
  }))
