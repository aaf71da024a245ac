/**
 * Reading columns of numbers from FITS binary tables, as sky maps are stored in. Not a general
 * reader: no images, no scaled, compressed or variable-length columns. FITS standard 4.0, sections
 * 4 and 7.3.
 *
 *   header (n x 2880 bytes: cards of 80 characters up to END) | data, padded to 2880 bytes | ...
 */

/** Value of a header card; cards without a value are left out. */
export type FitsValue = string | number | boolean

/** A binary table. */
export interface FitsTable {
  readonly header: ReadonlyMap<string, FitsValue>
  readonly rowCount: number
  readonly rowBytes: number
  /** Columns by name, in capitals. */
  readonly columns: ReadonlyMap<string, FitsColumn>
  /** The rows, one after the other. */
  readonly data: Uint8Array
}

/** Where the values of a column are. */
export interface FitsColumn {
  /** Letter of the type, as in TFORM: D is a double, E a float, J and K are integers. */
  readonly type: string
  /** Values per row. */
  readonly repeat: number
  /** First byte in a row. */
  readonly offset: number
  /** Unit, empty when not given. */
  readonly unit: string
  readonly isScaled: boolean
}

const BLOCK_BYTES = 2880
const CARD_BYTES = 80
/** Longest header; those of real sky maps have about 10 blocks. */
const MAX_HEADER_BLOCKS = 200
/** Most headers that are read in search of a table. */
const MAX_HEADERS = 16
const MAX_COLUMNS = 999

/** Bytes of a value of each type. */
const TYPE_BYTES: Readonly<Record<string, number>> = {
  L: 1,
  B: 1,
  A: 1,
  I: 2,
  J: 4,
  E: 4,
  K: 8,
  D: 8,
  C: 8,
  P: 8,
  M: 16,
  Q: 16,
}

/**
 * Finds the first binary table of a FITS file that has a column of one of these names.
 *
 * @throws SyntaxError when the bytes are no FITS file, are cut short, or have no such table
 */
export function decodeFitsTable(bytes: Uint8Array, names: readonly string[]): FitsTable {
  let offset = 0
  for (let i = 0; i < MAX_HEADERS && offset < bytes.length; i++) {
    const { header, end } = decodeHeader(bytes, offset)
    if (i === 0 && header.get('SIMPLE') !== true) throw failure('the card SIMPLE = T', 'none')
    const size = dataBytes(header)
    if (end + size > bytes.length) throw failure(`${end + size} bytes`, `${bytes.length}`)
    if (header.get('XTENSION') === 'BINTABLE') {
      const table = toTable(header, bytes.subarray(end, end + size))
      if (names.some(name => table.columns.has(name))) return table
    }
    offset = end + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
  }
  throw failure(`a binary table with a column ${names.join(' or ')}`, 'none')
}

interface Header {
  readonly header: ReadonlyMap<string, FitsValue>
  /** First byte after the header. */
  readonly end: number
}

function decodeHeader(bytes: Uint8Array, start: number): Header {
  const header = new Map<string, FitsValue>()
  const limit = Math.min(bytes.length, start + MAX_HEADER_BLOCKS * BLOCK_BYTES)
  for (let at = start; at + CARD_BYTES <= limit; at += CARD_BYTES) {
    const card = toAscii(bytes.subarray(at, at + CARD_BYTES))
    const name = card.slice(0, 8).trimEnd()
    if (name === 'END') {
      const blocks = Math.ceil((at + CARD_BYTES - start) / BLOCK_BYTES)
      return { header, end: start + blocks * BLOCK_BYTES }
    }
    const value = card.slice(8, 10) === '= ' ? parseValue(card.slice(10)) : undefined
    // Repeated cards: the first one counts.
    if (value !== undefined && !header.has(name)) header.set(name, value)
  }
  throw failure('a header that ends with END', `none within ${limit - start} bytes`)
}

function toAscii(card: Uint8Array): string {
  const text = String.fromCharCode(...card)
  if (/^[ -~]*$/.test(text)) return text
  throw failure('header cards of ASCII text', `"${text.slice(0, 8).replace(/[^ -~]/g, '?')}"`)
}

function parseValue(field: string): FitsValue | undefined {
  const text = /^ *'((?:[^']|'')*)'/.exec(field)
  if (text !== null) return text[1]!.replaceAll("''", "'").trimEnd()
  const word = field.split('/', 1)[0]!.trim()
  if (word === 'T' || word === 'F') return word === 'T'
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[ED][+-]?\d+)?$/.test(word)
  return isNumber ? Number(word.replace('D', 'E')) : undefined
}

/** Bytes of the data that follow a header, without the padding. */
function dataBytes(header: ReadonlyMap<string, FitsValue>): number {
  const axes = integerOf(header, 'NAXIS', { least: 0, most: 999 })
  if (axes === 0) return 0
  let count = 1
  for (let i = 1; i <= axes; i++) {
    count *= integerOf(header, `NAXIS${i}`, { least: 0, most: Number.MAX_SAFE_INTEGER })
  }
  const most = Number.MAX_SAFE_INTEGER
  const heap = header.has('PCOUNT') ? integerOf(header, 'PCOUNT', { least: 0, most }) : 0
  const bits = integerOf(header, 'BITPIX', { least: -64, most: 64 })
  return (Math.abs(bits) / 8) * (heap + count)
}

/**
 * A header card as an integer.
 *
 * @throws SyntaxError when it is missing, no integer or out of range
 */
export function integerOf(
  header: ReadonlyMap<string, FitsValue>,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = header.get(name)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) {
    return value
  }
  throw failure(`${name} to be an integer from ${least} to ${most}`, `${value ?? 'none'}`)
}

function toTable(header: ReadonlyMap<string, FitsValue>, data: Uint8Array): FitsTable {
  const most = Number.MAX_SAFE_INTEGER
  const rowBytes = integerOf(header, 'NAXIS1', { least: 0, most })
  const rowCount = integerOf(header, 'NAXIS2', { least: 0, most })
  const fields = integerOf(header, 'TFIELDS', { least: 0, most: MAX_COLUMNS })
  const columns = new Map<string, FitsColumn>()
  let offset = 0
  for (let i = 1; i <= fields; i++) {
    const [, count, type] = /^(\d{0,9})([LXBAIJEKDCPMQ])/.exec(`${header.get(`TFORM${i}`)}`) ?? []
    if (type === undefined) throw failure(`TFORM${i} to be a type`, `${header.get(`TFORM${i}`)}`)
    const repeat = count === '' ? 1 : Number(count)
    const scale = header.get(`TSCAL${i}`) ?? 1
    const isScaled = scale !== 1 || (header.get(`TZERO${i}`) ?? 0) !== 0
    const unit = `${header.get(`TUNIT${i}`) ?? ''}`
    const name = `${header.get(`TTYPE${i}`) ?? i}`.toUpperCase()
    if (!columns.has(name)) columns.set(name, { type, repeat, offset, unit, isScaled })
    offset += type === 'X' ? Math.ceil(repeat / 8) : repeat * TYPE_BYTES[type]!
  }
  if (offset !== rowBytes) throw failure(`rows of ${offset} bytes`, `${rowBytes}`)
  if (rowBytes * rowCount > data.length)
    throw failure(`${rowBytes * rowCount} bytes`, `${data.length}`)
  return { header, rowCount, rowBytes, columns, data }
}

/**
 * Values of a column of numbers, row after row.
 *
 * @throws SyntaxError when there is no such column, or it is not of doubles, floats or integers
 * that a double holds exactly
 */
export function decodeFitsColumn(table: FitsTable, name: string): Float64Array {
  const column = table.columns.get(name)
  const bytes = column === undefined ? 0 : (TYPE_BYTES[column.type] ?? 0)
  if (column === undefined || column.isScaled || !/[DEJK]/.test(column.type)) {
    throw failure(`a plain column ${name} of type D, E, J or K`, column?.type ?? 'none')
  }
  const { data, rowCount, rowBytes } = table
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const values = new Float64Array(rowCount * column.repeat)
  let at = 0
  for (let row = 0; row < rowCount; row++) {
    const start = row * rowBytes + column.offset
    const end = start + column.repeat * bytes
    if (column.type === 'D') {
      for (let i = start; i < end; i += 8) values[at++] = view.getFloat64(i)
    } else {
      for (let i = start; i < end; i += bytes) values[at++] = otherNumber(view, i, column.type)
    }
  }
  return values
}

function otherNumber(view: DataView, offset: number, type: string): number {
  if (type === 'E') return view.getFloat32(offset)
  if (type === 'J') return view.getInt32(offset)
  const value = view.getInt32(offset) * 2 ** 32 + view.getUint32(offset + 4)
  if (Number.isSafeInteger(value)) return value
  throw failure('integers below 2^53', `${value}`)
}

function failure(expected: string, got: string): SyntaxError {
  return new SyntaxError(`Cannot read FITS table: expected ${expected}, got ${got}`)
}
