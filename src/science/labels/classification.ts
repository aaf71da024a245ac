/**
 * The label of a ZTF alert, from its cross-match, scores and history: the rules by which the
 * broker files alerts in classes. It works on numbers and texts only; where they are stored is the
 * caller's matter.
 */
import { EXTRAGALACTIC_HOSTS } from './host-labels.js'

/** What the label follows from. A missing number is NaN and satisfies no condition. */
export interface ClassificationInput {
  /** SIMBAD label; `Unknown` when there is no counterpart. */
  readonly cdsxmatch: string
  /** Solar System status: 0 none, 1 first appearance, 2 candidate, 3 known. Missing counts as 0. */
  readonly roid: number
  /** Microlensing score; any positive value is a claim. */
  readonly mulens: number
  readonly snnSniaVsNonia: number
  readonly snnSnVsAll: number
  readonly rfSniaVsNonia: number
  readonly rfKnVsNonkn: number
  /** Detections at this position over the survey. Missing counts as 0. */
  readonly ndethist: number
  /** Deep-learning real-bogus score, 0 to 1. */
  readonly drb: number
  /** Star-galaxy score, 1 is star-like. */
  readonly classtar: number
  /** Julian dates of the alert and of the first detection. */
  readonly jd: number
  readonly jdstarthist: number
  /** Name of the tracklet (`TRCK_...`), empty when there is none. */
  readonly tracklet: string
}

const MAX_SUPERNOVA_AGE_DAYS = 90
const MAX_KILONOVA_AGE_DAYS = 5
const MAX_YOUNG_DETECTIONS = 20
const CANDIDATE_ROID = 2
const KNOWN_ROID = 3

/**
 * Label of an alert: the SIMBAD label as it is where there is one, else a Fink class, else
 * `Unknown`. Never throws.
 */
export function classify(input: ClassificationInput): string {
  if (isSimbadClass(input.cdsxmatch)) return input.cdsxmatch
  const { roid } = input
  const isMicrolensing = input.mulens > 0
  const isClean =
    input.drb > 0.5 && input.classtar > 0.4 && EXTRAGALACTIC_HOSTS.has(input.cdsxmatch)
  const isSupernova = isClean && isSupernovaCandidate(input)
  const isMoving = roid === CANDIDATE_ROID || roid === KNOWN_ROID
  // At most one of the two Solar System claims holds, so two claims of three are ambiguous.
  if (isMicrolensing ? isSupernova || isMoving : isSupernova && isMoving) return 'Ambiguous'
  if (roid === KNOWN_ROID) return 'Solar System MPC'
  if (input.tracklet.startsWith('TRCK_')) return 'Tracklet'
  if (roid === CANDIDATE_ROID) return 'Solar System candidate'
  if (isClean && isKilonovaCandidate(input)) return 'Kilonova candidate'
  if (isClean && isEarlySupernovaCandidate(input)) return 'Early SN Ia candidate'
  if (isSupernova) return 'SN candidate'
  return isMicrolensing ? 'Microlensing candidate' : 'Unknown'
}

/** Labels of galaxies and of failed cross-matches say nothing about the transient itself. */
function isSimbadClass(label: string): boolean {
  return (
    label !== 'Unknown' &&
    label !== 'Transient' &&
    !label.startsWith('Fail') &&
    !label.startsWith('Galaxy')
  )
}

const hasSupernovaScore = (input: ClassificationInput): boolean =>
  input.snnSniaVsNonia > 0.5 || input.snnSnVsAll > 0.5

const isSupernovaCandidate = (input: ClassificationInput): boolean =>
  hasSupernovaScore(input) &&
  input.jd - input.jdstarthist <= MAX_SUPERNOVA_AGE_DAYS &&
  input.ndethist > 1 &&
  input.roid !== KNOWN_ROID

// A missing number of detections counts as none, hence the negated comparisons below.
const isEarlySupernovaCandidate = (input: ClassificationInput): boolean =>
  hasSupernovaScore(input) && input.rfSniaVsNonia > 0.5 && !(input.ndethist > MAX_YOUNG_DETECTIONS)

const isKilonovaCandidate = (input: ClassificationInput): boolean =>
  input.rfKnVsNonkn > 0.5 &&
  input.jd - input.jdstarthist < MAX_KILONOVA_AGE_DAYS &&
  !(input.ndethist >= MAX_YOUNG_DETECTIONS)
