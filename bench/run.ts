/**
 * Runs the benchmarks one after the other, or those named: `npm run bench -- light-curve ingest`.
 * Options go to each of them, such as `--alerts 1000000`.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ALL = [
  'light-curve',
  'scale',
  'store-scan',
  'ingest',
  'start-up',
  'memory',
  'positions',
  'classes',
  'sky-map',
]

const args = process.argv.slice(2)
const firstOption = args.findIndex(arg => arg.startsWith('--'))
const names = firstOption < 0 ? args : args.slice(0, firstOption)
const options = firstOption < 0 ? [] : args.slice(firstOption)
for (const name of names.length > 0 ? names : ALL) {
  const script = fileURLToPath(new URL(`${name}.js`, import.meta.url))
  const child = spawn(process.execPath, [script, ...options], { stdio: 'inherit' })
  const code = await new Promise(resolve => child.once('exit', resolve))
  if (code !== 0) process.exitCode = 1
}
