/** `fink dump`: tables as text. */
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Command } from 'commander'
import type { Store } from '../../store/store.js'
import { dumpTable } from '../../transfer/dump.js'
import { addStoreOptions, derivedTest, type StorePlace, withPresentStore } from '../data-folder.js'
import { UsageError } from '../usage-error.js'

interface DumpOptions extends StorePlace {
  readonly out?: string
}

/** Adds the command to the program. */
export function addDump(program: Command): void {
  addStoreOptions(program.command('dump'))
    .description('Write tables as NDJSON: a header line, then one row a line')
    .option('--out <folder>', 'write <table>.ndjson.gz files there instead of to standard output')
    .argument('[tables...]', 'tables to write (default: all; standard output takes one)')
    .addHelpText('after', examples)
    .action((tables: string[], options: DumpOptions) =>
      withPresentStore(options, store => dump(store, tables, options)),
    )
}

const examples = `
Examples:
  bin/fink dump --data data ztf.class > class.ndjson
  bin/fink dump --data data --out backup`

async function dump(store: Store, names: string[], { out }: DumpOptions): Promise<void> {
  const known = await store.tables()
  for (const name of names) {
    if (!known.includes(name)) {
      throw new UsageError(`No table "${name}": the store has ${known.join(', ') || 'no table'}`)
    }
  }
  const tables = names.length > 0 ? names : known
  if (out === undefined) {
    if (tables.length !== 1) {
      throw new UsageError('Name one table, or a folder with --out to write several')
    }
    return writeLines(store, tables[0]!, process.stdout)
  }
  await mkdir(out, { recursive: true })
  for (const table of tables) {
    await writeLines(store, table, createWriteStream(join(out, `${table}.ndjson.gz`)), true)
    process.stderr.write(`${table}\n`)
  }
}

async function writeLines(
  store: Store,
  table: string,
  target: Writable,
  isCompressed = false,
): Promise<void> {
  const lines = Readable.from(dumpTable(store, table, { isDerived: derivedTest(table) }))
  const isStdout = target === process.stdout
  if (isCompressed) await pipeline(lines, createGzip(), target)
  else await pipeline(lines, target, { end: !isStdout })
}
