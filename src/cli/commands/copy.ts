/** `fink copy`: tables from one store into another. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { isHBaseAddress } from '../../store/hbase/address.js'
import type { Store } from '../../store/store.js'
import { copyTable } from '../../transfer/copy.js'
import { derivedTest, openStoreAt, storeAddress } from '../data-folder.js'
import { UsageError } from '../usage-error.js'

interface CopyOptions {
  readonly from: string
  readonly to: string
}

/** Adds the command to the program. */
export function addCopy(program: Command): void {
  program
    .command('copy')
    .description('Copy tables from one store into another, over what is there')
    .requiredOption(
      '--from <address>',
      'store to read: a data folder, or hbase://host,host:port/...',
    )
    .requiredOption('--to <address>', 'store to write; a data folder is made when it is missing')
    .argument('[tables...]', 'tables to copy (default: all)')
    .addHelpText('after', examples)
    .action(copy)
}

const examples = `
Running it again changes nothing; interrupted, it is simply run again.

Examples:
  bin/fink copy --from data --to "hbase://zk1,zk2:2181/hbase?user=fink"
  bin/fink copy --from hbase://zk1,zk2:2181/hbase --to data ztf ztf.class`

async function copy(tables: string[], { from, to }: CopyOptions): Promise<void> {
  const [source, target] = [storeAddress({ store: from }), storeAddress({ store: to })]
  if (source === target) throw new UsageError('Cannot copy a store onto itself')
  if (!isHBaseAddress(source) && !existsSync(source)) {
    throw new UsageError(`No store in data folder "${from}"`)
  }
  const reader = await openStoreAt(source)
  try {
    const writer = await openStoreAt(target)
    try {
      await copyTables(reader, writer, tables)
    } finally {
      await writer.close()
    }
  } finally {
    await reader.close()
  }
}

async function copyTables(from: Store, to: Store, named: readonly string[]): Promise<void> {
  const known = await from.tables()
  const missing = named.find(name => !known.includes(name))
  if (missing !== undefined) {
    throw new UsageError(`No table "${missing}": the store has ${known.join(', ') || 'no table'}`)
  }
  for (const table of named.length > 0 ? named : known) {
    const summary = await copyTable(from, to, table, { isDerived: derivedTest(table) })
    const { rows = 0, added = 0, changed = 0 } = summary ?? {}
    process.stdout.write(`${table}: ${rows} rows, ${added} added, ${changed} changed\n`)
  }
}
