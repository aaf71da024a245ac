/**
 * How cells of a column stand in HBase: the names that schema rows use, the type the rest of the
 * service sees, and the bytes. Numbers are big-endian, everything else is text.
 */
import { isUtf8 } from 'node:buffer'
import type { CellType } from '../../../rows/layout.js'

/** How the bytes of a cell are read. */
export const ENCODING = {
  text: 0,
  boolean: 1,
  integer: 2,
  long: 3,
  float: 4,
  double: 5,
  short: 6,
  /** Bytes that are not for answers. */
  opaque: 7,
  /** Of a column that the schema row lacks: what its cells look like. */
  guessedText: 8,
  guessedLong: 9,
} as const

/** One of `ENCODING`. */
export type Encoding = (typeof ENCODING)[keyof typeof ENCODING]

/** Bytes that a cell has at least, by encoding. */
export const LEAST_BYTES: readonly number[] = [0, 0, 4, 8, 4, 8, 2, 0, 0, 8]

/** A column as its table stores it. */
export interface StoredColumn {
  readonly name: string
  readonly type: CellType
  readonly encoding: Encoding
  /** Name of the type in the schema row. */
  readonly typeName: string
}

const KNOWN: Readonly<Record<string, { readonly type: CellType; readonly encoding: Encoding }>> = {
  string: { type: 'string', encoding: ENCODING.text },
  boolean: { type: 'boolean', encoding: ENCODING.boolean },
  timestamp: { type: 'timestamp', encoding: ENCODING.text },
  integer: { type: 'integer', encoding: ENCODING.integer },
  long: { type: 'long', encoding: ENCODING.long },
  float: { type: 'float', encoding: ENCODING.float },
  double: { type: 'double', encoding: ENCODING.double },
  short: { type: 'integer', encoding: ENCODING.short },
  binary: { type: 'string', encoding: ENCODING.opaque },
  fits: { type: 'string', encoding: ENCODING.opaque },
  'fits/image': { type: 'string', encoding: ENCODING.opaque },
}

/** Column with the type that its schema row names; a name nobody knows means text. */
export function storedColumn(name: string, typeName: string): StoredColumn {
  const known = KNOWN[typeName] ?? KNOWN['string']!
  return { name, typeName, ...known }
}

/** Column that the schema row lacks, by one of its cells. */
export function guessedColumn(name: string, isCount: boolean): StoredColumn {
  return isCount
    ? { name, typeName: 'long', type: 'long', encoding: ENCODING.guessedLong }
    : { name, typeName: 'string', type: 'string', encoding: ENCODING.guessedText }
}

const COUNT_BYTES = 8
const SPACE = 0x20
/** Tab, line feed, carriage return: the control characters that occur in texts. */
const LAYOUT_CHARACTERS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d])

/** True when a cell without a known type is a 64-bit number: eight bytes that are no text. */
export function isCount(bytes: Uint8Array): boolean {
  if (bytes.length !== COUNT_BYTES) return false
  if (bytes.some(byte => byte < SPACE && !LAYOUT_CHARACTERS.has(byte))) return true
  return !isUtf8(bytes)
}
