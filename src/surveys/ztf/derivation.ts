/** Values that follow from one stored ZTF alert: its label, dates and constellation. */
import type { Derivation } from '../../rows/merge.js'
import { classify } from '../../science/labels/classification.js'
import { constellationAt } from '../../science/sky/constellation.js'
import { formatJulianDate } from '../../science/time/time-format.js'

type Literal = (name: string) => string | undefined

/** The `v:` columns of single alerts. */
export const alertDerivation: Derivation = {
  columns: [
    { name: 'v:classification', type: 'string' },
    { name: 'v:lastdate', type: 'string' },
    { name: 'v:firstdate', type: 'string' },
    { name: 'v:lapse', type: 'double' },
    { name: 'v:constellation', type: 'string' },
  ],
  derive: literal => {
    const jd = number(literal, 'i:jd')
    const jdstarthist = number(literal, 'i:jdstarthist')
    const lapse = jd - jdstarthist
    return [
      label(literal, jd, jdstarthist),
      formatJulianDate(jd),
      formatJulianDate(jdstarthist),
      Number.isNaN(lapse) ? undefined : lapse,
      constellationAt(number(literal, 'i:ra'), number(literal, 'i:dec')),
    ]
  },
}

/** Digits of the time of first detection that tell a hundred days apart. */
const HUNDRED_DAYS_DIGITS = 5

/**
 * Alerts of one pixel that were first seen within the same hundred days are kept together: nothing
 * follows from them, but a circle on the sky takes whole pixels.
 */
export const positionDerivation: Derivation = {
  columns: [],
  derive: () => [],
  group: {
    columns: [],
    prefixOf: key => key.slice(0, key.indexOf('_') + 1 + HUNDRED_DAYS_DIGITS),
    compute: () => [],
  },
}

function number(literal: Literal, name: string): number {
  const text = literal(name)
  return text === undefined || text === 'null' ? Number.NaN : Number(text)
}

function text(literal: Literal, name: string): string | undefined {
  const json = literal(name)
  return json === undefined ? undefined : (JSON.parse(json) as string)
}

function label(literal: Literal, jd: number, jdstarthist: number): string {
  return classify({
    // An alert without cross-match is one without counterpart.
    cdsxmatch: text(literal, 'd:cdsxmatch') ?? 'Unknown',
    roid: number(literal, 'd:roid'),
    mulens: number(literal, 'd:mulens'),
    snnSniaVsNonia: number(literal, 'd:snn_snia_vs_nonia'),
    snnSnVsAll: number(literal, 'd:snn_sn_vs_all'),
    rfSniaVsNonia: number(literal, 'd:rf_snia_vs_nonia'),
    rfKnVsNonkn: number(literal, 'd:rf_kn_vs_nonkn'),
    ndethist: number(literal, 'i:ndethist'),
    drb: number(literal, 'i:drb'),
    classtar: number(literal, 'i:classtar'),
    jd,
    jdstarthist,
    tracklet: text(literal, 'd:tracklet') ?? '',
  })
}
