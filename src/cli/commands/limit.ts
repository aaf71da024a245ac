/** `fink limit`: what single clients may ask, changed while the service runs. */
import { type Command, InvalidArgumentError } from 'commander'
import { parseClientAddress } from '../../api/limits/client-name.js'
import {
  type ClientLimitEntry,
  readClientLimits,
  removeClientLimit,
  writeClientLimit,
} from '../../queries/clients/client-limits.js'
import { addStoreOptions, type StorePlace, withPresentStore } from '../data-folder.js'
import { UsageError } from '../usage-error.js'

interface LimitOptions extends StorePlace {
  readonly requests?: number
  readonly rows?: number
}

/** Adds the command to the program. */
export function addLimit(program: Command): void {
  const limit = program
    .command('limit')
    .description('Lift, change or close what a client may ask of a running service')
    .addHelpText('after', examples)
  addPart(limit, 'set', 'Set the limit of a client, in force within seconds')
    .argument('<client>', CLIENTS)
    .option('--requests <n>', 'most requests in a window, or "none" for no limit', parseLimit)
    .option('--rows <n>', 'most rows in a window, or "none" for no limit', parseLimit)
    .action(set)
  addPart(limit, 'list', 'List the limits that are set').action(list)
  addPart(limit, 'remove', 'Give a client the usual limit again')
    .argument('<client>', CLIENTS)
    .action(remove)
}

const CLIENTS = 'an address, token:<id>, local, or a group: anonymous, token'

const examples = `
Examples:
  bin/fink limit set --data data 203.0.113.7 --requests none --rows none
  bin/fink limit set --data data token:1f0c9a83b2e4 --requests 100000
  bin/fink limit set --data data 2001:db8::1 --requests 0
  bin/fink limit remove --data data 203.0.113.7`

function addPart(limit: Command, name: string, description: string): Command {
  return addStoreOptions(limit.command(name)).description(description).exitOverride()
}

function parseLimit(text: string): number {
  if (text === 'none') return Number.POSITIVE_INFINITY
  const limit = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(limit)) return limit
  throw new InvalidArgumentError(`expected a whole number of at least 0, or none, got "${text}"`)
}

/** @throws UsageError when it names no client */
function parseClient(text: string): string {
  if (/^(local|anonymous|token|token:[0-9a-f]{12})$/.test(text)) return text
  try {
    return parseClientAddress(text.replace(/\/64$/, ''))
  } catch {
    throw new UsageError(`No client "${text}": expected ${CLIENTS}`)
  }
}

async function set(client: string, options: LimitOptions): Promise<void> {
  const { requests, rows } = options
  if (requests === undefined && rows === undefined) {
    throw new UsageError('Nothing to set: expected --requests, --rows or both')
  }
  const entry = {
    client: parseClient(client),
    requests: requests ?? Number.POSITIVE_INFINITY,
    rows: rows ?? Number.POSITIVE_INFINITY,
    since: new Date().toISOString(),
  }
  await withPresentStore(options, store => writeClientLimit(store, entry))
  process.stdout.write(`${describe(entry)}\n`)
}

async function list(place: StorePlace): Promise<void> {
  const entries = await withPresentStore(place, readClientLimits)
  for (const entry of entries) process.stdout.write(`${describe(entry)}\n`)
}

async function remove(client: string, place: StorePlace): Promise<void> {
  const name = parseClient(client)
  const wasSet = await withPresentStore(place, store => removeClientLimit(store, name))
  if (!wasSet) throw new UsageError(`No limit is set for "${name}": see fink limit list`)
}

function describe({ client, requests, rows, since }: ClientLimitEntry): string {
  return `${client}  requests ${toText(requests)}  rows ${toText(rows)}  since ${since}`
}

function toText(limit: number): string {
  return limit === Number.POSITIVE_INFINITY ? 'none' : String(limit)
}
