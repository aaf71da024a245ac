import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ztfClasses } from './classes.js'

function placeOf(name: string): string {
  const { table, keyPrefix, isLatestPerObject } = ztfClasses.locate(name)
  return `${table} ${keyPrefix}${isLatestPerObject ? ' latest' : ''}`
}

test('locate() knows the table and the key of each kind of class', () => {
  const cases: Readonly<Record<string, string>> = {
    'SN candidate': 'ztf.class SN candidate_',
    '(SIMBAD) QSO': 'ztf.class QSO_',
    QSO: 'ztf.class QSO_',
    '(SIMBAD)QSO': 'ztf.class QSO_',
    '(TNS) SN Ia': 'ztf.tns SN Ia_',
    '(TNS) Nonsense': 'ztf.class (TNS) Nonsense_',
    '(CTA) Blazar low state': 'ztf.low_state_blazars  latest',
    '(CTA) Blazar high state': 'ztf.high_state_blazars  latest',
    'SLSN candidate': 'ztf.slsn  latest',
  }
  for (const [name, place] of Object.entries(cases)) assert.equal(placeOf(name), place)
})

const never = (): Promise<readonly number[]> => assert.fail('not needed')

test('trends rising and fading follow the sign of the rate; without one, neither', () => {
  const { rising, fading } = ztfClasses.trends
  for (const [rate, isRising, isFading] of [
    [-0.1, true, false],
    [0.1, false, true],
    [0, false, false],
    [Number.NaN, false, false],
  ] as const) {
    assert.equal(rising?.isMet([rate], never), isRising)
    assert.equal(fading?.isMet([rate], never), isFading)
  }
})

test('trend new_low_state takes instantness where there is one, m0 otherwise', async () => {
  const trend = ztfClasses.trends.new_low_state!
  assert.equal(await trend.isMet([1.5, Number.NaN], never), true)
  assert.equal(await trend.isMet([0.5, -1], never), false)
  assert.equal(await trend.isMet([-1, 0.4], async () => [-1, 1.2]), true)
  assert.equal(await trend.isMet([-1, 0.4], async () => [-1, 0.6]), false)
  assert.equal(await trend.isMet([-1, 0.4], async () => [Number.NaN, Number.NaN]), false)
})
