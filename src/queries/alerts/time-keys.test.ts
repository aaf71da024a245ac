import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDouble } from '../../rows/number-text.js'
import type { KeyRange } from '../../store/store.js'
import { isInSpan, parseTimeKey, timeRanges } from './time-keys.js'

const PREFIX = 'SN candidate_'

/** Times with few decimals, so that one is often the beginning of another. */
const time = fc
  .tuple(fc.integer({ min: 0, max: 3000 }), fc.constantFrom(1, 10, 100, 1000))
  .map(([n, unit]) => Number((2_460_920 + n / unit).toFixed(3)))

function keyOf(at: number): string {
  return `${PREFIX}${formatDouble(at)}_ZTF20aaaaaaa`
}

function isIn({ start, end }: KeyRange, key: string): boolean {
  const bytes = Buffer.from(key)
  return Buffer.compare(bytes, start) >= 0 && Buffer.compare(bytes, end) < 0
}

test('timeRanges() holds every time of the span once and none after it', () => {
  fc.assert(
    fc.property(fc.array(time, { maxLength: 50 }), time, time, (times, a, b) => {
      const span = { from: Math.min(a, b), to: Math.max(a, b) }
      const ranges = timeRanges(PREFIX, span)
      for (const at of [...times, a, b]) {
        const count = ranges.filter(range => isIn(range, keyOf(at))).length
        if (isInSpan(at, span)) assert.equal(count, 1, `${at}`)
        if (at > span.to) assert.equal(count, 0, `${at}`)
      }
    }),
  )
})

test('timeRanges() gives the latest range first', () => {
  fc.assert(
    fc.property(fc.array(time, { maxLength: 50 }), time, time, (times, a, b) => {
      const ranges = timeRanges(PREFIX, { from: Math.min(a, b), to: Math.max(a, b) })
      const placed = times.map(at => ({
        at,
        range: ranges.findIndex(range => isIn(range, keyOf(at))),
      }))
      for (const one of placed.filter(({ range }) => range >= 0)) {
        for (const other of placed) {
          if (other.range > one.range) assert.ok(other.at < one.at, `${other.at} ${one.at}`)
        }
      }
    }),
  )
})

test('timeRanges() needs two ranges for a span that ends at midnight', () => {
  const ranges = timeRanges('', { from: 2460900.5, to: 2460920.5 })
  const texts = ranges.map(({ start, end }) => `${start} ${end}`)
  assert.deepEqual(texts, ['2460920.5_ 2460920.5`', '2460900.5 2460920.5'])
})

test('parseTimeKey() takes keys apart', () => {
  assert.deepEqual(parseTimeKey('SN Ia_2459369.9001157_ZTF21abebfgc', 'SN Ia_'), {
    time: 2459369.9001157,
    text: '2459369.9001157',
    object: 'ZTF21abebfgc',
  })
  assert.equal(parseTimeKey('2459369.5', '').time, 2459369.5)
  assert.equal(parseTimeKey('SN Ia_', 'SN Ia_').time, Number.NaN)
  assert.equal(parseTimeKey('schema_4.0_6.1.1', '').time, Number.NaN)
})
