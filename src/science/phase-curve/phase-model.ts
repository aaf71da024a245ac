/**
 * The phase-curve models that can be fitted: which parameters each has, where a fit starts and
 * within which bounds it stays. All share a form: an absolute magnitude and slopes for each band
 * (see `phase-function.ts`), plus one term for shape and spin that all bands have in common.
 */
import { HG_LAW, HG1G2_LAW, HG12_LAW, type PhaseLaw } from './phase-function.js'
import {
  type Direction,
  differentiateEllipsoid,
  differentiateSpheroid,
  poleFrame,
} from './spin-shape.js'

/** Names of the models, as in the tables of fitted parameters. */
export type PhaseModelName = 'HG' | 'HG12' | 'HG1G2' | 'SHG1G2' | 'SOCCA'

/** Where a fit starts and stays. Angles in radians, the period in days. */
export interface ParameterRange {
  readonly start: number
  readonly lower: number
  readonly upper: number
}

/** Reads the term of one observation and fills its derivatives by the parameters of the spin. */
export type SpinTerm = (
  observed: { readonly direction: Direction; readonly jd: number },
  gradient: Float64Array,
) => number

/** Shape and spin of a model. */
export interface SpinModel {
  readonly ranges: Readonly<Record<string, ParameterRange>>
  /** Whether the times of the observations matter. */
  readonly needsTime: boolean
  /** The term for values of the parameters, in the order of `ranges`. */
  termAt(parameters: Float64Array): SpinTerm
  /** Frame of the pole, for the cosines of the aspect angle. */
  frameAt(parameters: Float64Array): (direction: Direction) => Direction
}

/** A model: the law of each band and, for some, the spin common to all. */
export interface PhaseModel {
  readonly law: PhaseLaw
  /** Ranges of `H` and of each slope, the same for all bands. */
  readonly ranges: Readonly<Record<string, ParameterRange>>
  readonly spin?: SpinModel
}

const H_RANGE: ParameterRange = { start: 15, lower: -3, upper: 30 }
const WIDE_SLOPE: ParameterRange = { start: 0.15, lower: -0.429, upper: 1.429 }
const UNIT_SLOPE: ParameterRange = { start: 0.15, lower: 0, upper: 1 }
const POLE_RANGES = {
  alpha0: { start: Math.PI, lower: 0, upper: 2 * Math.PI },
  delta0: { start: 0, lower: -Math.PI / 2, upper: Math.PI / 2 },
} as const

const SPHEROID: SpinModel = {
  ranges: { R: { start: 0.8, lower: 0.3, upper: 1 }, ...POLE_RANGES },
  needsTime: false,
  frameAt: parameters => poleFrame({ alpha0Rad: parameters[1]!, delta0Rad: parameters[2]! }),
  termAt: parameters => {
    const spheroid = { r: parameters[0]!, delta0Rad: parameters[2]! }
    const toFrame = SPHEROID.frameAt(parameters)
    return ({ direction }, gradient) =>
      differentiateSpheroid(toFrame(direction), spheroid, gradient)
  },
}

const ELLIPSOID: SpinModel = {
  ranges: {
    ...POLE_RANGES,
    period: { start: Number.NaN, lower: 2.2 / 24, upper: 1000 },
    a_b: { start: 1.1, lower: 1, upper: 5 },
    a_c: { start: 1.2, lower: 1, upper: 5 },
    phi0: { start: 0, lower: -Math.PI / 2, upper: Math.PI / 2 },
  },
  needsTime: true,
  frameAt: parameters => poleFrame({ alpha0Rad: parameters[0]!, delta0Rad: parameters[1]! }),
  termAt: parameters => {
    const ellipsoid = {
      alpha0Rad: parameters[0]!,
      delta0Rad: parameters[1]!,
      periodDays: parameters[2]!,
      aOverB: parameters[3]!,
      aOverC: parameters[4]!,
      phi0Rad: parameters[5]!,
    }
    const toFrame = poleFrame(ellipsoid)
    return ({ direction, jd }, gradient) =>
      differentiateEllipsoid(toFrame(direction), { ellipsoid, jd }, gradient)
  },
}

/**
 * Every model by its name. The period of SOCCA has no start of its own: the cost has a minimum near
 * many periods, and only the caller can say about which one to search.
 */
export const PHASE_MODELS: Readonly<Record<PhaseModelName, PhaseModel>> = {
  HG: { law: HG_LAW, ranges: { H: H_RANGE, G: WIDE_SLOPE } },
  HG12: { law: HG12_LAW, ranges: { H: H_RANGE, G12: WIDE_SLOPE } },
  HG1G2: { law: HG1G2_LAW, ranges: { H: H_RANGE, G1: WIDE_SLOPE, G2: WIDE_SLOPE } },
  SHG1G2: {
    law: HG1G2_LAW,
    ranges: { H: H_RANGE, G1: UNIT_SLOPE, G2: UNIT_SLOPE },
    spin: SPHEROID,
  },
  SOCCA: {
    law: HG1G2_LAW,
    ranges: { H: H_RANGE, G1: WIDE_SLOPE, G2: WIDE_SLOPE },
    spin: ELLIPSOID,
  },
}
