/** The requests of the README answer when they are run word for word, on the demo sky. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { runCurl, testWithCurl } from '../cli/curl.js'
import { startNewcomer, withFolder } from '../cli/program.js'

const ADDRESS = 'http://127.0.0.1:24000'

testWithCurl('every request of the README answers on the demo sky', () =>
  withFolder(async folder => {
    const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```sh\n(.*?)^```/gms)]
    const requests = blocks.map(([, code = '']) => code).filter(code => code.startsWith('curl'))
    assert.ok(requests.length >= 3)
    const program = startNewcomer(['--port', '0', '--data', folder])
    const [, url = ''] = await program.until(/^Serving on +(\S+)$/m)
    for (const request of requests) {
      assert.ok(request.includes(ADDRESS), request)
      const body = await runCurl(request.replaceAll(ADDRESS, url), folder)
      assert.ok(body.length > 100, `${request}\n${body}`)
    }
    assert.equal((await program.end()).code, 0)
  }),
)
