/** `fink token`: tokens that allow clients to write. */
import type { Command } from 'commander'
import {
  createToken,
  listTokens,
  revokeToken,
  type TokenEntry,
} from '../../queries/clients/tokens.js'
import { addStoreOptions, type StorePlace, withStore } from '../data-folder.js'
import { UsageError } from '../usage-error.js'

/** Longest name of a token. */
const MAX_NAME_LENGTH = 100

/** Adds the command to the program. */
export function addToken(program: Command): void {
  const token = program
    .command('token')
    .description('Make, list and revoke the tokens that allow writing (route metadata)')
    .addHelpText('after', examples)
  addPart(token, 'create', 'Make a token and print it, which cannot be done again')
    .argument('<name>', 'for whom or what it is')
    .action(create)
  addPart(token, 'list', 'List the tokens by id, time and name').action(list)
  addPart(token, 'revoke', 'Make a token invalid')
    .argument('<id>', 'id of the token, as listed')
    .action(revoke)
}

const examples = `
Examples:
  bin/fink token create --data data "portal of the institute"
  bin/fink token list --data data
  bin/fink token revoke --data data 1f0c9a83b2e4`

function addPart(token: Command, name: string, description: string): Command {
  return addStoreOptions(token.command(name)).description(description).exitOverride()
}

async function create(name: string, place: StorePlace): Promise<void> {
  if (name.trim() === '' || name.length > MAX_NAME_LENGTH || /\p{Cc}/u.test(name)) {
    throw new UsageError(
      `Cannot name a token "${name}": expected 1 to ${MAX_NAME_LENGTH} characters`,
    )
  }
  const { token, entry } = await withStore(place, store => createToken(store, name, new Date()))
  process.stderr.write(`${describe(entry)}\nKeep the token, it is not shown again:\n`)
  process.stdout.write(`${token}\n`)
}

async function list(place: StorePlace): Promise<void> {
  const entries = await withStore(place, listTokens)
  for (const entry of entries) process.stdout.write(`${describe(entry)}\n`)
}

async function revoke(id: string, place: StorePlace): Promise<void> {
  const isRevoked = await withStore(place, store => revokeToken(store, id))
  if (!isRevoked) throw new UsageError(`No token "${id}": see fink token list`)
}

function describe({ id, created, name }: TokenEntry): string {
  return `${id}  ${created}  ${name}`
}
