/**
 * Made-up sources on the sky and how bright they are when. The shapes are those of text books,
 * good enough to look right in a plot; nothing here is a model of anything.
 */
import type { Random } from './random.js'

/** Kinds of sources, with the share of each among all. */
export const SOURCE_KINDS = {
  supernova: 0.12,
  variableStar: 0.36,
  activeGalaxy: 0.2,
  asteroid: 0.2,
  artefact: 0.12,
} as const

/** Kind of a source. */
export type SourceKind = keyof typeof SOURCE_KINDS

/** Filters: 1 is g, 2 is r. */
export type Band = 1 | 2

/** A source. Positions are ICRS degrees; an asteroid is at its position at time 0 of the night. */
export interface SkySource {
  readonly kind: SourceKind
  readonly objectId: string
  readonly raDeg: number
  readonly decDeg: number
  /** Label of the SIMBAD cross-match, `Unknown` when there is none. */
  readonly simbad: string
  /** Type of the TNS entry, empty when there is none. */
  readonly tns: string
  /** Number and name of an asteroid, `null` for other sources. */
  readonly ssnamenr: string
  /** Magnitude at a time; fainter than the limit or NaN is not detected. */
  magnitude(jd: number, band: Band): number
}

const SN_TYPES = ['SN Ia', 'SN Ia', 'SN II', 'SN Ic', '', '', ''] as const
const STAR_TYPES = ['RRLyrae', 'EB*', 'LPV*', 'DeltaCep', 'Unknown'] as const
const GALAXY_TYPES = ['QSO', 'Seyfert_1', 'AGN', 'Galaxy', 'Unknown'] as const

/** Identifier of source number `index`: year, then seven letters. */
export function objectIdOf(year: number, index: number): string {
  let letters = ''
  for (let left = index, i = 0; i < 7; i++, left = Math.floor(left / 26)) {
    letters = String.fromCharCode(97 + (left % 26)) + letters
  }
  return `ZTF${String(year % 100).padStart(2, '0')}${letters}`
}

/** A square on the sky, for crowded skies. */
export interface SkyField {
  readonly raDeg: number
  readonly decDeg: number
  readonly widthDeg: number
}

/** Uniform on the sphere north of -30 degrees, the part the telescope sees. */
function drawOnSky(random: Random): { raDeg: number; decDeg: number } {
  const raDeg = random.between(0, 360)
  return { raDeg, decDeg: (Math.asin(random.between(-0.5, 1)) * 180) / Math.PI }
}

function drawInField(random: Random, field: SkyField): { raDeg: number; decDeg: number } {
  const half = field.widthDeg / 2
  const decDeg = field.decDeg + random.between(-half, half)
  const stretch = Math.cos((decDeg * Math.PI) / 180)
  return { raDeg: field.raDeg + random.between(-half, half) / stretch, decDeg }
}

/** Draws source number `index`; its active time lies around `[startJd, startJd + days]`. */
export function drawSource(
  random: Random,
  index: number,
  span: { readonly startJd: number; readonly days: number },
  field?: SkyField,
): SkySource {
  const kind = drawKind(random)
  const objectId = objectIdOf(2018 + (index % 7), index)
  const position = { objectId, ...(field ? drawInField(random, field) : drawOnSky(random)) }
  const none = { simbad: 'Unknown', tns: '', ssnamenr: 'null' }
  switch (kind) {
    case 'supernova':
      return { kind, ...position, ...none, ...drawSupernova(random, span) }
    case 'variableStar':
      return { kind, ...position, ...none, simbad: random.pick(STAR_TYPES), ...drawStar(random) }
    case 'activeGalaxy':
      return { kind, ...position, ...none, simbad: random.pick(GALAXY_TYPES), ...drawAgn(random) }
    case 'asteroid':
      return { kind, ...position, ...none, ...drawAsteroid(random) }
    default:
      return { kind, ...position, ...none, ...drawArtefact(random) }
  }
}

function drawKind(random: Random): SourceKind {
  let left = random.next()
  for (const [kind, share] of Object.entries(SOURCE_KINDS) as [SourceKind, number][]) {
    left -= share
    if (left < 0) return kind
  }
  return 'artefact'
}

type Behaviour = Pick<SkySource, 'magnitude'> & Partial<Pick<SkySource, 'tns' | 'ssnamenr'>>

function drawSupernova(
  random: Random,
  { startJd, days }: { startJd: number; days: number },
): Behaviour {
  const peakJd = startJd + random.between(-10, days)
  const peakMag = random.between(16, 20)
  const riseDays = random.between(12, 20)
  const tns = random.pick(SN_TYPES)
  return {
    tns,
    magnitude: (jd, band) => {
      const phase = jd - peakJd
      if (phase < -riseDays) return Number.NaN
      const rise = 4 * (phase / riseDays) ** 2
      const decline = Math.min(phase / (band === 1 ? 12 : 17), 3 + phase / 80)
      return peakMag + (phase < 0 ? rise : decline) + (band === 1 ? 0.1 : 0)
    },
  }
}

function drawStar(random: Random): Behaviour {
  const periodDays = 10 ** random.between(-0.5, 2)
  const amplitudeMag = random.between(0.2, 1.2)
  const meanMag = random.between(14, 19)
  const phase = random.next()
  const colour = random.between(-0.2, 1)
  return {
    magnitude: (jd, band) =>
      meanMag +
      (band === 1 ? colour : 0) +
      amplitudeMag * Math.sin(2 * Math.PI * (jd / periodDays + phase)),
  }
}

function drawAgn(random: Random): Behaviour {
  const meanMag = random.between(16.5, 19.5)
  const waves = Array.from({ length: 5 }, () => ({
    amplitudeMag: random.between(0.05, 0.25),
    periodDays: 10 ** random.between(1, 2.7),
    phase: random.next(),
  }))
  return {
    magnitude: (jd, band) =>
      waves.reduce(
        (mag, wave) =>
          mag + wave.amplitudeMag * Math.sin(2 * Math.PI * (jd / wave.periodDays + wave.phase)),
        meanMag + (band === 1 ? 0.3 : 0),
      ),
  }
}

function drawAsteroid(random: Random): Behaviour {
  const seenJdFraction = random.next()
  const mag = random.between(16, 20)
  // An asteroid leaves its place within hours: an object of its own is seen once or twice.
  return {
    ssnamenr: String(random.integer(1, 600_000)),
    magnitude: (jd, band) =>
      Math.abs(((jd * 0.0317 + seenJdFraction) % 1) - 0.5) < 0.02
        ? mag + (band === 1 ? 0.5 : 0)
        : Number.NaN,
  }
}

function drawArtefact(random: Random): Behaviour {
  const mag = random.between(17, 20)
  const phase = random.next()
  return {
    magnitude: jd => (Math.abs(((jd * 0.137 + phase) % 1) - 0.5) < 0.05 ? mag : Number.NaN),
  }
}
