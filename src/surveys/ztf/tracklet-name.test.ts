import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trackletPrefix } from './tracklet-name.js'

test('trackletPrefix() takes dates up to any point', () => {
  const cases: Readonly<Record<string, string>> = {
    '': 'TRCK_',
    '2021': 'TRCK_2021',
    '2021-06-04': 'TRCK_20210604',
    '20210604': 'TRCK_20210604',
    '2021-06-04 09': 'TRCK_20210604_09',
    '2021-06-04 09:36:09': 'TRCK_20210604_093609',
    '2021-06-04T09:36:09Z': 'TRCK_20210604_093609',
    ' 2021-06-04  09:36:09 00 ': 'TRCK_20210604_093609_00',
  }
  for (const [date, prefix] of Object.entries(cases)) assert.equal(trackletPrefix(date), prefix)
})

test('trackletPrefix() refuses what no date begins with', () => {
  for (const date of ['yesterday', '2021-06-04 09:36:09.5', '2021/06/04', '123456789', '2021 06']) {
    assert.throws(() => trackletPrefix(date), SyntaxError)
  }
})
