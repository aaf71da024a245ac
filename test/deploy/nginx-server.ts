/**
 * A real nginx for tests (Debian package `nginx`), with the configuration that `bin/service nginx`
 * prints, on free ports of the loopback interface and in a temporary folder.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { freePort } from '../services/free-port.js'
import { ServiceProcess } from '../services/service-process.js'

const START_TIMEOUT_MS = 20_000
const BROTLI_MODULES = [
  '/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so',
  '/usr/lib64/nginx/modules/ngx_http_brotli_filter_module.so',
]

/** Path of the module that compresses with brotli, if it is installed. */
export const brotliModule = BROTLI_MODULES.find(path => existsSync(path))

/** What stands in front of what. */
export interface NginxOptions {
  /** Ports of the loopback interface. */
  readonly backends: readonly number[]
  /** Further options of `bin/service nginx`. */
  readonly args?: readonly string[]
  /** PEM files; plain HTTP when absent. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

/** A running nginx. */
export interface Nginx {
  readonly port: number
  /** Address without a slash at the end. */
  readonly url: string
  /** Port of the plain server beside the one with TLS; 0 without. */
  readonly plainPort: number
  /** Lines of the access log so far. */
  readLog(): readonly Readonly<Record<string, unknown>>[]
  close(): Promise<void>
}

/** Declares a test that needs nginx: skipped by name without it, a failure under CI=true. */
export function testWithNginx(name: string, run: (t: TestContext) => Promise<void>): void {
  test(name, async t => {
    const isMissing = spawnSync('nginx', ['-v']).error !== undefined
    if (isMissing && process.env.CI !== 'true') return t.skip('needs nginx')
    assert.ok(!isMissing, 'Missing program: nginx')
    await run(t)
  })
}

/** The configuration that the operator's script prints. */
export function printConfiguration(args: readonly string[]): string {
  const result = spawnSync('bin/service', ['nginx', ...args], { encoding: 'utf8' })
  assert.equal(result.status, 0, result.stderr)
  return result.stdout
}

/** Starts nginx and waits until it listens; it ends with the test. */
export async function startNginx(t: TestContext, options: NginxOptions): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
  const [port, plainPort] = [await freePort(), options.tls === undefined ? 0 : await freePort()]
  writeFileSync(join(folder, 'fink.conf'), configuration(folder, { ...options, port, plainPort }))
  writeFileSync(join(folder, 'nginx.conf'), frame(folder))
  for (const name of ['temp', 'log']) mkdirSync(join(folder, name))
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'log/start.log')]
  const server = new ServiceProcess({ program: 'nginx', args })
  const close = async (): Promise<void> => {
    await server.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  t.after(close)
  await server.until(() => isListening(port), START_TIMEOUT_MS)
  const scheme = options.tls === undefined ? 'http' : 'https'
  const readLog = () => {
    const lines = readFileSync(join(folder, 'log/fink.access.log'), 'utf8').trim().split('\n')
    return lines.map(line => JSON.parse(line) as Readonly<Record<string, unknown>>)
  }
  return { port, plainPort, url: `${scheme}://127.0.0.1:${port}`, readLog, close }
}

function configuration(
  folder: string,
  {
    backends,
    args = [],
    tls,
    port,
    plainPort,
  }: NginxOptions & { readonly port: number; readonly plainPort: number },
): string {
  const secure = tls === undefined ? ['--no-tls'] : ['--cert', tls.cert, '--key', tls.key]
  const text = printConfiguration([
    ...['--host', 'api.example.org', '--host', '127.0.0.1', '--listen', `127.0.0.1:${port}`],
    ...backends.flatMap(backend => ['--backend', `127.0.0.1:${backend}`]),
    ...['--cache', join(folder, 'cache'), '--log', join(folder, 'log')],
    ...['--rate', '100000', '--connections', '1000'],
    ...['--brotli', brotliModule === undefined ? 'off' : 'on'],
    ...secure,
    ...args,
  ])
  // The server that leads to TLS listens on port 80 of all addresses, which is not for tests.
  return text
    .replace(/^ *listen \[::\]:80;\n/m, '')
    .replace(/listen 80;/, `listen 127.0.0.1:${plainPort};`)
}

function frame(folder: string): string {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `${brotliModule === undefined ? '' : `load_module ${brotliModule};`}
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 512; }
http {
  ${temp.map(name => `${name}_temp_path ${folder}/temp/${name};`).join(' ')}
  include ${folder}/fink.conf;
}
`
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
