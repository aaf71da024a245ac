import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { parseExactJson, type Row } from '../../../test/golden/compare.js'
import { testWithShared } from '../../../test/shared.js'
import { openLocalLake } from '../../datalake/local/local.js'
import { parquetCompressors } from '../../datalake/parquet/compression.js'
import { DatalakeError, NotFoundError } from '../../errors.js'
import { jsonFormat } from '../../formats/json.js'
import { openTableFile, readFileBytes, type TableFile } from './table-file.js'

const { signal } = new AbortController()

async function openFile(folder: string, path: string): Promise<TableFile> {
  const lake = await openLocalLake(folder)
  return openTableFile({ lake, decompressors: parquetCompressors }, path, {
    facts: [],
    hasLists: true,
    signal,
  })
}

async function jsonOf(file: TableFile): Promise<string> {
  const encoder = jsonFormat.encoder(file.columns, {})
  const parts = [encoder.begin()]
  for await (const batch of file.batches()) parts.push(encoder.rows(batch))
  return Buffer.concat([...parts, encoder.end()]).toString()
}

/** Values as JSON has them: no NaN, no big integers, 32-bit floats by their shortest text. */
function isSame(json: unknown, value: unknown): boolean {
  if (value === undefined || value === null || Number.isNaN(value)) return json === null
  if (typeof value === 'number' && typeof json === 'number') {
    return json === value || Math.fround(json) === value
  }
  if (typeof value === 'bigint') return BigInt(json as string | number) === value
  if (typeof value !== 'object') return json === value
  const items = value as Readonly<Record<string, unknown>>
  const members = json as Readonly<Record<string, unknown>>
  return Object.keys(items).every(name => isSame(members[name], items[name]))
}

testWithShared('table files of every kind become JSON with all their values', async path => {
  const folder = path('data/sso')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.parquet'),
  )
  assert.ok(files.length >= 10)
  for (const name of files) {
    const bytes = Uint8Array.from(readFileSync(join(folder, name)))
    const expected = await parquetReadObjects({
      file: bytes.buffer,
      compressors: parquetCompressors,
    })
    const rows = parseExactJson(await jsonOf(await openFile(folder, name))) as Row[]
    assert.equal(rows.length, expected.length, name)
    expected.forEach((row, i) => {
      for (const [column, value] of Object.entries(row)) {
        if (column.startsWith('__index')) assert.ok(!(column in rows[i]!))
        else assert.ok(isSame(rows[i]![column], value), `${name} row ${i} column ${column}`)
      }
    })
  }
})

testWithShared('readFileBytes() gives the file', async path => {
  const folder = path('data/sso')
  const name = 'ssocand_trajectory_orb.parquet'
  const bytes = readFileSync(join(folder, name))
  const tables = { lake: await openLocalLake(folder), decompressors: {} }
  const pieces: Uint8Array[] = []
  const request = { path: name, size: bytes.length, signal }
  for await (const piece of readFileBytes(tables, request)) pieces.push(piece)
  assert.ok(bytes.equals(Buffer.concat(pieces)))
})

test('openTableFile() tells a missing file from a broken one', async () => {
  await assert.rejects(openFile('src', 'missing.parquet'), NotFoundError)
  await assert.rejects(openFile('src', 'errors.ts'), (error: unknown) => {
    assert.ok(error instanceof DatalakeError)
    assert.match(error.message, /Cannot read table "errors\.ts"/)
    return true
  })
})

/** A table of two row groups in memory; reads of its rows fail when that is asked for. */
function memoryTable(change: (bytes: Buffer) => void, { isFailing = false } = {}) {
  const values = Array.from({ length: 8 }, (_, i) => `name ${i % 2}`)
  const columnData = ['a', 'b'].map(name => ({ name, data: values, type: 'STRING' as const }))
  const written = parquetWriteBuffer({ columnData, rowGroupSize: 4, codec: 'UNCOMPRESSED' })
  const bytes = Buffer.from(written)
  change(bytes)
  let isOpen = false
  const lake = {
    size: async () => bytes.length,
    read: async (_path: string, start: number, end: number) => {
      if (isFailing && isOpen) throw new DatalakeError('fuzz', 'the lake is down')
      return bytes.subarray(start, end)
    },
    write: () => Promise.reject(new Error('read only')),
    close: async () => undefined,
  }
  const options = { facts: [], hasLists: true, signal }
  return async () => {
    const file = await openTableFile({ lake, decompressors: parquetCompressors }, 'a', options)
    isOpen = true
    return file
  }
}

test('a lake that fails for several reads at once fails the table, not the process', async () => {
  const file = await memoryTable(() => undefined, { isFailing: true })()
  await assert.rejects(file.readRows(0, 8), /the lake is down/)
  await assert.rejects(file.readColumn('a'), /the lake is down/)
  // Rejections that nobody waits for are told when the loop comes round.
  await new Promise(resolve => setImmediate(resolve))
})

test('a length of billions anywhere in a page ends at once, with the table or an error', async () => {
  const huge = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f])
  let refused = 0
  for (let at = 4; at < 200; at++) {
    const file = await memoryTable(bytes => huge.copy(bytes, at))()
    await file.readRows(0, 8).catch((error: unknown) => {
      assert.ok(error instanceof DatalakeError, `byte ${at}: ${error}`)
      refused++
    })
  }
  assert.ok(refused > 50)
})
