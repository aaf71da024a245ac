import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fink, runFink, withFolder } from '../../../test/cli/program.js'

test('fink profile tells the parts of an answer and writes a profile', () =>
  withFolder(async folder => {
    const nights = join(folder, 'nights')
    await fink('simulate', '--out', nights, '--objects', '20', '--nights', '3')
    await fink('ingest', '--data', folder, nights)
    const out = join(folder, 'objects.cpuprofile')
    const args = ['--data', folder, '--runs', '3', '--out', out]
    const text = await fink('profile', ...args, 'objects', 'objectId=ZTF', 'output-format=csv')
    assert.match(text, /^GET \/api\/v1\/objects\?objectId=ZTF&output-format=csv\n[1-9]\d* rows/)
    for (const part of ['parse', 'plan', 'store', 'derive', 'encode', 'write and the rest']) {
      assert.match(text, new RegExp(`^${part} +[\\d.]+ ms +[\\d.]+ %$`, 'm'))
    }
    const profile = JSON.parse(readFileSync(out, 'utf8'))
    assert.ok(profile.nodes.length > 0)
  }))

test('fink profile says what is wrong with the request', () =>
  withFolder(async folder => {
    await fink('simulate', '--out', join(folder, 'nights'), '--objects', '2', '--nights', '1')
    await fink('ingest', '--data', folder, join(folder, 'nights'))
    const ask = (...args: string[]) => runFink(['profile', '--data', folder, ...args])
    const unknown = await ask('objekts')
    assert.deepEqual([unknown.code, /did you mean "objects"/.test(unknown.err)], [2, true])
    const wrong = await ask('conesearch', 'ra=x', 'dec=0', 'radius=1')
    assert.deepEqual([wrong.code, /bad_parameter/.test(wrong.err)], [2, true])
    assert.equal((await ask('objects', 'nonsense')).code, 2)
  }))
