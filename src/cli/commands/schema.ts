/** `fink schema`: tables and columns of a store. */
import type { Command } from 'commander'
import { addStoreOptions, type StorePlace, withPresentStore } from '../data-folder.js'
import { UsageError } from '../usage-error.js'

/** Adds the command to the program. */
export function addSchema(program: Command): void {
  addStoreOptions(program.command('schema'))
    .description('List the tables of the store, or the columns of the given ones')
    .argument('[tables...]', 'tables whose columns to list')
    .addHelpText(
      'after',
      '\nExamples:\n  bin/fink schema --data data\n  bin/fink schema --data data ztf.class',
    )
    .action((tables: string[], place: StorePlace) => printSchema(place, tables))
}

async function printSchema(place: StorePlace, tables: readonly string[]): Promise<void> {
  await withPresentStore(place, async store => {
    if (tables.length === 0) {
      for (const table of await store.tables()) {
        const columns = (await store.schema(table))?.columns.length ?? 0
        process.stdout.write(`${table}\t${columns} columns\n`)
      }
    }
    for (const table of tables) {
      const schema = await store.schema(table)
      if (schema === undefined) throw new UsageError(`No table "${table}"`)
      for (const { name, type } of schema.columns) {
        process.stdout.write(`${table}\t${name}\t${type}\n`)
      }
    }
  })
}
