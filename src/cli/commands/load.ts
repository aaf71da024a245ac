/** `fink load`: dumps back into a store. */
import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { Command } from 'commander'
import type { Store } from '../../store/store.js'
import { type LoadSummary, loadDump } from '../../transfer/load.js'
import { addStoreOptions, type StorePlace, withStore } from '../data-folder.js'
import { UsageError } from '../usage-error.js'

/** Adds the command to the program. */
export function addLoad(program: Command): void {
  addStoreOptions(program.command('load'), 'data folder of the store; made when missing')
    .description('Read dumps (NDJSON, gzip by file name) into the store')
    .argument('<files...>', 'dumps to read')
    .addHelpText('after', '\nExamples:\n  bin/fink load --data data backup/*.ndjson.gz')
    .action((files: string[], place: StorePlace) => load(files, place))
}

async function load(files: readonly string[], place: StorePlace): Promise<void> {
  const missing = files.find(file => !existsSync(file))
  if (missing !== undefined) throw new UsageError(`No such file: "${missing}"`)
  await withStore(place, async store => {
    for (const file of files) {
      const { table, rows } = await loadFile(store, file)
      process.stdout.write(`${table}: ${rows} rows from ${file}\n`)
    }
  })
}

async function loadFile(store: Store, file: string): Promise<LoadSummary> {
  try {
    return await loadDump(store, readLines(file))
  } catch (cause) {
    throw new Error(`Cannot load "${file}"`, { cause })
  }
}

async function* readLines(file: string): AsyncGenerator<string> {
  const source = createReadStream(file)
  const input = file.endsWith('.gz') ? source.pipe(createGunzip()) : source
  // An error of the file would otherwise be lost behind the decompressor.
  source.on('error', error => input.destroy(error))
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
}
