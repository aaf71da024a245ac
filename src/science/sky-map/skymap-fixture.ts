/** Small FITS binary tables of doubles and integers, made up for tests. */

/** A column: its name and type, and one value or list of values per row. */
export interface FixtureColumn {
  readonly name: string
  readonly type: 'D' | 'E' | 'J' | 'K'
  readonly values: readonly (number | readonly number[])[]
}

const BYTES = { D: 8, E: 4, J: 4, K: 8 } as const

/** Bytes of a FITS file with an empty primary header and one table; cards follow those needed. */
export function encodeFixture(
  columns: readonly FixtureColumn[],
  cards: Readonly<Record<string, string | number>>,
): Uint8Array {
  const rows = columns[0]?.values.length ?? 0
  const repeats = columns.map(({ values }) => [values[0] ?? 0].flat().length)
  const rowBytes = columns.reduce((sum, { type }, i) => sum + BYTES[type] * repeats[i]!, 0)
  const header = [
    ...[card('XTENSION', 'BINTABLE'), card('BITPIX', 8), card('NAXIS', 2)],
    ...[card('NAXIS1', rowBytes), card('NAXIS2', rows), card('PCOUNT', 0), card('GCOUNT', 1)],
    card('TFIELDS', columns.length),
    ...columns.flatMap(({ name, type }, i) => [
      card(`TTYPE${i + 1}`, name),
      card(`TFORM${i + 1}`, `${repeats[i]}${type}`),
    ]),
    ...Object.entries(cards).map(([name, value]) => card(name, value)),
  ]
  const primary = encodeHeader([
    `SIMPLE  = ${'T'.padStart(20)}`,
    card('BITPIX', 8),
    card('NAXIS', 0),
  ])
  return Buffer.concat([primary, encodeHeader(header), pad(encodeRows(columns, rows))])
}

function card(name: string, value: string | number): string {
  const text = typeof value === 'number' ? String(value).padStart(20) : `'${value.padEnd(8)}'`
  return `${name.padEnd(8)}= ${text}`
}

function encodeHeader(cards: readonly string[]): Buffer {
  const text = [...cards, 'END'].map(line => line.padEnd(80)).join('')
  return Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), 'latin1')
}

function encodeRows(columns: readonly FixtureColumn[], rows: number): Buffer {
  const cells: Buffer[] = []
  for (let row = 0; row < rows; row++) {
    for (const { type, values } of columns) {
      for (const value of [values[row]!].flat()) cells.push(encodeCell(type, value))
    }
  }
  return Buffer.concat(cells)
}

function encodeCell(type: FixtureColumn['type'], value: number): Buffer {
  const cell = Buffer.alloc(BYTES[type])
  if (type === 'D') cell.writeDoubleBE(value)
  else if (type === 'E') cell.writeFloatBE(value)
  else if (type === 'J') cell.writeInt32BE(value)
  else cell.writeBigInt64BE(BigInt(value))
  return cell
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([
    bytes,
    Buffer.alloc(-bytes.length % 2880 === 0 ? 0 : 2880 - (bytes.length % 2880)),
  ])
}
