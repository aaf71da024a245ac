/** `fink check`: is everything as it must be? Says all that is wrong at once. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type Config, ConfigError, describeConfig, readConfig } from '../../config.js'
import { StoreError } from '../../errors.js'
import { isHBaseAddress } from '../../store/hbase/address.js'
import type { Store } from '../../store/store.js'
import { SURVEYS } from '../../surveys/surveys.js'
import { addStoreOptions, type StorePlace, storeAddress, withStore } from '../data-folder.js'
import { findDifferences } from '../table-differences.js'

interface CheckOptions extends StorePlace {
  readonly config?: string | true
}

/** What a check found: problems make it fail, notes do not. */
export interface Findings {
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

/** Adds the command to the program. */
export function addCheck(program: Command): void {
  addStoreOptions(program.command('check'), 'data folder')
    .description('Check configuration, store and columns; with --config alone, print the settings')
    .option('--config [file]', 'configuration file; prints the values in force')
    .addHelpText(
      'after',
      '\nExamples:\n  bin/fink check --data data\n  bin/fink check --config fink.yml' +
        '\n  bin/fink check --store hbase://zk1,zk2:2181/hbase',
    )
    .action(check)
}

async function check(options: CheckOptions): Promise<void> {
  const path = typeof options.config === 'string' ? options.config : undefined
  const problems: string[] = []
  const notes: string[] = []
  let config: Config | undefined
  try {
    const overrides = { dataDir: options.data, store: options.store }
    config = readConfig({ path, env: process.env, overrides })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems)
  }
  if (config !== undefined && options.config !== undefined) {
    process.stdout.write(describeConfig(config))
  }
  const place = placeToCheck(options, config)
  if (place !== undefined) {
    const found = await checkPlace(place)
    problems.push(...found.problems)
    notes.push(...found.notes)
  }
  for (const note of notes) process.stdout.write(`note: ${note}\n`)
  for (const problem of problems) process.stdout.write(`problem: ${problem}\n`)
  if (problems.length > 0) throw new Error(`${problems.length} problem(s) found`)
  process.stdout.write('all is well\n')
}

/** A store named on the command line is looked at even when the settings cannot be used. */
function placeToCheck(options: CheckOptions, config: Config | undefined): StorePlace | undefined {
  const { data, store } = options
  if (data !== undefined || store !== undefined) return { data, store }
  if (options.config !== undefined || config === undefined) return undefined
  return { data: config.dataDir, store: config.store }
}

async function checkPlace(place: StorePlace): Promise<Findings> {
  const address = storeAddress(place)
  if (!isHBaseAddress(address) && !existsSync(address)) {
    const folder = place.store ?? place.data
    return { problems: [`data folder "${folder}": there is no store in it`], notes: [] }
  }
  try {
    return await withStore(place, checkTables)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return { problems: [error.message], notes: [] }
  }
}

/** What is wrong with the tables of a store: none of a survey, or columns of another type. */
export async function checkTables(store: Store): Promise<Findings> {
  const problems: string[] = []
  const notes: string[] = []
  const present = new Set(await store.tables())
  for (const survey of SURVEYS) {
    if (!present.has(survey.lightCurve.table)) {
      problems.push(`survey "${survey.name}": table "${survey.lightCurve.table}" is missing`)
      continue
    }
    for (const spec of survey.tables) {
      if (!present.has(spec.name)) notes.push(`table "${spec.name}" is missing`)
      else {
        const found = await findDifferences(store, spec)
        problems.push(...found.problems)
        notes.push(...found.notes)
      }
    }
  }
  return { problems, notes }
}
