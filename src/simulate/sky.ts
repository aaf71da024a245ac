/**
 * A made-up sky observed night by night: which sources are detected, and what an alert of each
 * says. Pure and deterministic for a seed; writing files is `night-file.ts`.
 */
import { type Packet, toHistoryEntry } from './packet.js'
import { type Random, seededRandom } from './random.js'
import { type Band, drawSource, type SkyField, type SkySource } from './sky-source.js'

/** What to make up. */
export interface SkyOptions {
  readonly objects: number
  readonly nights: number
  readonly seed: number
  /** Where the sources are; everywhere the telescope sees when absent. */
  readonly field?: SkyField
}

/** One look at a source: a detection, or how faint it must have been. */
export interface Visit {
  readonly jd: number
  readonly band: Band
  /** NaN when the source was not detected. */
  readonly magnitude: number
  readonly sigmaMag: number
  readonly limitMag: number
  readonly isGood: boolean
  /** Alert id, 0 when the source was not detected. */
  readonly candid: bigint
}

/** A detection that made an alert, with what is known of the source before it. */
export interface Detection {
  readonly source: SkySource
  readonly visit: Visit
  /** What was measured, and the same of the looks of the last thirty days, oldest first. */
  readonly entry: Packet
  readonly history: readonly Packet[]
  readonly firstJd: number
  readonly detections: number
  readonly raDeg: number
  readonly decDeg: number
}

/** Midnight before the first night: 2024-11-01 UTC. */
export const FIRST_NIGHT_JD = 2460615.5
/** Length of an alert's history, as the survey's. */
const HISTORY_DAYS = 30
/** Scatter of a position around that of its source: 0.1 arcsec. */
const POSITION_SIGMA_DEG = 0.1 / 3600
/** A field is looked at every third night in each filter, weather permitting. */
const VISIT_CHANCE = 0.3
const RADIANS = Math.PI / 180

interface SourceState {
  readonly source: SkySource
  /** Fraction of the day at which its field is looked at. */
  readonly hour: number
  readonly looks: { readonly jd: number; readonly entry: Packet }[]
  firstJd: number
  detections: number
}

/** Detections of each night in order of time, night after night. */
export function* observeSky(options: SkyOptions): Generator<readonly Detection[]> {
  const random = seededRandom(options.seed)
  const span = { startJd: FIRST_NIGHT_JD, days: options.nights }
  const states = Array.from(
    { length: options.objects },
    (_, i): SourceState => ({
      source: drawSource(random, i, span, options.field),
      hour: random.between(0.1, 0.45),
      looks: [],
      firstJd: Number.NaN,
      detections: 0,
    }),
  )
  for (let night = 0; night < options.nights; night++) {
    const midnight = FIRST_NIGHT_JD + night
    const found = states.flatMap(state => observeSource(random, state, midnight))
    yield found.sort((a, b) => a.visit.jd - b.visit.jd)
  }
}

function observeSource(random: Random, state: SourceState, midnight: number): Detection[] {
  const { source, looks } = state
  const found: Detection[] = []
  for (const band of [1, 2] as const) {
    if (!random.chance(VISIT_CHANCE)) continue
    const jd = roundJd(midnight + state.hour + (band === 1 ? 0 : 0.02))
    const visit = lookAt(random, source, jd, band)
    const position = scatter(random, source)
    const entry = toHistoryEntry(random, visit, position)
    while (looks.length > 0 && looks[0]!.jd < jd - HISTORY_DAYS) looks.shift()
    if (visit.candid !== 0n) {
      if (Number.isNaN(state.firstJd)) state.firstJd = jd
      state.detections++
      const { firstJd, detections } = state
      const history = looks.map(look => look.entry)
      found.push({ source, visit, entry, history, firstJd, detections, ...position })
    }
    looks.push({ jd, entry })
  }
  return found
}

/** Times are given to 0.1 microday, as in the survey. */
function roundJd(jd: number): number {
  return Math.round(jd * 1e7) / 1e7
}

function lookAt(random: Random, source: SkySource, jd: number, band: Band): Visit {
  const limitMag = random.between(19.8, 20.8)
  const magnitude = source.magnitude(jd, band) + random.normal(0, 0.03)
  const isDetected = magnitude < limitMag
  const sigmaMag = 0.02 + 0.15 * 10 ** (0.4 * (magnitude - limitMag))
  return {
    jd,
    band,
    magnitude: isDetected ? magnitude : Number.NaN,
    sigmaMag,
    limitMag,
    isGood: random.chance(0.9),
    candid: isDetected ? candidOf(random, jd) : 0n,
  }
}

/** Alert id in the survey's form: day of the survey, fraction of the day, quadrant, number. */
function candidOf(random: Random, jd: number): bigint {
  const days = jd - 2457754.5
  const night = Math.floor(days)
  const fraction = Math.floor((days - night) * 1e6)
  const tail = random.integer(0, 999_999_999)
  return BigInt(night) * 10n ** 15n + BigInt(fraction) * 10n ** 9n + BigInt(tail)
}

function scatter(random: Random, source: SkySource): { raDeg: number; decDeg: number } {
  const decDeg = source.decDeg + random.normal(0, POSITION_SIGMA_DEG)
  const raDeg = source.raDeg + random.normal(0, POSITION_SIGMA_DEG) / Math.cos(decDeg * RADIANS)
  return {
    raDeg: Math.round((((raDeg % 360) + 360) % 360) * 1e7) / 1e7,
    decDeg: Math.round(Math.min(89.9999, decDeg) * 1e7) / 1e7,
  }
}
