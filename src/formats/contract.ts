/**
 * What every output format must do, as one suite of tests: whatever goes into an encoder comes
 * out of an independent reader, except for what the format's traits say it cannot carry.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CellType, type ColumnSpec, toLayout } from '../rows/layout.js'
import { type CellValue, encodeRow, type PackedRow } from '../rows/packed-row.js'
import type { Table, TableColumn, TableFacts, TableFormat } from './table.js'

/** A cell as a reader of the format gets it; null is missing, arrays are parsed `json` cells. */
export type ReadCell = string | number | bigint | boolean | null | readonly unknown[]

/** Reads an answer, with values of the types of the columns (bigint for integers). */
export type FormatReader = (
  bytes: Buffer,
  columns: readonly TableColumn[],
) => Promise<readonly (readonly ReadCell[])[]>

/** What a format cannot carry. */
export interface FormatTraits {
  readonly isInfinityKept: boolean
  /** False: an empty text reads as a missing cell. */
  readonly isEmptyTextKept: boolean
  /** What a text becomes. */
  readonly carriedText: (text: string) => string
}

const TYPES: readonly CellType[] = ['string', 'integer', 'long', 'float', 'double', 'boolean']

const MAX_LONG = 9223372036854775807n
const MIN_LONG = -9223372036854775808n

const TEXTS = [
  'plain',
  'Boötes λ ★ 𝛼',
  'say "yes", or \'no\'',
  '"',
  'a,b,,c',
  'line\nfeed',
  'carriage\r\nreturn\rs',
  'tab\there',
  'back\\slash \\n \\u0041',
  '<a href="x">&amp; ]]></a>',
  'nul\u0000 bell\u0007 escape\u001b delete\u007f next\u0085',
  'last\ufffe\uffff',
  'null',
  'NaN',
  '-1.5e-7',
  '[0.1, null, {"a": 1}]',
]

/** Runs the suite over a format. */
export function formatContract(
  format: TableFormat,
  read: FormatReader,
  traits: FormatTraits,
): void {
  const subject: Subject = { format, read, traits }
  testEmpty(subject)
  testStored(subject)
  testComputed(subject)
  testBatches(subject)
  testRandom(subject)
}

interface Subject {
  readonly format: TableFormat
  readonly read: FormatReader
  readonly traits: FormatTraits
}

function encode(format: TableFormat, batches: readonly Table[], facts: TableFacts = {}): Buffer {
  const encoder = format.encoder(batches[0]?.columns ?? [], facts)
  // Pieces are joined at the end, so that one overwriting another would show.
  const pieces = [encoder.begin(), ...batches.map(batch => encoder.rows(batch))]
  return Buffer.concat([...pieces, encoder.end()])
}

async function roundTrip(subject: Subject, ...batches: Table[]) {
  return await subject.read(encode(subject.format, batches), batches[0]?.columns ?? [])
}

function carried(value: ReadCell, { isInfinityKept, isEmptyTextKept, carriedText }: FormatTraits) {
  if (typeof value === 'string') return value === '' && !isEmptyTextKept ? null : carriedText(value)
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  return Number.isNaN(value) || !isInfinityKept ? null : value
}

async function assertCarried(
  subject: Subject,
  expected: readonly (readonly ReadCell[])[],
  ...batches: Table[]
): Promise<void> {
  const cells = expected.map(row => row.map(value => carried(value, subject.traits)))
  assert.deepEqual(await roundTrip(subject, ...batches), cells)
}

/** Packed rows of the given values, in the order of the columns. */
function packRows(
  columns: readonly ColumnSpec[],
  rows: readonly (readonly (CellValue | null)[])[],
): PackedRow[] {
  const layout = toLayout(columns)
  const order = layout.columns.map(({ name }) => columns.findIndex(c => c.name === name))
  return rows.map((values, i) => {
    // The packed row stands inside a larger buffer, as in the stores.
    const packed = encodeRow(
      layout,
      order.map(position => values[position]),
    )
    const bytes = Buffer.concat([Buffer.alloc(i), packed])
    return { key: `key${i}`, layout, bytes, start: i }
  })
}

function storedTable(type: CellType, values: readonly (CellValue | null)[]): Table {
  const columns = [{ name: 'i:value', type }]
  return {
    columns,
    rows: packRows(
      columns,
      values.map(value => [value]),
    ),
    length: values.length,
  }
}

function testEmpty(subject: Subject): void {
  const { name } = subject.format

  test(`${name} writes a table without rows`, async () => {
    const columns = TYPES.map(type => ({ name: `d:${type}`, type }))
    assert.deepEqual(await roundTrip(subject, { columns, rows: [], length: 0 }), [])
  })

  test(`${name} writes a table without columns`, async () => {
    assert.deepEqual(await roundTrip(subject, { columns: [], rows: [], length: 0 }), [])
    assert.deepEqual(await roundTrip(subject), [])
  })
}

function testStored(subject: Subject): void {
  const { name } = subject.format

  test(`${name} writes stored cells of every type, and missing ones`, async () => {
    const columns = TYPES.map(type => ({ name: `i:${type}`, type }))
    const rows = [
      ['text', 7n, 1786412164315010007n, 17.5, 2459000.5, true],
      [null, null, null, null, null, null],
      ['', -1n, 0n, -0.25, 1e-5, false],
      [null, 2147483647n, null, 0.1, null, true],
    ]
    // The text of a float is the shortest that reads back as the same float.
    const floats = rows.map(row => row.map((v, i) => (i === 3 && v ? Math.fround(Number(v)) : v)))
    const batch = { columns, rows: packRows(columns, floats), length: rows.length }
    await assertCarried(subject, rows, batch)
  })

  test(`${name} keeps 64-bit integers exact`, async () => {
    const values = [MAX_LONG, MIN_LONG, 9007199254740993n, -9007199254740993n, 0n]
    await assertCarried(
      subject,
      values.map(v => [v]),
      storedTable('long', values),
    )
  })

  test(`${name} writes floats so that they read back as the same`, async () => {
    const values = [0, 17, -1.5, 1 / 3, 5e-324, 1.7976931348623157e308, 1e16, 1e-5, 123456789.125]
    await assertCarried(
      subject,
      values.map(v => [v]),
      storedTable('double', values),
    )
  })

  test(`${name} writes stored NaN as missing, and infinities`, async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]
    await assertCarried(
      subject,
      values.map(v => [v]),
      storedTable('double', values),
    )
    await assertCarried(
      subject,
      values.map(v => [v]),
      storedTable('float', values),
    )
  })

  test(`${name} keeps stored texts with any characters`, async () => {
    await assertCarried(
      subject,
      TEXTS.map(text => [text]),
      storedTable('string', TEXTS),
    )
  })

  test(`${name} writes columns that no row has as missing`, async () => {
    const table = storedTable('long', [1n])
    const columns: TableColumn[] = [{ name: 'i:absent', type: 'double' }, ...table.columns]
    await assertCarried(subject, [[null, 1n]], { ...table, columns })
  })
}

function testComputed(subject: Subject): void {
  const { name } = subject.format

  test(`${name} writes computed columns of every kind without stored rows`, async () => {
    const columns: TableColumn[] = [
      {
        name: 'v:rate',
        type: 'double',
        values: { kind: 'numbers', values: Float64Array.of(0.5, Number.NaN, -Infinity) },
      },
      { name: 'v:text', type: 'string', values: { kind: 'texts', values: ['a', null, undefined] } },
      {
        name: 'v:id',
        type: 'long',
        values: { kind: 'integers', values: [MAX_LONG, undefined, 12] },
      },
      {
        name: 'v:flag',
        type: 'boolean',
        values: { kind: 'booleans', values: [false, true, null] },
      },
      { name: 'v:always', type: 'string', values: { kind: 'constant', value: 'x,y' } },
      { name: 'v:number', type: 'double', values: { kind: 'constant', value: -1 } },
      { name: 'v:candid', type: 'long', values: { kind: 'constant', value: -1 } },
      { name: 'v:true', type: 'boolean', values: { kind: 'constant', value: true } },
      { name: 'v:never', type: 'long', values: { kind: 'constant', value: null } },
    ]
    const rows = [
      [0.5, 'a', MAX_LONG, false, 'x,y', -1, -1n, true, null],
      [null, null, null, true, 'x,y', -1, -1n, true, null],
      [-Infinity, null, 12n, null, 'x,y', -1, -1n, true, null],
    ]
    await assertCarried(subject, rows, { columns, rows: [], length: 3 })
  })

  test(`${name} keeps computed texts with any characters`, async () => {
    const column: TableColumn = {
      name: 'v:text',
      type: 'string',
      values: { kind: 'texts', values: TEXTS },
    }
    const batch = { columns: [column], rows: [], length: TEXTS.length }
    await assertCarried(
      subject,
      TEXTS.map(text => [text]),
      batch,
    )
  })

  test(`${name} writes images`, async () => {
    const column: TableColumn = {
      name: 'b:cutoutScience_stampData',
      type: 'json',
      values: { kind: 'json', values: [Buffer.from('[[1.0,2.5],[-3e-05,null]]'), null] },
    }
    const rows = [
      [
        [
          [1, 2.5],
          [-3e-5, null],
        ],
      ],
      [null],
    ]
    await assertCarried(subject, rows, { columns: [column], rows: [], length: 2 })
  })

  test(`${name} writes stored and computed columns in the order asked for`, async () => {
    const specs: ColumnSpec[] = [
      { name: 'i:jd', type: 'double' },
      { name: 'i:objectId', type: 'string' },
    ]
    const columns: TableColumn[] = [
      {
        name: 'v:rate',
        type: 'double',
        values: { kind: 'numbers', values: Float64Array.of(1, 2) },
      },
      specs[1]!,
      { name: 'v:tag', type: 'string', values: { kind: 'constant', value: 'valid' } },
      specs[0]!,
    ]
    const rows = packRows(specs, [
      [2459000.5, 'ZTF1'],
      [2459001.5, null],
    ])
    const expected = [
      [1, 'ZTF1', 'valid', 2459000.5],
      [2, null, 'valid', 2459001.5],
    ]
    await assertCarried(subject, expected, { columns, rows, length: 2 })
  })
}

function testBatches(subject: Subject): void {
  const { name } = subject.format

  test(`${name} joins batches, each with its own computed values`, async () => {
    const batch = (text: string, id: bigint): Table => {
      const stored = storedTable('long', [id, id + 1n])
      const values = { kind: 'texts', values: [text, null] } as const
      return { ...stored, columns: [...stored.columns, { name: 'v:t', type: 'string', values }] }
    }
    const expected = [
      [1n, 'one'],
      [2n, null],
      [5n, 'five'],
      [6n, null],
    ]
    const empty = { ...batch('none', 9n), rows: [], length: 0 }
    await assertCarried(subject, expected, batch('one', 1n), empty, batch('five', 5n))
  })

  test(`${name} writes rows of different layouts in one batch`, async () => {
    const a: ColumnSpec = { name: 'd:a', type: 'string' }
    const b: ColumnSpec = { name: 'i:b', type: 'long' }
    const c: ColumnSpec = { name: 'i:c', type: 'boolean' }
    const rows = [
      ...packRows([a, b], [['x', 1n]]),
      ...packRows([b, c], [[2n, true]]),
      ...packRows([c], [[false]]),
      ...packRows([a, b, c], [['y', null, null]]),
    ]
    const expected = [
      ['x', 1n, null],
      [null, 2n, true],
      [null, null, false],
      ['y', null, null],
    ]
    await assertCarried(subject, expected, { columns: [a, b, c], rows, length: 4 })
  })

  test(`${name} writes rows that are longer than 64 KiB`, async () => {
    const long = 'ab,<"'.repeat(20_000)
    await assertCarried(subject, [[long], ['s']], storedTable('string', [long, 's']))
  })
}

function testRandom(subject: Subject): void {
  const columns: readonly ColumnSpec[] = [
    { name: 'd:text', type: 'string' },
    { name: 'i:long', type: 'long' },
    { name: 'i:double', type: 'double' },
    { name: 'd:flag', type: 'boolean' },
  ]
  const cell = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 4 })
  const row = fc.tuple(
    cell(fc.string({ unit: 'binary' })),
    cell(fc.bigInt({ min: MIN_LONG, max: MAX_LONG })),
    cell(fc.double().map(value => (value === 0 ? 0 : value))),
    cell(fc.boolean()),
  )

  test(`${subject.format.name} carries random tables`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async rows => {
        const batch = { columns, rows: packRows(columns, rows), length: rows.length }
        await assertCarried(subject, rows, batch)
      }),
      { numRuns: 100 },
    )
  })
}
