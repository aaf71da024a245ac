/** Where ZTF alerts of a class are, and the trends they can be filtered by. */
import { CLASS_LISTS, isTnsType, SIMBAD_LABELS } from '../../science/labels/class-lists.js'
import type { ClassIndex, ClassPlace, Trend } from '../survey.js'

const LOW_STATE = '(CTA) Blazar low state'

/** Classes with a table of their own, keyed by time. */
const OWN_TABLES: ReadonlyMap<string, string> = new Map([
  [LOW_STATE, 'ztf.low_state_blazars'],
  ['(CTA) Blazar high state', 'ztf.high_state_blazars'],
  ['SLSN candidate', 'ztf.slsn'],
])

function locate(name: string): ClassPlace {
  const own = OWN_TABLES.get(name)
  if (own !== undefined) return { table: own, keyPrefix: '', isLatestPerObject: true }
  const type = textAfter('(TNS)', name)
  const isType = type !== undefined && isTnsType(type)
  const label = isType ? type : (textAfter('(SIMBAD)', name) ?? name)
  return {
    table: isType ? 'ztf.tns' : 'ztf.class',
    keyPrefix: `${label}_`,
    isLatestPerObject: false,
  }
}

function textAfter(group: string, name: string): string | undefined {
  return name.startsWith(group) ? name.slice(group.length).trim() : undefined
}

const trends: Readonly<Record<string, Trend>> = {
  rising: { columns: ['d:mag_rate'], isMet: ([rate = Number.NaN]) => rate < 0 },
  fading: { columns: ['d:mag_rate'], isMet: ([rate = Number.NaN]) => rate > 0 },
  low_state: { columns: [], onlyFor: [LOW_STATE], isMet: () => true },
  new_low_state: {
    columns: ['d:blazar_stats_m0', 'd:blazar_stats_instantness_low'],
    onlyFor: [LOW_STATE],
    // New when the alert before was not in the low state (instantness below 1). Alerts of older
    // releases lack that value, and m0 decides; -1 is "not computed" for both.
    isMet: async ([previous = Number.NaN, present = Number.NaN], before) => {
      if (!(present >= 0)) return previous >= 1
      const [, instantness = Number.NaN] = await before()
      return instantness >= 1
    },
  },
}

/** Classes of ZTF alerts. */
export const ztfClasses: ClassIndex = {
  lists: CLASS_LISTS,
  unlisted: ['Unknown', ...SIMBAD_LABELS],
  examples: ['Early SN Ia candidate', '(SIMBAD) QSO', '(TNS) SN Ia', LOW_STATE],
  trends,
  locate,
}
