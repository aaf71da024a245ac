import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock, test } from 'node:test'
import { checkToken } from '../../queries/clients/tokens.js'
import { withStore } from '../data-folder.js'
import { runCommand } from '../fink.js'

/** Runs a command and gives its exit code and what it printed. */
async function run(...args: string[]): Promise<{ code: number; out: string }> {
  let out = ''
  const keep = (part: unknown): boolean => {
    out += String(part)
    return true
  }
  const stdout = mock.method(process.stdout, 'write', keep)
  const stderr = mock.method(process.stderr, 'write', () => true)
  try {
    return { code: await runCommand(args), out }
  } finally {
    stdout.mock.restore()
    stderr.mock.restore()
  }
}

test('fink token makes, lists and revokes tokens', async () => {
  const data = mkdtempSync(join(tmpdir(), 'fink-token-'))
  try {
    const created = await run('token', 'create', '--data', data, 'a portal')
    const token = created.out.trim()
    const entry = await withStore(data, store => checkToken(store, token))
    assert.equal(entry.name, 'a portal')
    const listed = await run('token', 'list', '--data', data)
    assert.match(listed.out, new RegExp(`^${entry.id}  \\d{4}-\\S+Z  a portal\\n$`))
    assert.equal((await run('token', 'revoke', '--data', data, entry.id)).code, 0)
    assert.equal((await run('token', 'revoke', '--data', data, entry.id)).code, 2)
    assert.equal((await run('token', 'list', '--data', data)).out, '')
    assert.equal((await run('token', 'create', '--data', data, ' ')).code, 2)
  } finally {
    rmSync(data, { recursive: true })
  }
})
