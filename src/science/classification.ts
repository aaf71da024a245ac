/**
 * The label of a ZTF alert, from cross-match, scores and history: the rules of the broker's
 * filters (`extract_fink_classification`).
 */
import { EXTRAGALACTIC_HOSTS } from './host-labels.js'

/** What the label follows from. A missing number is NaN and satisfies no condition. */
export interface ClassificationInput {
  /** SIMBAD label; `Unknown` when there is no counterpart. */
  readonly cdsxmatch: string
  /** Solar System status: 0 none, 1 first appearance, 2 candidate, 3 known. */
  readonly roid: number
  readonly mulens: number
  readonly snnSniaVsNonia: number
  readonly snnSnVsAll: number
  readonly rfSniaVsNonia: number
  readonly rfKnVsNonkn: number
  readonly ndethist: number
  readonly drb: number
  readonly classtar: number
  readonly jd: number
  readonly jdstarthist: number
  readonly tracklet: string
}

const NO_COUNTERPART = new Set(['Unknown', 'Transient', 'Fail', 'Fail 504'])

/** Label of an alert; a SIMBAD label passes through as it is. */
export function classify(input: ClassificationInput): string {
  const { cdsxmatch } = input
  if (!NO_COUNTERPART.has(cdsxmatch) && !/^(Fail|Galaxy)/.test(cdsxmatch)) return cdsxmatch
  const isHost = EXTRAGALACTIC_HOSTS.has(cdsxmatch)
  const isStarLike = input.drb > 0.5 && input.classtar > 0.4
  const isScored = input.snnSniaVsNonia > 0.5 || input.snnSnVsAll > 0.5
  const ageDays = input.jd - input.jdstarthist
  const isKnownSso = input.roid === 3
  const isMicrolensing = input.mulens > 0
  const isCandidate = isScored && isHost && isStarLike
  const isSupernova = isCandidate && ageDays <= 90 && input.ndethist > 1 && !isKnownSso
  const claims = [isMicrolensing, isSupernova, input.roid === 2, isKnownSso].filter(Boolean).length
  if (claims > 1) return 'Ambiguous'
  if (isKnownSso) return 'Solar System MPC'
  if (input.tracklet.startsWith('TRCK_')) return 'Tracklet'
  if (input.roid === 2) return 'Solar System candidate'
  if (isHost && isStarLike && input.rfKnVsNonkn > 0.5 && ageDays < 5 && input.ndethist < 20) {
    return 'Kilonova candidate'
  }
  if (isCandidate && input.ndethist <= 20 && input.rfSniaVsNonia > 0.5) {
    return 'Early SN Ia candidate'
  }
  if (isSupernova) return 'SN candidate'
  return isMicrolensing ? 'Microlensing candidate' : 'Unknown'
}
