/**
 * How the brightness of an airless body falls with the phase angle (Sun - body - observer): the
 * laws HG (Bowell et al. 1989, Asteroids II), HG1G2 (Muinonen et al. 2010, Icarus 209, 542) and
 * HG12 (Penttila et al. 2016, PSS 123, 117). Each is linear in its slope parameters, which is the
 * form given here; magnitudes are made of it elsewhere.
 */
import { type CubicSpline, clampedSpline, evaluateSpline } from './cubic-spline.js'

/**
 * A law as brightness relative to phase 0: `constant + sum(parameter[k] * slopes[k])`. The
 * parameters, in this order, are named by `slopeNames`.
 */
export interface PhaseLaw {
  readonly slopeNames: readonly string[]
  at(phaseRad: number): { readonly constant: number; readonly slopes: readonly number[] }
}

const RADIANS = Math.PI / 180

/** Both functions of the HG law at a phase angle of 0 to pi radians. */
export function hgFunctions(phaseRad: number): readonly [number, number] {
  const sine = Math.sin(phaseRad)
  const half = Math.tan(phaseRad / 2)
  const weight = Math.exp(-90.56 * half ** 2)
  const ratio = sine / (0.119 + 1.341 * sine - 0.754 * sine ** 2)
  const phi = (a: number, b: number, c: number): number =>
    weight * (1 - c * ratio) + (1 - weight) * Math.exp(-a * half ** b)
  return [phi(3.332, 0.631, 0.986), phi(1.862, 1.218, 0.238)]
}

const WIDE_NODES_DEG = [7.5, 30, 60, 90, 120, 150]
const NARROW_NODES_DEG = [0, 0.3, 1, 2, 4, 8, 12, 20, 30]

/** The three splines of the HG1G2 law, in radians; end slopes are per radian. */
export const HG1G2_SPLINES: readonly [CubicSpline, CubicSpline, CubicSpline] = [
  clampedSpline({
    nodes: WIDE_NODES_DEG.map(deg => deg * RADIANS),
    values: [0.75, 0.33486016, 0.1341056, 0.051104756, 0.021465687, 0.0036396989],
    endSlopes: [-1.9098593, -0.091328612],
  }),
  clampedSpline({
    nodes: WIDE_NODES_DEG.map(deg => deg * RADIANS),
    values: [0.925, 0.62884169, 0.31755495, 0.12716367, 0.022373903, 0.00016505689],
    endSlopes: [-0.5729578, -8.6573138e-8],
  }),
  clampedSpline({
    nodes: NARROW_NODES_DEG.map(deg => deg * RADIANS),
    values: [
      1, 0.83381185, 0.57735424, 0.42144772, 0.2317423, 0.10348178, 0.061733473, 0.016107006, 0,
    ],
    endSlopes: [-1.0630097, 0],
  }),
]

/** The three functions of the HG1G2 law at a phase angle of 0 to pi radians; never negative. */
export function hg1g2Functions(phaseRad: number): readonly [number, number, number] {
  const [first, second, third] = HG1G2_SPLINES
  return [
    Math.max(0, evaluateSpline(first, phaseRad)),
    Math.max(0, evaluateSpline(second, phaseRad)),
    Math.max(0, evaluateSpline(third, phaseRad)),
  ]
}

/** Parameter `G`. */
export const HG_LAW: PhaseLaw = {
  slopeNames: ['G'],
  at: phaseRad => {
    const [phi1, phi2] = hgFunctions(phaseRad)
    return { constant: phi1, slopes: [phi2 - phi1] }
  },
}

/** Parameters `G1` and `G2`. */
export const HG1G2_LAW: PhaseLaw = {
  slopeNames: ['G1', 'G2'],
  at: phaseRad => {
    const [phi1, phi2, phi3] = hg1g2Functions(phaseRad)
    return { constant: phi3, slopes: [phi1 - phi3, phi2 - phi3] }
  },
}

/** Parameter `G12`, on the line G1 = 0.84293649 G12, G2 = 0.53513350 (1 - G12). */
export const HG12_LAW: PhaseLaw = {
  slopeNames: ['G12'],
  at: phaseRad => {
    const { constant, slopes } = HG1G2_LAW.at(phaseRad)
    const bright = 0.84293649 * slopes[0]!
    const dark = 0.5351335 * slopes[1]!
    return { constant: constant + dark, slopes: [bright - dark] }
  },
}
