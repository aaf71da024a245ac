import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FormatTraits, formatContract } from './contract.js'
import { readCsv, readJson, readParquet, readVotable } from './contract-readers.js'
import { csvFormat } from './csv.js'
import { FORMATS, FORMATS_BY_NAME } from './formats.js'
import { jsonFormat } from './json.js'
import { parquetFormat } from './parquet.js'
import { votableFormat } from './votable.js'

const everything: FormatTraits = {
  isInfinityKept: true,
  isEmptyTextKept: true,
  carriedText: text => text,
}

/** XML 1.0 has no place for most control characters and for two noncharacters. */
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}

formatContract(jsonFormat, readJson, { ...everything, isInfinityKept: false })
formatContract(csvFormat, readCsv, { ...everything, isEmptyTextKept: false })
formatContract(votableFormat, readVotable, {
  ...everything,
  isEmptyTextKept: false,
  carriedText: xmlText,
})
formatContract(parquetFormat, readParquet, everything)

test('FORMATS_BY_NAME knows the four formats, JSON first', () => {
  assert.deepEqual([...FORMATS_BY_NAME.keys()], ['json', 'csv', 'votable', 'parquet'])
  assert.equal(FORMATS[0], jsonFormat)
})
