import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import { constellationAt } from './constellation.js'
import { BOUNDARIES, NAMES } from './constellation-boundaries.js'

test('constellationAt() names well-known places', () => {
  const places: [number, number, string][] = [
    [101.28715533, -16.71611586, 'Canis Major'],
    [37.95456067, 89.26410897, 'Ursa Minor'],
    [0, 90, 'Ursa Minor'],
    [0, -90, 'Octans'],
    [225, 30, 'Boötes'],
    [165, -79, 'Chamaeleon'],
    [267.555, -6.7079, 'Ophiuchus'],
    [186.64956, -63.09909, 'Crux'],
    [344.41269, -29.62224, 'Piscis Austrinus'],
  ]
  for (const [raDeg, decDeg, name] of places) assert.equal(constellationAt(raDeg, decDeg), name)
})

test('constellationAt() takes any turn of right ascension', () => {
  assert.equal(constellationAt(-258.71284467, -16.71611586), 'Canis Major')
  assert.equal(constellationAt(360, 0), constellationAt(0, 0))
})

test('constellationAt() has no name for a missing position', () => {
  assert.equal(constellationAt(Number.NaN, 10), undefined)
  assert.equal(constellationAt(10, Number.NaN), undefined)
})

test('constellationAt() has a name everywhere, and uses all 88', () => {
  const seen = new Set<string | undefined>()
  for (let decDeg = -90; decDeg <= 90; decDeg += 0.5) {
    for (let raDeg = 0; raDeg < 360; raDeg += 0.7) seen.add(constellationAt(raDeg, decDeg))
  }
  assert.deepEqual(seen, new Set(Object.values(NAMES)))
  assert.equal(seen.size, 88)
})

/** Names as the service this one replaces spells them. */
const MISSPELT: Readonly<Record<string, string>> = {
  Chamaleon: 'Chamaeleon',
  Ophiucus: 'Ophiuchus',
  'Crux ': 'Crux',
  'Pisces Austrinus': 'Piscis Austrinus',
}

testWithShared('BOUNDARIES and NAMES equal the reference table', path => {
  const { rows, names } = JSON.parse(
    readFileSync(path('spec/data/constellation.json'), 'utf8'),
  ) as { readonly rows: unknown[]; readonly names: Readonly<Record<string, string>> }
  assert.deepEqual(BOUNDARIES, rows)
  for (const [abbreviation, name] of Object.entries(names)) {
    assert.equal(NAMES[abbreviation], MISSPELT[name] ?? name)
  }
})

testWithShared('constellationAt() equals the reference vectors', path => {
  const { named, random } = JSON.parse(
    readFileSync(path('spec/data/vectors-constellation.json'), 'utf8'),
  ) as {
    readonly named: { readonly ra: number; readonly dec: number; readonly name: string }[]
    readonly random: [number, number, string][]
  }
  const all = [...named.map(({ ra, dec, name }) => [ra, dec, name] as const), ...random]
  for (const [ra, dec, name] of all) {
    assert.equal(constellationAt(ra, dec), MISSPELT[name] ?? name, `${ra} ${dec}`)
  }
  assert.equal(all.length, 1540)
})
