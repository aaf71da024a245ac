/** `fink check`: is everything as it must be? Says all that is wrong at once. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type Config, ConfigError, describeConfig, readConfig } from '../config.js'
import type { Store } from '../store/store.js'
import { SURVEYS } from '../surveys/surveys.js'
import { storeFolder, withStore } from './data-folder.js'

interface CheckOptions {
  readonly data?: string
  readonly config?: string | true
}

/** Adds the command to the program. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description('Check configuration, store and columns; with --config alone, print the settings')
    .option('--data <folder>', 'data folder')
    .option('--config [file]', 'configuration file; prints the values in force')
    .addHelpText(
      'after',
      '\nExamples:\n  bin/fink check --data data\n  bin/fink check --config fink.yml',
    )
    .action(check)
}

async function check(options: CheckOptions): Promise<void> {
  const path = typeof options.config === 'string' ? options.config : undefined
  const problems: string[] = []
  let config: Config | undefined
  try {
    config = readConfig({ path, env: process.env, overrides: { dataDir: options.data } })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems)
  }
  if (config !== undefined) {
    if (options.config !== undefined) process.stdout.write(describeConfig(config))
    if (options.config === undefined || options.data !== undefined) {
      problems.push(...(await checkData(config.dataDir)))
    }
  }
  for (const problem of problems) process.stdout.write(`problem: ${problem}\n`)
  if (problems.length > 0) throw new Error(`${problems.length} problem(s) found`)
  process.stdout.write('all is well\n')
}

async function checkData(folder: string): Promise<string[]> {
  if (!existsSync(storeFolder(folder))) return [`data folder "${folder}": there is no store in it`]
  return withStore(folder, checkTables)
}

/** What is wrong with the tables of a store: none of a survey, or columns of another type. */
export async function checkTables(store: Store): Promise<string[]> {
  const problems: string[] = []
  const present = new Set(await store.tables())
  for (const survey of SURVEYS) {
    if (!present.has(survey.lightCurve.table)) {
      problems.push(`survey "${survey.name}": table "${survey.lightCurve.table}" is missing`)
      continue
    }
    for (const spec of survey.tables) {
      const schema = await store.schema(spec.name)
      const stored = new Map(schema?.columns.map(({ name, type }) => [name, type]))
      for (const { name, type } of spec.columns) {
        const found = stored.get(name)
        if (found === undefined || found === type) continue
        problems.push(`table "${spec.name}": column "${name}" is ${found}, expected ${type}`)
      }
    }
  }
  return problems
}
