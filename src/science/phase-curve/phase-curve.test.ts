import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import {
  hg1g2Magnitude,
  hg12Magnitude,
  hgMagnitude,
  shg1g2Magnitude,
  soccaMagnitude,
} from './phase-curve.js'
import { HG1G2_SPLINES, hg1g2Functions, hgFunctions } from './phase-function.js'
import { cosAspect, toDirection } from './spin-shape.js'

const RADIANS = Math.PI / 180
const SPIN = { h: 12, g1: 0.3, g2: 0.4, alpha0Rad: 1.2, delta0Rad: 0.4 }
const SPHEROID = { ...SPIN, r: 0.8 }
const ELLIPSOID = { ...SPIN, periodDays: 0.25, aOverB: 1.3, aOverC: 1.6, phi0Rad: 0.2 }

function assertClose(actual: readonly number[], expected: readonly number[], name = ''): void {
  assert.equal(actual.length, expected.length, name)
  actual.forEach((value, i) => {
    const scale = Math.max(1e-3, Math.abs(expected[i]!))
    assert.ok(Math.abs(value - expected[i]!) <= 1e-9 * scale, `${name} ${i}: ${value}`)
  })
}

interface Vectors {
  readonly phase_deg: number[]
  readonly geom: Readonly<Record<'ra_rad' | 'dec_rad' | 'jd', number[]>>
  readonly [name: string]: unknown
}

const readVectors = (path: (name: string) => string): Vectors =>
  JSON.parse(readFileSync(path('spec/data/vectors-sso.json'), 'utf8')) as Vectors

testWithShared('hgFunctions() and hg1g2Functions() equal the reference vectors', path => {
  const vectors = readVectors(path)
  const phases = vectors.phase_deg.map(deg => deg * RADIANS)
  for (const k of [0, 1] as const) {
    const expected = vectors[`HG_phi${k + 1}`] as number[]
    assertClose(
      phases.map(phase => hgFunctions(phase)[k]),
      expected,
      `HG ${k}`,
    )
  }
  for (const k of [0, 1, 2] as const) {
    const expected = vectors[`HG1G2_phi${k + 1}`] as number[]
    assertClose(
      phases.map(phase => hg1g2Functions(phase)[k]),
      expected,
      `HG1G2 ${k}`,
    )
  }
})

testWithShared('HG1G2_SPLINES equals the reference nodes, slopes and coefficients', path => {
  const vectors = readVectors(path)
  HG1G2_SPLINES.forEach((spline, k) => {
    const read = (name: string): unknown => vectors[`HG1G2_phi${k + 1}_${name}`]
    assertClose(spline.nodes, read('nodes_rad') as number[], 'nodes')
    assertClose(spline.endSlopes, read('end_derivatives') as number[], 'slopes')
    const rows = read('coef(A0..A3 per interval, in (x-x_i) rad)') as number[][]
    assertClose(spline.coefficients.flat(), rows.flat(), 'coefficients')
  })
})

testWithShared('the magnitudes of all five models equal the reference vectors', path => {
  const vectors = readVectors(path)
  const { ra_rad: ra, dec_rad: dec, jd } = vectors.geom
  // The models were evaluated at the first phases only, one for each position.
  const phases = vectors.phase_deg.slice(0, ra.length).map(deg => deg * RADIANS)
  const check = (name: string, model: (phase: number, i: number) => number): void =>
    assertClose(phases.map(model), vectors[name] as number[], name)
  check('func_hg_H12_G0.15', phase => hgMagnitude(phase, { h: 12, g: 0.15 }))
  check('func_hg1g2_H12_G1_0.3_G2_0.4', phase => hg1g2Magnitude(phase, SPIN))
  check('func_hg12_H12_G12_0.4', phase => hg12Magnitude(phase, { h: 12, g12: 0.4 }))
  const at = (i: number) => ({ raRad: ra[i]!, decRad: dec[i]! })
  check('func_shg1g2_H12_.3_.4_R.8_a0_1.2_d0_0.4', (phase, i) =>
    shg1g2Magnitude(phase, at(i), SPHEROID),
  )
  check('cos_aspect_angle_a0_1.2_d0_0.4', (_, i) => cosAspect(toDirection(ra[i]!, dec[i]!), SPIN))
  check('func_socca_H12_.3_.4_a0_1.2_d0_0.4_P0.25_ab1.3_ac1.6_phi0_0.2', (phaseRad, i) =>
    soccaMagnitude({ phaseRad, target: at(i), jd: jd[i]! }, ELLIPSOID),
  )
  check('func_socca_terminator_same_plus_sun(ra+0.2,dec*0.9)', (phaseRad, i) => {
    const sun = { raRad: ra[i]! + 0.2, decRad: dec[i]! * 0.9 }
    return soccaMagnitude({ phaseRad, target: at(i), sun, jd: jd[i]! }, ELLIPSOID)
  })
})

test('every law gives the absolute magnitude at opposition', () => {
  assert.equal(hgMagnitude(0, { h: 12, g: 0.15 }), 12)
  assert.ok(Math.abs(hg1g2Magnitude(0, SPIN) - 12) < 1e-8)
  assert.ok(Math.abs(hg12Magnitude(0, { h: 12, g12: 0.4 }) - 12) < 1e-8)
})

test('every law fades with phase up to 150 degrees', () => {
  for (let deg = 1; deg <= 150; deg++) {
    const [nearer, further] = [(deg - 1) * RADIANS, deg * RADIANS]
    assert.ok(hgMagnitude(further, { h: 0, g: 0.15 }) > hgMagnitude(nearer, { h: 0, g: 0.15 }))
    assert.ok(hg1g2Magnitude(further, SPIN) > hg1g2Magnitude(nearer, SPIN))
  }
})

test('hg1g2Magnitude() is NaN where the slopes leave no brightness', () => {
  assert.equal(hg1g2Magnitude(1, { h: 12, g1: -2, g2: -2 }), Number.NaN)
})

test('shg1g2Magnitude() and soccaMagnitude() of a sphere are those of HG1G2', () => {
  const target = { raRad: 1, decRad: 0.3 }
  const plain = hg1g2Magnitude(0.2, SPIN)
  const sphere = { ...ELLIPSOID, aOverB: 1, aOverC: 1 }
  assert.equal(shg1g2Magnitude(0.2, target, { ...SPHEROID, r: 1 }), plain)
  const spun = soccaMagnitude({ phaseRad: 0.2, target, jd: 2460000.5 }, sphere)
  assert.ok(Math.abs(spun - plain) < 1e-12)
})
