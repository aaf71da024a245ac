/** The Zwicky Transient Facility. */
import type { Derivation } from '../../rows/merge.js'
import type { Survey } from '../survey.js'
import { ztfClasses } from './classes.js'
import { ZTF_FACTS, ztfSchemaDocument } from './columns.js'
import { curveDerivation } from './curve-columns.js'
import { alertDerivation, positionDerivation } from './derivation.js'
import { ztfNames, ztfNotes } from './names.js'
import { isInTimeOrder, keyPrefix } from './object-id.js'
import { ztfSolarSystem, ztfSolarSystemFiles } from './solar-system.js'
import { ztfStamps } from './stamps.js'
import { ZTF_TABLES } from './tables.js'
import { trackletPrefix } from './tracklet-name.js'

/** Alerts by pixel, for searches around positions. */
const POSITION_TABLE = 'ztf.pixel128'

/** In the main table the rows of an object lie together, so its rates and colours are kept too. */
const lightCurveDerivation: Derivation = { ...alertDerivation, group: curveDerivation }

/** Tables whose rows are whole or nearly whole alerts. */
const ALERT_TABLES: ReadonlySet<string> = new Set([
  'ztf.class',
  'ztf.ssnamenr',
  'ztf.tracklet',
  'ztf.tns',
  'ztf.anomaly',
  'ztf.low_state_blazars',
  'ztf.high_state_blazars',
  'ztf.slsn',
])

/** The survey. */
export const ztf: Survey = {
  name: 'ztf',
  title: 'Zwicky Transient Facility',
  families: ['i', 'd', 'v', 'b'],
  tables: ZTF_TABLES,
  facts: ZTF_FACTS,
  timeSystem: { scale: 'UTC', origin: 'JD-origin' },
  columns: {
    object: 'i:objectId',
    alert: 'i:candid',
    time: 'i:jd',
    ra: 'i:ra',
    dec: 'i:dec',
    band: 'i:fid',
  },
  lightCurve: {
    table: 'ztf',
    idParam: 'objectId',
    idExample: 'ZTF21abfmbix',
    keyPrefix,
    isInTimeOrder,
    extra: [
      { table: 'ztf.upper', tag: 'upperlim' },
      { table: 'ztf.uppervalid', tag: 'badquality' },
    ],
  },
  position: { table: POSITION_TABLE, nside: 128, firstSeen: 'i:jdstarthist' },
  firstDate: '2019-11-01',
  classes: ztfClasses,
  anomalies: { table: 'ztf.anomaly' },
  tracklets: { table: 'ztf.tracklet', namePrefix: trackletPrefix },
  ssoCandidates: {
    orbits: { table: 'ztf.orb_cand', keyPrefix: 'cand_' },
    alerts: { table: 'ztf.sso_cand', idColumn: 'd:ssoCandId' },
    idExample: 'FF20230725aaaacgw',
  },
  statistics: {
    table: 'statistics_class',
    keyPrefix: 'ztf_',
    families: ['basic', 'class'],
  },
  solarSystem: ztfSolarSystem,
  solarSystemFiles: ztfSolarSystemFiles,
  names: ztfNames,
  notes: ztfNotes,
  stamps: ztfStamps,
  defaults: [
    { columns: ['d:tracklet'], value: '' },
    { columns: ['d:tns'], value: '' },
    { columns: ['d:blazar_stats_m0', 'd:blazar_stats_m1', 'd:blazar_stats_m2'], value: -1 },
    {
      columns: ['d:blazar_stats_instantness_low', 'd:blazar_stats_robustness_low'],
      value: -1,
    },
    {
      columns: ['d:blazar_stats_instantness_high', 'd:blazar_stats_robustness_high'],
      value: -1,
    },
  ],
  isHidden: column => column.startsWith('d:t2_') || column === 'd:spicy_name',
  derivationOf: table => {
    if (table === 'ztf') return lightCurveDerivation
    if (table === POSITION_TABLE) return positionDerivation
    return ALERT_TABLES.has(table) ? alertDerivation : undefined
  },
  curve: curveDerivation,
  schemaDocument: ztfSchemaDocument,
}
