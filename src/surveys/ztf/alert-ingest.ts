/** ZTF as ingest sees it. */
import type { SurveyIngest } from '../../ingest/survey-ingest.js'
import { addAlertRows, type StampOrigin, ztfFields } from './alert.js'
import { identifyAlert } from './alert-check.js'
import { tallyAlert } from './alert-statistics.js'
import { STATISTICS_COLUMNS, ZTF_TABLES } from './tables.js'

/** Most unusual alerts of a night that are kept. */
const ANOMALIES_PER_NIGHT = 10

/** Keys of the UTC night that a key beginning with a Julian date belongs to. */
function nightKeys(key: string): readonly [string, string] {
  const midnight = Math.floor(Number.parseFloat(key) - 0.5)
  // Texts of Julian dates order like numbers; the second bound ends just before the next midnight.
  return [`${midnight}.5`, `${midnight + 1}.4`]
}

/** How ZTF alerts are read and stored. */
export const ztfIngest: SurveyIngest = {
  name: 'ztf',
  tables: ZTF_TABLES,
  fields: ztfFields,
  alertColumn: 'i:candid',
  stampPath: 'cutoutScience',
  newest: new Map([
    ['ztf.pixel128', 'i:jd'],
    ['ztf.tracklet', 'i:jd'],
    // Their own time is that of the measurement, not of the alert that tells it.
    ['ztf.uppervalid', undefined],
  ]),
  best: [
    {
      table: 'ztf.anomaly',
      column: 'd:anomaly_score',
      limit: ANOMALIES_PER_NIGHT,
      groupOf: nightKeys,
    },
  ],
  statistics: { table: 'statistics_class', columns: STATISTICS_COLUMNS },
  identify: identifyAlert,
  addRows: addAlertRows,
  tally: tallyAlert,
}

/** The same, with notes of where in their files the stamps are. */
export function ztfIngestWith(hintOf: NonNullable<StampOrigin['hintOf']>): SurveyIngest {
  const addRows: SurveyIngest['addRows'] = (batch, origin, add) =>
    addAlertRows(batch, origin && { ...origin, hintOf }, add)
  return { ...ztfIngest, addRows }
}
