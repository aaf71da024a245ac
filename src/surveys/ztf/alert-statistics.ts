/** What ZTF alerts add to the counts of their night in table `statistics_class`. */
import { doubleKey } from '../../ingest/row-key.js'
import type { CompleteBatch, Tally } from '../../ingest/survey-ingest.js'
import { EXTRAGALACTIC_HOSTS } from '../../science/labels/host-labels.js'
import { labelOf, numberCell, textCell } from './alert.js'

const DAY_MS = 86_400_000
const UNIX_EPOCH_JD = 2_440_587.5

const jd = numberCell('i:jd')
const fid = numberCell('i:fid')
const field = numberCell('i:field')
const cdsxmatch = textCell('d:cdsxmatch')

/** UTC date of a Julian date as `YYYYMMDD`. */
export function nightOf(jd: number): string {
  const day = Math.floor(jd - UNIX_EPOCH_JD)
  return new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
}

/** Counts that one alert adds to. */
export function tallyAlert(batch: CompleteBatch, row: number): Tally {
  const counterpart = cdsxmatch(batch, row)
  const counted = ['basic:raw', 'basic:sci', `class:${labelOf(batch, row)}`]
  if (fid(batch, row) === 1) counted.push('basic:n_g')
  if (fid(batch, row) === 2) counted.push('basic:n_r')
  if (counterpart !== null) {
    if (!/^(Unknown$|Transient$|Fail)/.test(counterpart)) counted.push('class:simbad_tot')
    if (EXTRAGALACTIC_HOSTS.has(counterpart)) counted.push('class:simbad_gal')
  }
  return {
    key: `ztf_${nightOf(jd(batch, row))}`,
    counted,
    distinct: [
      ['basic:exposures', doubleKey(jd(batch, row))],
      ['basic:fields', String(field(batch, row))],
    ],
  }
}
