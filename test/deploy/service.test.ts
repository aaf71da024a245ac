/**
 * The operator's script under systemd, as far as it can be tried without: what it would do, whether
 * systemd understands the units, and the reload with a `systemctl` that only takes notes.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readConfig, SETTINGS } from '../../src/config.js'
import { withFolder } from '../cli/program.js'
import { freePort } from '../services/free-port.js'

const SCRIPT = 'bin/service'
/** The script asks the program in `dist`, which is the tested one only when the tests are there. */
const IS_DIST = import.meta.url.includes('/dist/test/')

function dryRun(...args: string[]): string {
  const result = spawnSync(SCRIPT, [...args, '--dry-run'], { encoding: 'utf8' })
  assert.equal(result.status, 0, result.stderr)
  return result.stdout
}

/** Files that a dry run says it would write, by path. */
function filesOf(output: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const [, path = '', text = ''] of output.matchAll(/^\+ write (\S+) .*\n((?: {4}.*\n)*)/gm)) {
    files.set(path, text.replaceAll(/^ {4}/gm, ''))
  }
  return files
}

const CONFIG = '/etc/fink-of-tests/fink.yml'
const INSTALL = [
  'install',
  '--data',
  '/srv/fink',
  '--config',
  CONFIG,
  '--port',
  '8001',
  '--port',
  '8002',
]

test('bin/service install makes user, folder, configuration and units, and enables them', () => {
  const output = dryRun(...INSTALL)
  const steps = output.split('\n').filter(line => line.startsWith('+ '))
  const words = steps.map(line => line.split(' ')[1])
  const usual = ['useradd', 'install', 'write', 'write', 'write', 'systemctl', 'systemctl']
  assert.deepEqual(words.slice(-usual.length + 1), usual.slice(1))
  assert.deepEqual(steps.at(-1), '+ systemctl enable fink.target')
  const files = filesOf(output)
  assert.deepEqual(
    [...files.keys()],
    [CONFIG, '/etc/systemd/system/fink@.service', '/etc/systemd/system/fink.target'],
  )
  for (const [path, text] of files) assert.doesNotMatch(text, /@[A-Z_]+@/, path)
  const target = files.get('/etc/systemd/system/fink.target') ?? ''
  assert.match(target, /^Wants=fink@8001\.service\nWants=fink@8002\.service$/m)
})

test('bin/service install gives the unit the environment of bin/fink and one writable folder', () => {
  const unit = filesOf(dryRun(...INSTALL)).get('/etc/systemd/system/fink@.service') ?? ''
  const program = readFileSync('bin/fink', 'utf8')
  const variables = [...program.matchAll(/^export (\w+)="\$\{\w+:-(\d+)\}"/gm)]
  assert.ok(variables.length >= 2)
  for (const [, name, value] of variables) {
    assert.ok(unit.includes(`\nEnvironment=${name}=${value}\n`), name)
  }
  assert.deepEqual(unit.match(/^ReadWritePaths=.*$/gm), ['ReadWritePaths=/srv/fink'])
  for (const line of ['User=fink', 'NoNewPrivileges=yes', 'ProtectSystem=strict']) {
    assert.ok(unit.includes(`\n${line}\n`), line)
  }
})

test('bin/service install writes a configuration file of defaults with every setting', () =>
  withFolder(async folder => {
    const path = join(folder, 'fink.yml')
    const text = filesOf(dryRun(...INSTALL)).get(CONFIG) ?? ''
    writeFileSync(path, text)
    const expected = readConfig({ overrides: { dataDir: '/srv/fink', workers: 'auto' } })
    assert.deepEqual(readConfig({ path }), expected)
    const free = text.replaceAll(/^#(?=[a-zA-Z]+:)/gm, '')
    writeFileSync(path, free)
    assert.deepEqual(readConfig({ path }), expected)
    const names = [...free.matchAll(/^([a-zA-Z]+):/gm)].map(([, name]) => name)
    if (IS_DIST) assert.deepEqual(names, Object.keys(SETTINGS))
    else assert.ok(names.length > 10)
  }))

function hasSystemdAnalyze(t: TestContext): boolean {
  const isMissing = spawnSync('systemd-analyze', ['--version']).error !== undefined
  if (isMissing && process.env.CI !== 'true') t.skip('needs systemd-analyze')
  else assert.ok(!isMissing, 'Missing program: systemd-analyze')
  return !isMissing
}

test('systemd understands the units and finds little exposed', t =>
  withFolder(async folder => {
    if (!hasSystemdAnalyze(t)) return
    const paths: string[] = []
    for (const [path, text] of filesOf(dryRun(...INSTALL))) {
      if (path.endsWith('.yml')) continue
      const name = basename(path).replace('@.', '@8001.')
      paths.push(join(folder, name))
      writeFileSync(join(folder, name), text)
    }
    const env = { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:/usr/lib/systemd/system` }
    const run = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8', env })
    const verified = run('verify', '--man=no', ...paths)
    const ours = verified.stderr.split('\n').filter(line => /fink/.test(line))
    assert.deepEqual(ours, [])
    const security = run('security', '--offline=true', '--threshold=20', '--no-pager', paths[0]!)
    t.diagnostic(security.stdout.trim().split('\n').at(-1) ?? '')
    assert.equal(security.status, 0, security.stdout + security.stderr)
  }))

test('bin/service start, stop, restart, status and logs name the units', () => {
  for (const command of ['start', 'stop', 'restart']) {
    assert.equal(dryRun(command), `+ systemctl ${command} fink.target\n`)
  }
  assert.match(
    dryRun('status', '--port', '8001'),
    /fink@\*\.service\n\+ ask http:\S+:8001\/ready\n$/,
  )
  const logs = spawnSync(SCRIPT, ['logs', '--dry-run', '-n', '5'], { encoding: 'utf8' }).stdout
  assert.equal(logs, '+ journalctl --output cat --unit fink@*.service -n 5\n')
})

test('bin/service refuses what it does not know, with exit code 2', () => {
  const wrong = [
    ['fly'],
    ['start', '--prot', '1'],
    ['start', '--port'],
    ['install', '--port', '0'],
    ['install', '--data', 'relative'],
    ['install', '--user', 'a b'],
    ['nginx', '--host', 'a'],
    ['nginx', '--backend', '127.0.0.1:1'],
    ['nginx', '--host', 'a; include /etc/passwd', '--backend', '127.0.0.1:1'],
    ['nginx', '--host', 'a', '--backend', '127.0.0.1'],
    ['nginx', '--host', 'a', '--backend', '127.0.0.1:1', '--rate', '0'],
  ]
  for (const args of wrong) {
    const { status, stderr, stdout } = spawnSync(SCRIPT, args, { encoding: 'utf8' })
    assert.equal(status, 2, args.join(' '))
    assert.match(stderr, /^bin\/service: /)
    assert.equal(stdout, '')
  }
})

test('bin/service --help names every command and option', () => {
  const help = spawnSync(SCRIPT, ['--help'], { encoding: 'utf8' }).stdout
  const script = readFileSync(SCRIPT, 'utf8')
  const options = [...script.matchAll(/^ +(--[a-z-]+)\) check/gm)].map(([, name]) => name ?? '')
  assert.ok(options.length > 15)
  for (const option of options) assert.ok(help.includes(`  ${option}`), option)
})

/** Runs the reload with a `systemctl` that notes its arguments and knows one process. */
async function reload(folder: string, ports: readonly number[], main = 0) {
  const notes = join(folder, 'notes')
  writeFileSync(notes, '')
  const script = `#!/bin/sh\nif [ $1 = show ]; then echo ${main}; else echo "$*" >>${notes}; fi\n`
  writeFileSync(join(folder, 'systemctl'), script)
  chmodSync(join(folder, 'systemctl'), 0o755)
  const config = join(folder, 'fink.yml')
  const options = ['--wait', '0', '--config', config]
  const args = ['reload', ...options, ...ports.flatMap(port => ['--port', String(port)])]
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
  const child = spawn(SCRIPT, args, { env, stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  const steps = readFileSync(notes, 'utf8')
    .split('\n')
    .filter(line => line !== '')
  return { code, steps }
}

async function listenReady(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/ready' ? 200 : 404).end()
  }).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test('bin/service reload without workers restarts a port only when the one before is ready', t =>
  withFolder(async folder => {
    const [ready, dead] = [await listenReady(t), await freePort()]
    const both = await reload(folder, [ready, ready])
    const step = (port: number) => `restart fink@${port}.service`
    assert.deepEqual(both, { code: 0, steps: [step(ready), step(ready)] })
    const stuck = await reload(folder, [ready, dead, ready])
    assert.deepEqual(stuck, { code: 1, steps: [step(ready), step(dead)] })
  }))

test('bin/service reload has workers replaced, unless the configuration cannot be used', t =>
  withFolder(async folder => {
    const ready = await listenReady(t)
    const main = spawn('sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: 'ignore' })
    t.after(() => process.kill(-main.pid!))
    await once(main, 'spawn')
    while (spawnSync('pgrep', ['-P', String(main.pid)]).status !== 0)
      assert.equal(main.exitCode, null)
    const done = await reload(folder, [ready], main.pid)
    assert.deepEqual(done, { code: 0, steps: [`reload fink@${ready}.service`] })
    writeFileSync(join(folder, 'fink.yml'), 'prot: 1\n')
    assert.deepEqual(await reload(folder, [ready], main.pid), { code: 1, steps: [] })
  }))

test('the reload of the unit replaces workers, and leaves a service without workers alone', () =>
  withFolder(async folder => {
    const unit = filesOf(dryRun(...INSTALL)).get('/etc/systemd/system/fink@.service') ?? ''
    const [, command = ''] = unit.match(/^ExecReload=\/bin\/sh -c '(.*)'$/m) ?? []
    const kill = (pid: string) =>
      spawnSync('/bin/sh', ['-c', command.replaceAll(/\$\{MAINPID\}/g, pid)]).status
    const program = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
    for (const workers of ['0', '1', '2']) {
      const args = ['serve', '--data', folder, '--port', '0', '--workers', workers]
      const child = spawn(process.execPath, [program, ...args], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const until = async (text: string) => {
        for (
          let line = await lines.next();
          !line.value?.includes(text);
          line = await lines.next()
        ) {
          assert.ok(line.done !== true, `the service ended without "${text}"`)
        }
      }
      await until('listening on')
      assert.equal(kill(String(child.pid)), workers === '0' ? 1 : 0)
      if (workers !== '0') await until('all workers were replaced')
      child.kill('SIGTERM')
      const [code] = await once(child, 'exit')
      assert.equal(code, 0)
    }
  }))
