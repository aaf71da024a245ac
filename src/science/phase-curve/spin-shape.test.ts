import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  cosAspect,
  differentiateEllipsoid,
  differentiateSpheroid,
  ellipsoidTerm,
  poleFrame,
  SPIN_EPOCH_JD,
  spheroidTerm,
  toDirection,
} from './spin-shape.js'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const direction = fc.tuple(between(0, 6.28), between(-1.5, 1.5)).map(p => toDirection(...p))

/** Compares a gradient with differences of the term. */
function assertGradient(
  gradient: Float64Array,
  parameters: readonly number[],
  term: (parameters: readonly number[]) => number,
): void {
  parameters.forEach((value, k) => {
    const step = 1e-6 * Math.max(0.1, Math.abs(value))
    const shifted = (by: number): number => term(parameters.with(k, value + by))
    const expected = (shifted(step) - shifted(-step)) / (2 * step)
    const scale = Math.max(1, Math.abs(expected))
    assert.ok(Math.abs(gradient[k]! - expected) < 1e-5 * scale, `${k}: ${gradient[k]} ${expected}`)
  })
}

test('cosAspect() is 1 towards the pole and 0 on its equator', () => {
  const pole = { alpha0Rad: 1, delta0Rad: 0.5 }
  assert.ok(Math.abs(cosAspect(toDirection(1, 0.5), pole) - 1) < 1e-15)
  assert.ok(Math.abs(cosAspect(toDirection(1, 0.5 - Math.PI / 2), pole)) < 1e-15)
})

test('spheroidTerm() is 0 at the equator and 2.5 log R at both poles', () => {
  assert.equal(spheroidTerm(0, 0.5), 0)
  assert.equal(spheroidTerm(1, 0.5), 2.5 * Math.log10(0.5))
  assert.equal(spheroidTerm(-1, 0.5), spheroidTerm(1, 0.5))
})

test('ellipsoidTerm() spans 2.5 log(a/b) over half a turn seen from the equator', () => {
  const ellipsoid = {
    alpha0Rad: 0,
    delta0Rad: Math.PI / 2,
    periodDays: 0.5,
    aOverB: 1.5,
    aOverC: 2,
    phi0Rad: 0,
  }
  const target = toDirection(0, 0)
  const terms = [0, 0.125, 0.25].map(days =>
    ellipsoidTerm(ellipsoid, SPIN_EPOCH_JD + days, { target }),
  )
  assert.ok(Math.abs(Math.abs(terms[0]! - terms[1]!) - 2.5 * Math.log10(1.5)) < 1e-12)
  assert.ok(Math.abs(terms[0]! - terms[2]!) < 1e-12)
})

test('ellipsoidTerm() with the Sun behind the observer is that without the Sun', () => {
  const ellipsoid = {
    alpha0Rad: 1,
    delta0Rad: 0.3,
    periodDays: 0.3,
    aOverB: 1.2,
    aOverC: 1.4,
    phi0Rad: 0.1,
  }
  const target = toDirection(2, -0.2)
  const plain = ellipsoidTerm(ellipsoid, 2460000, { target })
  assert.ok(Math.abs(ellipsoidTerm(ellipsoid, 2460000, { target, sun: target }) - plain) < 1e-12)
})

test('differentiateSpheroid() agrees with differences of spheroidTerm()', () => {
  const parameters = fc.tuple(between(0.3, 1), between(0, 6.28), between(-1.5, 1.5))
  fc.assert(
    fc.property(direction, parameters, (target, values) => {
      const [r, alpha0Rad, delta0Rad] = values
      const inFrame = poleFrame({ alpha0Rad, delta0Rad })(target)
      // The term has a kink on the equator of the spheroid.
      fc.pre(Math.abs(inFrame[2]) > 1e-4)
      const gradient = new Float64Array(3)
      const term = differentiateSpheroid(inFrame, { r, delta0Rad }, gradient)
      assert.equal(term, spheroidTerm(inFrame[2], r))
      assertGradient(gradient, values, ([oblateness, alpha, delta]) => {
        const pole = { alpha0Rad: alpha!, delta0Rad: delta! }
        return spheroidTerm(cosAspect(target, pole), oblateness!)
      })
    }),
  )
})

test('differentiateEllipsoid() agrees with differences of ellipsoidTerm()', () => {
  const parameters = fc.tuple(
    between(0, 6.28),
    between(-1.5, 1.5),
    between(0.2, 2),
    between(1, 3),
    between(1, 3),
    between(-1.5, 1.5),
  )
  const toEllipsoid = (values: readonly number[]) => ({
    alpha0Rad: values[0]!,
    delta0Rad: values[1]!,
    periodDays: values[2]!,
    aOverB: values[3]!,
    aOverC: values[4]!,
    phi0Rad: values[5]!,
  })
  fc.assert(
    fc.property(direction, parameters, between(-3, 3), (target, values, days) => {
      const jd = SPIN_EPOCH_JD + days
      const ellipsoid = toEllipsoid(values)
      const gradient = new Float64Array(6)
      const inFrame = poleFrame(ellipsoid)(target)
      const term = differentiateEllipsoid(inFrame, { ellipsoid, jd }, gradient)
      assert.ok(Math.abs(term - ellipsoidTerm(ellipsoid, jd, { target })) < 1e-12)
      assertGradient(gradient, values, changed =>
        ellipsoidTerm(toEllipsoid(changed), jd, { target }),
      )
    }),
  )
})
