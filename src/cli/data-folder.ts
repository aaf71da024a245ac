/**
 * Where the tables of a command are: a data folder, which holds the embedded store and the stamps
 * of a service, or another store by its address.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { SETTINGS } from '../config.js'
import { isHBaseAddress } from '../store/hbase/address.js'
import { openStore } from '../store/open.js'
import type { Store } from '../store/store.js'
import { derivationOf, SURVEYS } from '../surveys/surveys.js'
import { UsageError } from './usage-error.js'

/** Options that name a store; an address of HBase or, for either, a data folder. */
export interface StorePlace {
  readonly data?: string | undefined
  readonly store?: string | undefined
}

/** Adds the options that name a store to a command. */
export function addStoreOptions(command: Command, data = 'data folder of the store'): Command {
  return command
    .option('--data <folder>', data)
    .option(
      '--store <address>',
      'store in place of that of the data folder: hbase://host,host:port/...',
    )
}

/** Folder of the embedded store inside a data folder. */
export function storeFolder(dataFolder: string): string {
  return join(dataFolder, 'store')
}

/** Folder of the files with stamps inside a data folder. */
export function lakeFolder(dataFolder: string): string {
  return join(dataFolder, 'lake')
}

/**
 * Address of the store that the options name, the setting for stores when they name none.
 *
 * @throws UsageError when nothing names one
 */
export function storeAddress({ data, store }: StorePlace): string {
  const named = store ?? (data === undefined ? process.env[SETTINGS.store.variable] : undefined)
  if (named !== undefined) return isHBaseAddress(named) ? named : storeFolder(named)
  if (data !== undefined) return storeFolder(data)
  throw new UsageError('Name a store: expected --data <folder> or --store <address>')
}

/** Tells the columns of a table that stores may keep beside its rows. */
export function derivedTest(table: string): (column: string) => boolean {
  const derivation = derivationOf(table)
  const derived = [...(derivation?.columns ?? []), ...(derivation?.group?.columns ?? [])]
  const names = new Set(derived.map(({ name }) => name))
  return name => names.has(name)
}

function familiesOf(table: string): readonly string[] {
  const specs = SURVEYS.flatMap(survey => survey.tables)
  return specs.find(({ name }) => name === table)?.families ?? []
}

/**
 * Opens a store by its address.
 *
 * @throws UsageError when it is malformed
 */
export async function openStoreAt(address: string): Promise<Store> {
  try {
    return await openStore(address, { derivationOf, familiesOf })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(error.message)
  }
}

/** Runs with a store open, and closes it afterwards; a text names a data folder. */
export async function withStore<T>(
  place: string | StorePlace,
  run: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStoreAt(storeAddress(toPlace(place)))
  try {
    return await run(store)
  } finally {
    await store.close()
  }
}

/**
 * The same for commands that only look: a folder without a store is a mistake, not an empty store.
 *
 * @throws UsageError when there is no store in the folder
 */
export async function withPresentStore<T>(
  place: string | StorePlace,
  run: (store: Store) => Promise<T>,
): Promise<T> {
  const address = storeAddress(toPlace(place))
  if (!isHBaseAddress(address) && !existsSync(address)) {
    const { data, store } = toPlace(place)
    throw new UsageError(`No store in data folder "${store ?? data ?? address}"`)
  }
  return withStore(place, run)
}

function toPlace(place: string | StorePlace): StorePlace {
  return typeof place === 'string' ? { data: place } : place
}
