import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ColumnSpec } from '../../rows/layout.js'
import type { Derivation } from '../../rows/merge.js'
import type { CellValue } from '../../rows/packed-row.js'
import { cellsOf } from '../contract.js'
import { openMemoryStore } from '../memory.js'
import { readRows, type ScanRequest, type Store, type TablePut } from '../store.js'
import { openEmbeddedStore } from './embedded.js'

const COLUMNS: readonly ColumnSpec[] = [
  { name: 'd:text', type: 'string' },
  { name: 'i:double', type: 'double' },
  { name: 'i:float', type: 'float' },
  { name: 'i:long', type: 'long' },
]

/** Length of the text cell, so that derived cells are seen to follow every change. */
const derivation: Derivation = {
  columns: [{ name: 'v:length', type: 'integer' }],
  derive: literal => [literal('d:text')?.length],
  // Groups by the first letter; each row tells the sum of the doubles up to it.
  group: {
    columns: [{ name: 'v:sum', type: 'double' }],
    prefixOf: key => key.slice(0, 1),
    compute: (count, number) => {
      const sums = new Float64Array(count)
      for (let i = 0, sum = 0; i < count; i++) {
        sum += number(i, 'i:double')
        sums[i] = sum
      }
      return [sums]
    },
  },
}
const derivationOf = (table: string) => (table === 'b' ? derivation : undefined)

const key = fc.stringMatching(/^[a-c_é][a-c_é]{1,3}$/)
const values = fc.tuple(
  fc.option(fc.string({ maxLength: 8, unit: 'binary' })),
  fc.option(fc.double()),
  fc.option(fc.float()),
  fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
)
const table = fc.constantFrom('a', 'b')

type Command =
  | { readonly kind: 'write'; readonly puts: readonly TablePut[] }
  | { readonly kind: 'remove'; readonly table: string; readonly keys: readonly string[] }
  | { readonly kind: 'scan'; readonly request: ScanRequest }
  | { readonly kind: 'reopen' }

const rows = fc.array(fc.record({ key, values: values as fc.Arbitrary<(CellValue | null)[]> }), {
  maxLength: 12,
})

const put: fc.Arbitrary<TablePut> = fc
  .tuple(table, rows, fc.subarray([...COLUMNS.keys()], { minLength: 1 }))
  .map(([name, given, positions]) => ({
    table: name,
    columns: positions.map(i => COLUMNS[i]!),
    rows: given.map(row => ({ key: row.key, values: positions.map(i => row.values[i]!) })),
  }))

const range = fc
  .tuple(key, fc.option(key, { nil: '' }))
  .map(([start, end]) => ({ start: Buffer.from(start), end: Buffer.from(end) }))

const request: fc.Arbitrary<ScanRequest> = fc.record({
  table,
  ranges: fc.array(range, { minLength: 1, maxLength: 3 }),
  columns: fc.option(fc.subarray(['d:text', 'i:long', 'x:none']), { nil: undefined }),
  limit: fc.option(fc.nat(9), { nil: undefined }),
  limitPerRange: fc.option(fc.nat(4), { nil: undefined }),
  reversed: fc.boolean(),
})

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    arbitrary: fc.array(put, { maxLength: 3 }).map(puts => ({ kind: 'write' as const, puts })),
    weight: 4,
  },
  { arbitrary: request.map(r => ({ kind: 'scan' as const, request: r })), weight: 4 },
  {
    arbitrary: fc
      .record({ table, keys: fc.array(key, { maxLength: 4 }) })
      .map(r => ({ kind: 'remove' as const, ...r })),
    weight: 1,
  },
  { arbitrary: fc.constant({ kind: 'reopen' as const }), weight: 1 },
)

async function answer(store: Store, { kind, ...rest }: Command): Promise<unknown> {
  if (kind === 'write' && 'puts' in rest) {
    const counts = await store.write(rest.puts)
    return [...counts].map(([name, { added }]) => [name, added])
  }
  if (kind === 'remove' && 'keys' in rest) return store.remove(rest.table, rest.keys)
  if (kind === 'scan' && 'request' in rest) {
    const found = await readRows(store, rest.request)
    return found.map(row => [row.key, cellsOf(row)])
  }
  return undefined
}

test('embedded store: random operations agree with the memory store', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 25 }), async commands => {
      const folder = mkdtempSync(join(tmpdir(), 'fink-model-'))
      const model = openMemoryStore({ derivationOf })
      let store = openEmbeddedStore(folder, { derivationOf })
      try {
        for (const step of commands) {
          if (step.kind === 'reopen') {
            await store.close()
            store = openEmbeddedStore(folder, { derivationOf })
          } else assert.deepEqual(await answer(store, step), await answer(model, step))
        }
      } finally {
        await store.close()
        rmSync(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 60 },
  )
})
