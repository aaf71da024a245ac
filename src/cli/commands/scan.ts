/** `fink scan`: raw rows of any table, for operators. */
import { type Command, InvalidArgumentError } from 'commander'
import { ALL_KEYS, type KeyRange, keyRange, prefixRange } from '../../store/store.js'
import { dumpRow } from '../../transfer/dump.js'
import { addStoreOptions, type StorePlace, withPresentStore } from '../data-folder.js'
import { UsageError } from '../usage-error.js'

interface ScanOptions extends StorePlace {
  readonly prefix?: string
  readonly from?: string
  readonly through?: string
  readonly columns?: string
  readonly limit: number
  readonly reversed?: boolean
}

/** Adds the command to the program. */
export function addScan(program: Command): void {
  addStoreOptions(program.command('scan'))
    .description('Print rows of a table as NDJSON, one row a line')
    .argument('<table>', 'table to read')
    .option('--prefix <text>', 'rows whose key begins so')
    .option('--from <text>', 'rows from this key on')
    .option('--through <text>', 'rows up to every key that begins so')
    .option('--columns <list>', 'comma list of columns')
    .option('--limit <n>', 'most rows', parseCount, 10)
    .option('--reversed', 'last key first')
    .addHelpText('after', examples)
    .action((table: string, options: ScanOptions) => scan(table, options))
}

const examples = `
Examples:
  bin/fink scan --data data ztf --limit 1
  bin/fink scan --data data ztf.class --prefix "SN candidate_" --reversed --columns i:objectId,i:jd`

/**
 * Reads a positive whole number of an option.
 *
 * @throws InvalidArgumentError when it is none
 */
export function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError(`expected a whole number of at least 1, got "${text}"`)
  }
  return count
}

function rangeOf({ prefix, from, through }: ScanOptions): KeyRange {
  if (prefix !== undefined) return prefixRange(prefix)
  if (from === undefined && through === undefined) return ALL_KEYS
  return through === undefined
    ? { start: Buffer.from(from ?? ''), end: Buffer.alloc(0) }
    : keyRange(from ?? '', through)
}

async function scan(table: string, options: ScanOptions): Promise<void> {
  await withPresentStore(options, async store => {
    const schema = await store.schema(table)
    if (schema === undefined) {
      throw new UsageError(
        `No table "${table}": the store has ${(await store.tables()).join(', ')}`,
      )
    }
    const wanted = options.columns?.split(',')
    const names = new Set(wanted ?? schema.columns.map(({ name }) => name))
    const { limit, reversed } = options
    const ranges = [rangeOf(options)]
    for await (const batch of store.scan({ table, ranges, columns: wanted, limit, reversed })) {
      for (const row of batch) process.stdout.write(`${JSON.stringify(dumpRow(row, names))}\n`)
    }
  })
}
