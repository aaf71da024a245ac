/** The requests of the README and the guides answer when they are run word for word. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCurl, testWithCurl } from '../cli/curl.js'
import { startNewcomer, withFolder } from '../cli/program.js'

const ADDRESS = 'http://127.0.0.1:24000'

const PAGES = [
  'README.md',
  'docs/start.md',
  ...readdirSync('docs/how-to').map(name => `docs/how-to/${name}`),
]

/** Blocks of requests to the demo service. */
function requestsOf(page: string): string[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)]
  return blocks
    .map(([, code = '']) => code)
    .filter(code => /^(curl|printf) /.test(code) && code.includes(ADDRESS))
}

testWithCurl('every request of the README and the guides answers on the demo sky', () =>
  withFolder(async folder => {
    assert.ok(requestsOf('README.md').length >= 3)
    const program = startNewcomer(['--port', '0', '--data', folder])
    const [, url = ''] = await program.until(/^Serving on +(\S+)$/m)
    for (const page of PAGES) {
      for (const [i, request] of requestsOf(page).entries()) {
        const work = join(folder, `work-${page.replaceAll('/', '-')}-${i}`)
        mkdirSync(work)
        const text = await runCurl(request.replaceAll(ADDRESS, url), work)
        const isSaved = readdirSync(work).length > 0
        assert.ok(isSaved || text.length > 100, `${page}: ${request}\n${text}`)
      }
    }
    assert.equal((await program.end()).code, 0)
  }),
)
