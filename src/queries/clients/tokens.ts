/**
 * Tokens that allow writing. A token is 256 random bits; the store keeps only its SHA-256, from
 * which it cannot be found again (no salt and no slow hash are needed for texts that nobody can
 * guess).
 */
import { createHash, randomBytes } from 'node:crypto'
import { UnauthorizedError } from '../../errors.js'
import { textReader } from '../../rows/cell-reader.js'
import { ALL_KEYS, exactRange, readRows, type Store } from '../../store/store.js'

/** A token as the store knows it. */
export interface TokenEntry {
  /** First part of the hash, to name it by. */
  readonly id: string
  /** For whom or what it was made. */
  readonly name: string
  /** When it was made, ISO 8601. */
  readonly created: string
}

const TABLE = 'fink.token'
const NAME = 't:name'
const CREATED = 't:created'
const COLUMNS = [
  { name: CREATED, type: 'string' as const },
  { name: NAME, type: 'string' as const },
]
/** What tokens begin with, so that programs that look for lost secrets know them. */
const PREFIX = 'fink_'
const TOKEN = /^fink_[\w-]{43}$/
const ID_LENGTH = 12
/** Most tokens that are listed. */
const MAX_TOKENS = 10_000

/** Makes a token, which is told here and never again. */
export async function createToken(
  store: Store,
  name: string,
  now: Date,
): Promise<{ readonly token: string; readonly entry: TokenEntry }> {
  const token = PREFIX + randomBytes(32).toString('base64url')
  const key = hashOf(token)
  const created = now.toISOString()
  await store.write([{ table: TABLE, columns: COLUMNS, rows: [{ key, values: [created, name] }] }])
  return { token, entry: { id: toId(key), name, created } }
}

/** All tokens, oldest first. */
export async function listTokens(store: Store): Promise<TokenEntry[]> {
  const rows = await readRows(store, { table: TABLE, ranges: [ALL_KEYS], limit: MAX_TOKENS })
  const nameOf = textReader(NAME)
  const createdOf = textReader(CREATED)
  return rows
    .map(row => ({ id: toId(row.key), name: nameOf(row) ?? '', created: createdOf(row) ?? '' }))
    .sort((a, b) => (a.created < b.created ? -1 : 1))
}

/** Removes the token of that id; false when there is none. */
export async function revokeToken(store: Store, id: string): Promise<boolean> {
  const rows = await readRows(store, { table: TABLE, ranges: [ALL_KEYS], limit: MAX_TOKENS })
  const keys = rows.map(({ key }) => key).filter(key => toId(key) === id)
  await store.remove(TABLE, keys)
  return keys.length > 0
}

/**
 * The entry of a token.
 *
 * @throws UnauthorizedError when it is absent or is none that the store knows
 */
export async function checkToken(store: Store, token: string | undefined): Promise<TokenEntry> {
  if (token === undefined) {
    throw new UnauthorizedError(
      'Cannot write without a token: ask the operator of the service for one',
    )
  }
  const key = TOKEN.test(token) ? hashOf(token) : undefined
  const request = key && { table: TABLE, ranges: [exactRange(key)], limit: 1 }
  const [row] = request ? await readRows(store, request) : []
  if (row === undefined) throw new UnauthorizedError('Cannot write: the token is not valid')
  return {
    id: toId(row.key),
    name: textReader(NAME)(row) ?? '',
    created: textReader(CREATED)(row) ?? '',
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function toId(hash: string): string {
  return hash.slice(0, ID_LENGTH)
}
