/** The Python of docs/how-to/use-from-python.md, run from top to bottom on the demo sky. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { RunningProgram, startNewcomer, withFolder } from '../cli/program.js'
import { hasPythonModules, pythonEnvironment } from '../services/python-environment.js'

const MODULES = ['astropy', 'pandas', 'pyarrow', 'requests']

/** The Python of the machine when it has what the page needs, else one of our own. */
function findPython(): { readonly program: string } | { readonly problem: string } {
  if (hasPythonModules(MODULES)) return { program: 'python3' }
  const made = pythonEnvironment('python-docs', MODULES)
  if (made.problem !== undefined) return { problem: made.problem }
  return { program: join(made.bin, 'python') }
}

test('the Python examples of the guide run', async t => {
  const python = findPython()
  if ('problem' in python) {
    assert.notEqual(process.env.CI, 'true', python.problem)
    return t.skip(python.problem)
  }
  await withFolder(async folder => {
    const service = startNewcomer(['--port', '0', '--data', folder])
    const [, url = ''] = await service.until(/^Serving on +(\S+)$/m)
    const page = readFileSync('docs/how-to/use-from-python.md', 'utf8')
    const blocks = [...page.matchAll(/^```python\n(.*?)^```/gms)].map(([, code = '']) => code)
    assert.ok(blocks.length >= 5)
    const script = join(folder, 'examples.py')
    writeFileSync(script, blocks.join('\n').replaceAll('http://127.0.0.1:24000', url))
    const { code, err } = await new RunningProgram(python.program, [script]).ended
    assert.equal(code, 0, err)
    assert.equal((await service.end()).code, 0)
  })
})
