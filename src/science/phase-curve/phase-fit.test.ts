import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import { hg1g2Magnitude, shg1g2Magnitude, soccaMagnitude } from './phase-curve.js'
import type { PhaseObservations } from './phase-data.js'
import { fitPhaseCurve, type PhaseFitSuccess, shg1g2Residuals } from './phase-fit.js'

type Lists = Readonly<Record<string, readonly number[]>>
type Values = Readonly<Record<string, number>>

interface Vectors {
  readonly fit_SHG1G2: {
    readonly data: Lists
    readonly result: Values
    readonly residuals_shg1g2: number[]
    readonly cost_soft_l1_default_tolerances: number
    readonly [tight: string]: unknown
  }
  readonly fit_HG: Values
  readonly fit_HG12: Values
  readonly fit_HG1G2: Values
  readonly fit_with_nan: Values
}

function readVectors(path: (name: string) => string): {
  readonly vectors: Vectors
  readonly observations: PhaseObservations
} {
  const vectors = JSON.parse(readFileSync(path('spec/data/vectors-sso.json'), 'utf8')) as Vectors
  const { data } = vectors.fit_SHG1G2
  const list = (name: string): Float64Array => Float64Array.from(data[name]!)
  const observations = {
    reducedMag: list('magpsf_red'),
    sigmaMag: list('sigmapsf'),
    phaseRad: list('phase_rad'),
    band: list('fid'),
    raRad: list('ra_rad'),
    decRad: list('dec_rad'),
  }
  return { vectors, observations }
}

function fitted(...args: Parameters<typeof fitPhaseCurve>): PhaseFitSuccess {
  const result = fitPhaseCurve(...args)
  if (result.fit !== 0) assert.fail(`no fit: ${result.fit}`)
  return result
}

/**
 * The uncertainties in the order the reference pairs them with residuals for its chi-square: sorted
 * by value within each band. Nothing else depends on this order.
 */
function misorderedSigma({ sigmaMag, band }: PhaseObservations): Float64Array {
  const queues = new Map<number, number[]>()
  for (const value of new Set(band)) {
    queues.set(
      value,
      [...sigmaMag.filter((_, i) => band[i] === value)].sort((a, b) => a - b),
    )
  }
  return Float64Array.from(band, value => queues.get(value)!.shift()!)
}

testWithShared('fitPhaseCurve() gives every value of the four reference fits', path => {
  const { vectors, observations } = readVectors(path)
  const misordered = { ...observations, sigmaMag: misorderedSigma(observations) }
  for (const name of ['SHG1G2', 'HG', 'HG12', 'HG1G2'] as const) {
    const { fit, status, values } = fitted(misordered, name)
    const expected = name === 'SHG1G2' ? vectors.fit_SHG1G2.result : vectors[`fit_${name}`]
    const actual: Values = { fit, status, ...values }
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort())
    for (const [key, value] of Object.entries(expected)) {
      const off = Math.abs(actual[key]! - value)
      assert.ok(off <= 1e-5 * Math.max(0.1, Math.abs(value)), `${name} ${key}: ${actual[key]}`)
    }
  }
})

testWithShared('fitPhaseCurve() reaches the least cost of the reference', path => {
  const { vectors, observations } = readVectors(path)
  const { cost, values } = fitted(observations, 'SHG1G2')
  const expected = vectors.fit_SHG1G2
  assert.ok(cost <= expected.cost_soft_l1_default_tolerances + 1e-12, `${cost}`)
  const tight = expected[
    'x_tight[R,alpha0,delta0,H_1,G1_1,G2_1,H_2,G1_2,G2_2]'
  ] as readonly number[]
  const names = ['R', 'alpha0', 'delta0', 'H_1', 'G1_1', 'G2_1', 'H_2', 'G1_2', 'G2_2']
  names.forEach((name, k) => {
    const unit = name === 'alpha0' || name === 'delta0' ? Math.PI / 180 : 1
    assert.ok(Math.abs(values[name]! * unit - tight[k]!) < 2e-6, name)
  })
})

testWithShared('shg1g2Residuals() equals the reference to 1e-7 mag, row by row', path => {
  const { vectors, observations } = readVectors(path)
  const residuals = shg1g2Residuals(observations)
  const expected = vectors.fit_SHG1G2.residuals_shg1g2
  assert.equal(residuals.length, expected.length)
  residuals.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) < 1e-7, `${i}: ${value}`)
  })
})

testWithShared('fitPhaseCurve() with a missing magnitude is the reference failure', path => {
  const { vectors, observations } = readVectors(path)
  const reducedMag = observations.reducedMag.with(5, Number.NaN)
  assert.deepEqual(fitPhaseCurve({ ...observations, reducedMag }, 'SHG1G2'), vectors.fit_with_nan)
})

/** Positions and phases along an orbit, in two bands by turns. */
function orbit(count: number): Required<PhaseObservations> {
  const along = (of: (i: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => of(i))
  return {
    reducedMag: new Float64Array(count),
    sigmaMag: new Float64Array(count).fill(0.05),
    phaseRad: along(i => 0.02 + 0.4 * Math.abs(Math.sin(i * 1.7))),
    band: along(i => 1 + (i % 2)),
    raRad: along(i => (i * 0.37) % (2 * Math.PI)),
    decRad: along(i => 0.4 * Math.sin(i * 0.37)),
    jd: along(i => 2459580.5 + i * 0.613),
  }
}

const BANDS = [
  { h: 14, g1: 0.3, g2: 0.35 },
  { h: 13.5, g1: 0.25, g2: 0.4 },
]

test('fitPhaseCurve() finds the HG1G2 curves that magnitudes were made of', () => {
  const made = orbit(60)
  const reducedMag = made.phaseRad.map((phase, i) => hg1g2Magnitude(phase, BANDS[i % 2]!))
  const { values, residualsMag } = fitted({ ...made, reducedMag }, 'HG1G2')
  for (const [name, value] of [
    ['H_1', 14],
    ['G1_1', 0.3],
    ['G2_1', 0.35],
    ['H_2', 13.5],
    ['G1_2', 0.25],
    ['G2_2', 0.4],
  ] as const) {
    assert.ok(Math.abs(values[name]! - value) < 1e-4, `${name} ${values[name]}`)
  }
  assert.ok(residualsMag.every(value => Math.abs(value) < 1e-5))
  assert.equal(values.n_obs, 60)
  assert.equal(values.n_obs_2, 30)
})

test('fitPhaseCurve() finds the SHG1G2 pole on the side of the start', () => {
  const made = orbit(80)
  const spin = { r: 0.7, alpha0Rad: 2.3, delta0Rad: 0.5 }
  const reducedMag = made.phaseRad.map((phase, i) => {
    const position = { raRad: made.raRad[i]!, decRad: made.decRad[i]! }
    return shg1g2Magnitude(phase, position, { ...spin, ...BANDS[i % 2]! })
  })
  const { values } = fitted({ ...made, reducedMag }, 'SHG1G2')
  assert.ok(Math.abs(values.R! - 0.7) < 1e-3, `R ${values.R}`)
  assert.ok(Math.abs(values.alpha0! - (2.3 * 180) / Math.PI) < 0.1, `alpha0 ${values.alpha0}`)
  assert.ok(Math.abs(values.delta0! - (0.5 * 180) / Math.PI) < 0.1, `delta0 ${values.delta0}`)
  const far = fitted({ ...made, reducedMag }, 'SHG1G2', {
    alpha0: { start: 5.4 },
    delta0: { start: -0.4 },
  })
  assert.ok(Math.abs(far.values.alpha0! - values.alpha0! - 180) < 0.1)
  assert.ok(Math.abs(far.values.delta0! + values.delta0!) < 0.1)
})

test('fitPhaseCurve() refines a SOCCA spin from a near start', () => {
  const made = orbit(160)
  const spin = {
    alpha0Rad: 2.3,
    delta0Rad: 0.5,
    periodDays: 0.31,
    aOverB: 1.4,
    aOverC: 1.8,
    phi0Rad: 0.3,
  }
  const reducedMag = made.phaseRad.map((phaseRad, i) => {
    const target = { raRad: made.raRad[i]!, decRad: made.decRad[i]! }
    const observed = { phaseRad, target, jd: made.jd[i]! }
    return soccaMagnitude(observed, { ...spin, ...BANDS[i % 2]! })
  })
  const { values } = fitted({ ...made, reducedMag }, 'SOCCA', {
    H: { start: 13.8 },
    period: { start: 0.31002 },
    alpha0: { start: 2.1 },
    delta0: { start: 0.4 },
    a_b: { start: 1.3 },
    a_c: { start: 1.6 },
    phi0: { start: 0.2 },
  })
  assert.ok(Math.abs(values.period! - 0.31) < 1e-6, `period ${values.period}`)
  assert.ok(Math.abs(values.a_b! - 1.4) < 1e-3, `a_b ${values.a_b}`)
  assert.ok(Math.abs(values.a_c! - 1.8) < 1e-3, `a_c ${values.a_c}`)
  assert.ok(Math.abs(values.phi0! - 0.3) < 1e-3, `phi0 ${values.phi0}`)
  assert.ok(!('R' in values))
})

test('fitPhaseCurve() fits fewer observations than parameters, without uncertainties', () => {
  const made = orbit(3)
  const { values, residualsMag } = fitted(
    { ...made, reducedMag: Float64Array.of(15, 15.2, 15.1) },
    'SHG1G2',
  )
  assert.equal(values.err_H_1, Number.NaN)
  assert.equal(values.chi2red, Number.NaN)
  assert.ok(residualsMag.every(Number.isFinite))
})

test('fitPhaseCurve() tells failures apart', () => {
  const made = orbit(10)
  const none = new Float64Array(0)
  const fill = (value: number): Float64Array => new Float64Array(10).fill(value)
  assert.equal(fitPhaseCurve({ ...made, band: fill(Number.NaN) }, 'HG').fit, 1)
  assert.equal(fitPhaseCurve({ ...made, phaseRad: fill(Number.NaN) }, 'HG').fit, 3)
  assert.equal(fitPhaseCurve({ ...made, reducedMag: fill(-Infinity) }, 'HG').fit, 3)
  const empty = { reducedMag: none, sigmaMag: none, phaseRad: none, band: none }
  assert.deepEqual(fitPhaseCurve(empty, 'HG'), { fit: 3, status: -2 })
})

test('shg1g2Residuals() are all NaN without a fit', () => {
  const made = orbit(4)
  const residuals = shg1g2Residuals({ ...made, reducedMag: Float64Array.of(15, NaN, 15, 15) })
  assert.deepEqual([...residuals], [NaN, NaN, NaN, NaN])
})

test('fitPhaseCurve() refuses absent lists and ranges it cannot use', () => {
  const { raRad: _, ...blind } = orbit(10)
  const { jd: __, ...timeless } = orbit(10)
  const made = orbit(10)
  assert.throws(() => fitPhaseCurve(blind, 'SHG1G2'), /"0" values of raRad: expected 10/)
  assert.doesNotThrow(() => fitPhaseCurve(blind, 'HG'))
  const near = { period: { start: 0.3 } }
  assert.throws(() => fitPhaseCurve(timeless, 'SOCCA', near), /"0" values of jd/)
  assert.throws(() => fitPhaseCurve(made, 'SOCCA'), /"period" at "NaN"/)
  assert.throws(() => fitPhaseCurve(made, 'HG', { R: { start: 1 } }), /"R": expected one of H, G/)
  assert.throws(() => fitPhaseCurve(made, 'HG', { G: { start: 9 } }), RangeError)
})
