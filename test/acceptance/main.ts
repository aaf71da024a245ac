/**
 * `bin/test --url`: acceptance of a service at an address. Exit codes: 0 everything that could be
 * told is right, 1 something is wrong, 2 no such service or wrong usage.
 */
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Endpoint } from '../../src/api/declarations/route.js'
import { buildApp } from '../../src/app.js'
import { openMemoryStore } from '../../src/store/memory.js'
import { SURVEYS } from '../../src/surveys/surveys.js'
import { Unreachable } from './outcome.js'
import { exitCodeOf, runAcceptance } from './run.js'

interface Options {
  readonly url?: string
  readonly survey: string
  readonly timeout: number
  readonly strict: boolean
}

function buildProgram(): Command {
  return new Command('bin/test')
    .description(
      'Without options: install, build, check format, lint and packages, run every test.\n' +
        'With --url: run the examples and acceptance criteria of every route against a service.',
    )
    .option('--url <address>', 'service to accept, such as http://127.0.0.1:24000', parseUrl)
    .option('--survey <name>', 'survey whose routes are meant', parseSurvey, SURVEYS[0]?.name)
    .option('--timeout <seconds>', 'longest time of one request', parseSeconds, 180)
    .option('--strict', 'what cannot be told for want of data fails too', false)
    .addHelpText(
      'after',
      '\nExit codes: 0 all is well, 1 something failed, 2 no service, wrong usage',
    )
    .showHelpAfterError('(see --help)')
    .exitOverride()
}

function parseUrl(text: string): string {
  if (!/^https?:\/\/[^\s?#]+$/.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('Expected an address like http://127.0.0.1:24000')
  }
  return text
}

function parseSurvey(text: string): string {
  const names = SURVEYS.map(({ name }) => name)
  if (names.includes(text)) return text
  throw new InvalidArgumentError(`Expected one of ${names.join(', ')}`)
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (seconds >= 1 && seconds <= 3600) return seconds
  throw new InvalidArgumentError('Expected 1 to 3600')
}

/** The routes of a survey as this version of the program declares them. */
async function declaredRoutes(survey: string): Promise<readonly Endpoint[]> {
  const { app, endpoints } = buildApp({
    store: openMemoryStore(),
    defaultSurvey: survey,
    rowLimit: 10_000,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 2 ** 20,
    logLevel: 'silent',
    version: 'acceptance',
  })
  await app.close()
  return endpoints.filter(endpoint => endpoint.survey === survey)
}

async function main(args: readonly string[]): Promise<number> {
  const program = buildProgram()
  try {
    program.parse(args, { from: 'user' })
    const { url, survey, timeout, strict } = program.opts<Options>()
    if (url === undefined) return program.error('error: --url is missing')
    const tally = await runAcceptance({
      url,
      survey,
      endpoints: await declaredRoutes(survey),
      timeoutMs: timeout * 1000,
      print: line => process.stdout.write(`${line}\n`),
    })
    return exitCodeOf(tally, { isStrict: strict })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof Unreachable)) throw error
    process.stderr.write(`bin/test: ${error.message}\n`)
    return 2
  }
}

process.exitCode = await main(process.argv.slice(2))
