/**
 * The Containerfile as far as it can be tried without a container engine: what it copies exists and
 * is enough to run, its commands are those of the repository, and its health check tells the truth.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { buildProgram } from '../../src/cli/fink.js'
import { SETTINGS } from '../../src/config.js'
import { serve, withFolder } from '../cli/program.js'

const FILE = readFileSync('deploy/container/Containerfile', 'utf8').replaceAll('\\\n', ' ')
const LINES = FILE.split('\n').filter(line => line !== '' && !line.startsWith('#'))

/** Arguments of all lines with this instruction. */
function instructions(name: string): string[] {
  return LINES.filter(line => line.startsWith(`${name} `)).map(line => line.slice(name.length + 1))
}

const LAST_STAGE = LINES.slice(LINES.findLastIndex(line => line.startsWith('FROM ')))

test('the Containerfile copies what exists, and what it ignores it does not copy', () => {
  const ignored = readFileSync('deploy/container/Containerfile.dockerignore', 'utf8').split('\n')
  const sources = instructions('COPY').filter(args => !args.startsWith('--from='))
  const copied = sources.flatMap(args => args.split(/\s+/).slice(0, -1))
  assert.ok(copied.length >= 6)
  for (const path of copied) {
    assert.ok(existsSync(path), path)
    assert.ok(ignored.includes(`!${path}`), `${path} is not in Containerfile.dockerignore`)
  }
  for (const line of ignored.filter(one => one.startsWith('!'))) {
    assert.ok(copied.includes(line.slice(1)), `${line} is never copied`)
  }
  for (const args of instructions('COPY').filter(one => one.startsWith('--from='))) {
    assert.match(args, /^--from=build \/app\/(node_modules|dist) /)
  }
})

test('the Containerfile builds as bin/build does, for the same Node.js', () => {
  const build = readFileSync('bin/build', 'utf8')
  const [install = '', compile = ''] = instructions('RUN')
  assert.ok(build.includes(install.replace(/^(npm ci --no-audit --no-fund).*/, '$1')), install)
  assert.ok(build.includes(compile), compile)
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    engines: { node: string }
  }
  const least = Number(engines.node.replace('>=', ''))
  for (const image of instructions('FROM')) {
    assert.ok(Number(image.match(/node:(\d+)/)?.[1]) >= least, image)
  }
  // Sources import nothing from the folders that are not copied.
  assert.doesNotMatch(readFileSync('src/app.ts', 'utf8'), /from '\.\.\/(test|bench)\//)
})

test('the Containerfile ends as an unprivileged user who runs a documented command', () => {
  assert.match(instructions('USER').at(-1) ?? '', /^[1-9]\d+:[1-9]\d+$/)
  const user = LAST_STAGE.findIndex(line => line.startsWith('USER '))
  assert.ok(LAST_STAGE.slice(user).every(line => !/^(RUN|COPY|ADD) /.test(line)))
  assert.deepEqual(JSON.parse(instructions('ENTRYPOINT')[0] ?? ''), ['/app/bin/fink'])
  const [command] = JSON.parse(instructions('CMD')[0] ?? '') as string[]
  assert.ok(buildProgram().commands.some(one => one.name() === command))
  const variables: string[] = Object.values(SETTINGS).map(({ variable }) => variable)
  const given = instructions('ENV').flatMap(args => args.match(/FINK_\w+/g) ?? [])
  assert.equal(given.length, 3)
  for (const name of given) assert.ok(variables.includes(name), name)
})

test('the commands of docs/how-to/container.md are those of the Containerfile and of fink', () => {
  const page = readFileSync('docs/how-to/container.md', 'utf8')
  const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, code = '']) =>
    code.trim().split('\n'),
  )
  assert.ok(commands.length >= 4)
  const [build = ''] = commands
  assert.ok(readFileSync('deploy/container/Containerfile', 'utf8').includes(build))
  const names = buildProgram().commands.map(command => command.name())
  for (const command of commands.slice(2)) {
    const [, name = ''] = command.match(/^podman exec -i fink \/app\/bin\/fink (\w+) /) ?? []
    assert.ok(names.includes(name), command)
  }
})

test('the health check of the image succeeds for a ready service and fails for none', () =>
  withFolder(async folder => {
    const [line = ''] = instructions('HEALTHCHECK')
    const [program = '', ...args] = JSON.parse(line.slice(line.indexOf('['))) as string[]
    const { url, program: service } = await serve(folder)
    const check = async () => {
      const env = { ...process.env, FINK_PORT: new URL(url).port }
      const [code] = await once(spawn(program, args, { env, stdio: 'ignore' }), 'exit')
      return code
    }
    assert.equal(await check(), 0)
    await service.end()
    assert.equal(await check(), 1)
  }))
