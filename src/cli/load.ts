/** `fink load`: dumps back into a store. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { Command } from 'commander'
import { loadDump } from '../transfer/load.js'
import { withStore } from './data-folder.js'

/** Adds the command to the program. */
export function addLoad(program: Command): void {
  program
    .command('load')
    .description('Read dumps (NDJSON, gzip by file name) into the store')
    .requiredOption('--data <folder>', 'data folder of the store; made when missing')
    .argument('<files...>', 'dumps to read')
    .addHelpText('after', '\nExamples:\n  bin/fink load --data data backup/*.ndjson.gz')
    .action((files: string[], options: { data: string }) =>
      withStore(options.data, async store => {
        for (const file of files) {
          const { table, rows } = await loadDump(store, readLines(file))
          process.stdout.write(`${table}: ${rows} rows from ${file}\n`)
        }
      }),
    )
}

async function* readLines(file: string): AsyncGenerator<string> {
  const source = createReadStream(file)
  const input = file.endsWith('.gz') ? source.pipe(createGunzip()) : source
  // An error of the file would otherwise be lost behind the decompressor.
  source.on('error', error => input.destroy(error))
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
}
