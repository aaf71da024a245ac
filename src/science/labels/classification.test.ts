import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import { type ClassificationInput, classify } from './classification.js'

const QUIET: ClassificationInput = {
  cdsxmatch: 'Unknown',
  roid: 0,
  mulens: 0,
  snnSniaVsNonia: 0,
  snnSnVsAll: 0,
  rfSniaVsNonia: 0,
  rfKnVsNonkn: 0,
  ndethist: 10,
  drb: 0.9,
  classtar: 0.9,
  jd: 2459000.5,
  jdstarthist: 2458990.5,
  tracklet: '',
}

const labelOf = (changes: Partial<ClassificationInput>): string =>
  classify({ ...QUIET, ...changes })

testWithShared('classify() gives the label of every reference vector', path => {
  const text = readFileSync(path('spec/data/vectors-classification.json'), 'utf8')
  const vectors = JSON.parse(text) as {
    readonly case: string
    readonly in: Readonly<Record<string, number | string | null>>
    readonly out: string
  }[]
  assert.equal(vectors.length, 60)
  for (const { case: name, in: input, out } of vectors) {
    const number = (key: string): number => {
      const value = input[key]
      return typeof value === 'number' ? value : Number.NaN
    }
    const label = classify({
      cdsxmatch: String(input.cdsxmatch),
      roid: number('roid'),
      mulens: number('mulens'),
      snnSniaVsNonia: number('snn_snia_vs_nonia'),
      snnSnVsAll: number('snn_sn_vs_all'),
      rfSniaVsNonia: number('rf_snia_vs_nonia'),
      rfKnVsNonkn: number('rf_kn_vs_nonkn'),
      ndethist: number('ndethist'),
      drb: number('drb'),
      classtar: number('classtar'),
      jd: number('jd'),
      jdstarthist: number('jdstarthist'),
      tracklet: String(input.tracklet),
    })
    assert.equal(label, out, name)
  }
})

test('classify() gives each class its conditions', () => {
  const supernova = { snnSnVsAll: 0.51 }
  const early = { snnSniaVsNonia: 0.51, rfSniaVsNonia: 0.51 }
  const kilonova = { rfKnVsNonkn: 0.51, jdstarthist: QUIET.jd - 4.9 }
  assert.equal(labelOf({}), 'Unknown')
  assert.equal(labelOf({ mulens: 0.01 }), 'Microlensing candidate')
  assert.equal(labelOf(supernova), 'SN candidate')
  assert.equal(labelOf({ ...supernova, jdstarthist: QUIET.jd - 90.5 }), 'Unknown')
  assert.equal(labelOf(early), 'Early SN Ia candidate')
  assert.equal(labelOf({ ...early, ndethist: 21 }), 'SN candidate')
  assert.equal(labelOf(kilonova), 'Kilonova candidate')
  assert.equal(labelOf({ ...kilonova, jdstarthist: QUIET.jd - 5 }), 'Unknown')
  assert.equal(labelOf({ roid: 2 }), 'Solar System candidate')
  assert.equal(labelOf({ roid: 3 }), 'Solar System MPC')
  assert.equal(labelOf({ tracklet: 'TRCK_20210101_000000_00' }), 'Tracklet')
})

test('classify() calls two of microlensing, supernova and Solar System ambiguous', () => {
  assert.equal(labelOf({ mulens: 1, snnSnVsAll: 0.6 }), 'Ambiguous')
  assert.equal(labelOf({ mulens: 1, roid: 3 }), 'Ambiguous')
  assert.equal(labelOf({ snnSnVsAll: 0.6, roid: 2 }), 'Ambiguous')
})

test('classify() does not count early supernovae and tracklets as a second claim', () => {
  const early = { snnSnVsAll: 0.6, rfSniaVsNonia: 0.6, ndethist: 1 }
  assert.equal(labelOf({ ...early, mulens: 1 }), 'Early SN Ia candidate')
  assert.equal(labelOf({ tracklet: 'TRCK_1', roid: 3 }), 'Solar System MPC')
  assert.equal(labelOf({ tracklet: 'TRCK_1', roid: 2 }), 'Tracklet')
})

test('classify() passes SIMBAD labels through, but not those of galaxies and failures', () => {
  for (const label of ['RRLyr', 'galaxy', 'SN', '', 'nan']) {
    assert.equal(labelOf({ cdsxmatch: label, mulens: 1, roid: 3 }), label)
  }
  for (const label of ['Galaxy', 'Galaxy_Candidate', 'Fail', 'Fail 504', 'Failed', 'Transient']) {
    assert.equal(labelOf({ cdsxmatch: label }), 'Unknown')
  }
  assert.equal(labelOf({ cdsxmatch: 'Galaxy', snnSnVsAll: 0.6 }), 'SN candidate')
  assert.equal(labelOf({ cdsxmatch: 'Galaxy_Candidate', snnSnVsAll: 0.6 }), 'Unknown')
})

test('classify() takes a missing number as no evidence, and missing detections as none', () => {
  assert.equal(labelOf({ mulens: Number.NaN, roid: Number.NaN, drb: Number.NaN }), 'Unknown')
  assert.equal(labelOf({ snnSnVsAll: 0.6, drb: Number.NaN }), 'Unknown')
  const early = { snnSnVsAll: 0.6, rfSniaVsNonia: 0.6, ndethist: Number.NaN }
  assert.equal(labelOf(early), 'Early SN Ia candidate')
  assert.equal(labelOf({ snnSnVsAll: 0.6, ndethist: Number.NaN }), 'Unknown')
  const kilonova = { rfKnVsNonkn: 0.6, jdstarthist: QUIET.jd, ndethist: Number.NaN }
  assert.equal(labelOf(kilonova), 'Kilonova candidate')
})
