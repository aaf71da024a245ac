/** `bin/start`, a newcomer's first command, and the requests it proposes. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCurl, testWithCurl } from './curl.js'
import { makeNights } from './made-up-nights.js'
import { startNewcomer, withFolder } from './program.js'

testWithCurl('bin/start serves a demo sky, and the lines it proposes answer', () =>
  withFolder(async folder => {
    const args = ['--port', '0', '--data', folder]
    const program = startNewcomer(args)
    const [, url = ''] = await program.until(/^Serving on +(http:\/\/127\.0\.0\.1:\d+)$/m)
    await program.until(/^Stop with Ctrl-C\.$/m)
    const manual = program.text.match(/^Documentation at +(\S+)$/m)?.[1]
    assert.match(await runCurl(`curl "${manual}"`, folder), /<html/)
    const lines = program.text.match(/^ +curl .*$/gm) ?? []
    assert.ok(lines.length >= 3)
    for (const line of lines) assert.ok(line.includes(url), line)
    const work = join(folder, 'work')
    mkdirSync(work)
    for (const line of lines) checkAnswer(line, await runCurl(line, work))
    for (const file of readdirSync(work)) assert.ok(statSync(join(work, file)).size > 100, file)
    assert.equal((await program.end('SIGINT')).code, 0)

    const again = startNewcomer(args)
    await again.until(/^Serving on /m)
    assert.doesNotMatch(again.text, /Making a demo sky/)
    assert.equal((await again.end('SIGTERM')).code, 0)
  }),
)

/** What a proposed request must bring; those with `-o` print nothing. */
function checkAnswer(line: string, text: string): void {
  if (line.includes('output-format=csv')) assert.ok(text.split('\n').length > 2, line)
  else if (line.includes('/objects?')) assert.ok((JSON.parse(text) as unknown[]).length > 1, line)
  else if (line.includes(' -o ')) assert.equal(text, '')
  else assert.ok(text.length > 100, line)
}

test('bin/start FILE... serves the given alerts', () =>
  withFolder(async folder => {
    const nights = makeNights(folder, { objects: 10, nights: 2 })
    const data = join(folder, 'data')
    const program = startNewcomer(['--port', '0', '--data', data, nights])
    const [, url = ''] = await program.until(/^ +curl "(\S+?&columns\S*)"$/m)
    const rows = (await (await fetch(url)).json()) as unknown[]
    assert.ok(rows.length > 0)
    assert.equal((await program.end()).code, 0)
  }))
