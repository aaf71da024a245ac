import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  toAbMagnitude,
  toAbMagnitudeSigma,
  toReducedMagnitude,
  toZtfApparentFlux,
  toZtfApparentMagnitude,
} from './magnitude.js'

function assertNear(actual: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`)
}

test('toAbMagnitude() is 31.4 at 1 nJy and falls by 2.5 for each factor of 10', () => {
  assert.equal(toAbMagnitude(1), 31.4)
  assertNear(toAbMagnitude(1000), 23.9)
  assertNear(toAbMagnitude(3631e9), 0, 1e-3)
})

test('toAbMagnitude() and toAbMagnitudeSigma() give NaN for a flux that is not positive', () => {
  for (const flux of [0, -1, Number.NaN]) {
    assert.equal(toAbMagnitude(flux), Number.NaN)
    assert.equal(toAbMagnitudeSigma(flux, 1), Number.NaN)
  }
})

test('toAbMagnitudeSigma() is 1.0857 times the relative uncertainty', () => {
  assertNear(toAbMagnitudeSigma(200, 10), 1.085736204758 / 20)
})

test('toReducedMagnitude() takes away the distances', () => {
  assertNear(toReducedMagnitude(18, { observerAu: 1.7, sunAu: 2.5 }), 14.858055349748442)
  assert.equal(toReducedMagnitude(18, { observerAu: 1, sunAu: 1 }), 18)
})

const SOURCE = { magpsf: 18, sigmapsf: 0.1, magnr: 18, sigmagnr: 0.1, isPositive: true }

test('toZtfApparentMagnitude() adds a positive difference to the reference', () => {
  const { value, sigma } = toZtfApparentMagnitude(SOURCE)
  assertNear(value, 18 - 2.5 * Math.log10(2))
  assertNear(sigma, 0.1 / Math.SQRT2)
})

test('toZtfApparentMagnitude() takes a negative difference away', () => {
  const { value } = toZtfApparentMagnitude({ ...SOURCE, magpsf: 19, isPositive: false })
  assertNear(value, 18 - 2.5 * Math.log10(1 - 10 ** -0.4))
})

test('toZtfApparentMagnitude() gives NaN where nothing is left or nothing was', () => {
  for (const change of [{ isPositive: false }, { magnr: -999 }, { magnr: Number.NaN }]) {
    const { value, sigma } = toZtfApparentMagnitude({ ...SOURCE, ...change })
    assert.equal(value, Number.NaN)
    assert.equal(sigma, Number.NaN)
  }
})

test('toZtfApparentFlux() is in Jy', () => {
  const { value, sigma } = toZtfApparentFlux({ ...SOURCE, magnr: 0, magpsf: 40, sigmagnr: 0 })
  assertNear(value, 3631, 1e-9)
  assertNear(sigma, 0, 1e-9)
  const equal = toZtfApparentFlux({ ...SOURCE, isPositive: false })
  assert.equal(equal.value, 0)
  assert.ok(equal.sigma > 0)
})
