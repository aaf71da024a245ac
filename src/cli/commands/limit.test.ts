import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fink, runFink, serve, withFolder } from '../../../test/cli/program.js'

test('fink limit closes and lifts the limit of a client of a running service', () =>
  withFolder(async folder => {
    const { url, program } = await serve(folder, {
      env: { FINK_TRUST_PROXY: '1', FINK_ANONYMOUS_REQUESTS: '9', FINK_LOG_LEVEL: 'silent' },
    })
    const ask = () =>
      fetch(`${url}/api/v1/schema`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
    assert.equal((await ask()).headers.get('x-ratelimit-limit'), '9')
    const data = ['--data', folder]
    await fink('limit', 'set', ...data, '203.0.113.7', '--requests', '0')
    assert.match(await fink('limit', 'list', ...data), /^203\.0\.113\.7 {2}requests 0 {2}rows none/)
    await program.end()
    const again = await serve(folder, { env: { FINK_TRUST_PROXY: '1', FINK_LOG_LEVEL: 'silent' } })
    const refused = await fetch(`${again.url}/api/v1/schema`, {
      headers: { 'x-forwarded-for': '203.0.113.7' },
    })
    assert.equal(refused.status, 429)
    await again.program.end()
    await fink('limit', 'remove', ...data, '203.0.113.7')
    assert.equal(await fink('limit', 'list', ...data), '')
  }))

test('fink limit refuses what is no client and nothing to set', () =>
  withFolder(async folder => {
    await runFink(['check', '--data', folder])
    for (const args of [
      ['no such client', '--requests', '1'],
      ['203.0.113.7'],
      ['203.0.113.7', '--rows', '-1'],
    ]) {
      const { code } = await runFink(['limit', 'set', '--data', folder, ...args])
      assert.equal(code, 2, args.join(' '))
    }
  }))
