/** The page about adding a route, followed word for word in a copy of the sources. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { RunningProgram, withFolder } from '../cli/program.js'

const PAGE = readFileSync('docs/how-to/add-a-route.md', 'utf8')
const TIMEOUT_MS = 300_000

/** Code blocks in a language, with the file that the last words in front of each name. */
function blocks(language: string): { file: string; code: string }[] {
  const pattern = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs')
  return [...PAGE.matchAll(pattern)].map(({ index, 1: code = '' }) => {
    const [file = ''] =
      PAGE.slice(0, index)
        .match(/src\/routes\/[\w./-]+\.ts/g)
        ?.slice(-1) ?? []
    return { file, code }
  })
}

/** Puts the lines with `+` where the lines with a blank are. */
function applyDiff(file: string, diff: string): void {
  const lines = diff.trimEnd().split('\n')
  const before = lines.filter(line => line.startsWith(' ')).map(line => line.slice(1))
  const after = lines.map(line => line.slice(1))
  const text = readFileSync(file, 'utf8')
  const parts = text.split(`${before.join('\n')}\n`)
  assert.equal(parts.length, 2, `${before.join()} stands once in ${file}`)
  writeFileSync(file, parts.join(`${after.join('\n')}\n`))
}

async function run(cwd: string, program: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(program, args, { cwd, timeout: TIMEOUT_MS }).catch(error => {
    throw new Error(`${program} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`)
  })
}

test('a route added as docs/how-to/add-a-route.md says answers, and is documented', () =>
  withFolder(async folder => {
    for (const name of ['src', 'test', 'bench', 'package.json', 'tsconfig.json', 'biome.json']) {
      cpSync(name, join(folder, name), { recursive: true })
    }
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    const written = blocks('ts').map(({ file, code }) => {
      const path = join(folder, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, code)
      return file
    })
    assert.deepEqual(written, [
      'src/routes/last-alert/route.ts',
      'src/routes/last-alert/route.test.ts',
    ])
    for (const { file, code } of blocks('diff')) applyDiff(join(folder, file), code)

    const bin = (name: string) => resolve('node_modules', '.bin', name)
    await run(folder, bin('biome'), 'check', ...written, 'src/routes/routes.ts')
    await run(folder, bin('tsc'), '-p', 'tsconfig.json')
    await run(folder, process.execPath, '--test', 'dist/src/routes/last-alert/route.test.js')

    const data = mkdtempSync(join(folder, 'data-'))
    const entry = join(folder, 'dist/src/cli/main.js')
    const args = [entry, 'serve', '--data', data, '--port', '0']
    const program = new RunningProgram(process.execPath, args)
    const [, url = ''] = await program.until(/^listening on (\S+)$/m)
    const answer = await fetch(`${url}/api/v1/last-alert?objectId=ZTF21abfmbix`)
    assert.deepEqual([answer.status, await answer.json()], [200, []])
    for (const page of ['/openapi.json', '/']) {
      assert.match(await (await fetch(url + page)).text(), /\/api\/v1\/last-alert/)
    }
    assert.equal((await program.end()).code, 0)
  }))
