/**
 * `npm run fuzz -- [--seconds N] [--seed N] [name...]`: feeds every parser of bytes from outside
 * with broken inputs, each for a few seconds. A fault is printed with what repeats it; the exit
 * code is then 1.
 */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { type FuzzResult, fuzzTarget } from './fuzz.js'
import { makeInput } from './mutation.js'
import { findTarget, TARGET_NAMES } from './targets.js'

interface Options {
  readonly seconds: number
  readonly seed: number
  readonly from: number
  readonly count: number
  readonly list: boolean
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value < 2 ** 31) return value
  throw new InvalidArgumentError('Expected a whole number below 2^31')
}

const program = new Command('fuzz')
  .description('Feeds the parsers of bytes from outside with broken inputs.')
  .argument('[names...]', 'parsers; all when none is named')
  .option('--seconds <n>', 'time for each', wholeNumber, 5)
  .option('--seed <n>', 'what the inputs follow from; another one each time', wholeNumber)
  .option('--from <n>', 'number of the first input, to repeat one', wholeNumber, 0)
  .option('--count <n>', 'most inputs for each', wholeNumber, 2 ** 31 - 1)
  .option('--list', 'list the parsers', false)
  .showHelpAfterError('(see --help)')
  .parse()

const given = program.opts<Omit<Options, 'seed'> & { readonly seed?: number }>()
const options: Options = { ...given, seed: given.seed ?? Math.floor(Math.random() * 1e9) }
if (options.list) await listTargets()
else await runTargets(program.args.length > 0 ? program.args : TARGET_NAMES)

async function listTargets(): Promise<void> {
  for (const name of TARGET_NAMES) {
    const target = await (await findTarget(name))()
    const { about } = target
    await target.close?.()
    process.stdout.write(`${name.padEnd(20)} ${about}\n`)
  }
}

async function runTargets(names: readonly string[]): Promise<void> {
  const unknown = names.filter(name => !TARGET_NAMES.includes(name))
  if (unknown.length > 0) {
    program.error(`error: unknown ${unknown.join(', ')}; expected ${TARGET_NAMES.join(', ')}`)
  }
  const { seed, from, count, seconds } = options
  process.stdout.write(`seed ${seed}\n`)
  for (const name of names) {
    const startMs = performance.now()
    const result = await fuzzTarget(name, { seed, from, count, seconds })
    const time = ((performance.now() - startMs) / 1000).toFixed(1)
    process.stdout.write(
      `${name.padEnd(20)} ${time.padStart(6)} s  ${await toLine(name, result)}\n`,
    )
    if (result.kind === 'fault') process.exitCode = 1
  }
}

async function toLine(name: string, result: FuzzResult): Promise<string> {
  if (result.kind === 'clean') {
    const { count, accepted } = result
    const share = count === 0 ? 0 : Math.round((accepted / count) * 100)
    return `${count} inputs, ${share} % accepted`
  }
  const { what, index, detail } = result
  const target = await (await findTarget(name))()
  const path = join(tmpdir(), `fuzz-${name}-${options.seed}-${index}`)
  writeFileSync(path, makeInput(target, options.seed, index))
  await target.close?.()
  const again = `npm run fuzz -- --seed ${options.seed} --from ${index} --count 1 ${name}`
  return `FAULT: ${what} of input ${index}, which is in ${path}\n  ${again}\n${detail}`
}
