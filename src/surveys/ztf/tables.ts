/**
 * The tables of ZTF and how their cells are stored. Every column is named once; the columns of
 * index tables are chosen from those of the main table. Types are those of the schema rows in the
 * broker's HBase tables, which differ from the ones the schema document shows for a few columns.
 */
import type { CellType, ColumnSpec } from '../../rows/layout.js'
import type { TableSpec } from '../table-spec.js'

/** A value that Fink adds to an alert. */
export interface AddedColumn extends ColumnSpec {
  /** Where it stands in the alert. */
  readonly path: string
  /** Value of alerts from files that lack it; a null in the file stays a missing cell. */
  readonly whenMissing: string | number | boolean
}

function columns(family: string, type: CellType, names: string): ColumnSpec[] {
  const words = names.trim().split(/\s+/)
  return words.map(name => ({ name: `${family}:${name}`, type }))
}

/** Columns of `i:` that stand at the top of an alert. */
export const ROOT_COLUMNS: readonly ColumnSpec[] = [
  ...columns('i', 'string', 'objectId publisher schemavsn fink_broker_version'),
  ...columns('i', 'string', 'fink_science_version'),
  ...columns('i', 'long', 'candid'),
]

/** Columns of `i:` that stand in the `candidate` record. */
export const CANDIDATE_COLUMNS: readonly ColumnSpec[] = [
  ...columns('i', 'double', 'jd jdstarthist jdendhist jdstartref jdendref ra dec ranr decnr scorr'),
  ...columns('i', 'long', 'pid tblid rfid objectidps1 objectidps2 objectidps3'),
  ...columns(
    'i',
    'integer',
    `fid field nbad ncovhist ndethist nframesref nid nmatches nmtchps nneg programid rcid tooflag`,
  ),
  ...columns('i', 'string', 'drbversion isdiffpos pdiffimfilename programpi rbversion ssnamenr'),
  ...columns(
    'i',
    'float',
    `aimage aimagerat bimage bimagerat chinr chipsf classtar clrcoeff clrcounc clrmed clrrms
     diffmaglim distnr distpsnr1 distpsnr2 distpsnr3 drb dsdiff dsnrms elong exptime fwhm magap
     magapbig magdiff magfromlim maggaia maggaiabright magnr magpsf magzpsci magzpscirms
     magzpsciunc mindtoedge neargaia neargaiabright rb seeratio sgmag1 sgmag2 sgmag3 sgscore1
     sgscore2 sgscore3 sharpnr sigmagap sigmagapbig sigmagnr sigmapsf simag1 simag2 simag3 sky
     srmag1 srmag2 srmag3 ssdistnr ssmagnr ssnrms sumrat szmag1 szmag2 szmag3 xpos ypos zpclrcov
     zpmed`,
  ),
]

function added(
  type: CellType,
  whenMissing: string | number | boolean,
  paths: string,
): AddedColumn[] {
  const words = paths.trim().split(/\s+/)
  return words.map(path => ({ name: `d:${path.replace('.', '_')}`, type, path, whenMissing }))
}

/** Columns of `d:` that hold one value of the alert each. */
export const ADDED_COLUMNS: readonly AddedColumn[] = [
  ...added('string', 'Unknown', 'cdsxmatch gcvs vsx x3hsp x4lac DR3Name gaiaClass spicy_class'),
  ...added('string', '', 'tns tracklet'),
  ...added('string', 'None', 'mangrove.HyperLEDA_name mangrove.2MASS_name'),
  ...added('string', 'None', 'mangrove.lum_dist mangrove.ang_dist'),
  ...added('integer', 0, 'roid nalerthist gaiaVarFlag'),
  ...added('integer', -1, 'spicy_id'),
  ...added('float', 0, 'Plx e_Plx blazar_stats.m0 blazar_stats.m1 blazar_stats.m2'),
  ...added('float', -1, 'slsn_score'),
  ...added('double', 0, 'mulens rf_kn_vs_nonkn rf_snia_vs_nonia snn_sn_vs_all snn_snia_vs_nonia'),
  ...added('double', 0, 'anomaly_score jd_first_real_det jdstarthist_dt mag_rate sigma_rate'),
  ...added('double', 0, 'lower_rate upper_rate delta_time'),
  ...added('boolean', false, 'from_upper is_transient'),
]

/**
 * The blazar columns of fink-science 8.42 and later. Tables get them from the first file that has
 * them on; there is no value for files that lack them.
 */
export const NEWER_BLAZAR_COLUMNS: readonly (ColumnSpec & { readonly path: string })[] = [
  ...added('float', -1, 'blazar_stats.instantness_low blazar_stats.robustness_low'),
  ...added('float', -1, 'blazar_stats.instantness_high blazar_stats.robustness_high'),
]

/** Columns of `d:` made of the members of a record: texts `[v1, v2]`, in index tables `{v1, v2}`. */
export const FEATURE_COLUMNS: readonly ColumnSpec[] = columns(
  'd',
  'string',
  'lc_features_g lc_features_r',
)

/** Columns of the main table, and of the tables of selected alerts. */
export const ALERT_COLUMNS: readonly ColumnSpec[] = [
  ...ROOT_COLUMNS,
  ...CANDIDATE_COLUMNS,
  ...ADDED_COLUMNS.map(({ name, type }) => ({ name, type })),
  ...FEATURE_COLUMNS,
]

const byName = new Map(ALERT_COLUMNS.map(column => [column.name, column]))

function choose(family: string, names: string): ColumnSpec[] {
  const words = names.trim().split(/\s+/)
  return words.map(word => {
    const column = byName.get(`${family}:${word}`)
    if (column === undefined) throw new RangeError(`No column "${family}:${word}" to choose`)
    return column
  })
}

/** Columns of the tables by class, SSO name, tracklet and TNS class. */
export const INDEX_COLUMNS: readonly ColumnSpec[] = [
  ...choose(
    'i',
    `objectId candid publisher rcid chipsf distnr ra dec jd fid nid field xpos ypos rb ssdistnr
     ssmagnr ssnamenr jdstarthist jdendhist tooflag sgscore1 distpsnr1 neargaia maggaia nmtchps
     diffmaglim magpsf sigmapsf magnr sigmagnr magzpsci isdiffpos classtar drb ndethist`,
  ),
  ...ALERT_COLUMNS.filter(({ name }) => name.startsWith('d:')),
]

/** Columns of the table by sky pixel that are those of the alert. */
export const PIXEL_COLUMNS: readonly ColumnSpec[] = [
  ...choose('i', 'objectId candid magpsf sigmapsf jd jdstarthist drb ra dec fid distnr'),
  ...choose('d', 'cdsxmatch nalerthist'),
]

/** The label of the alert in the table by sky pixel. */
export const CLASSIFICATION_COLUMN: ColumnSpec = { name: 'd:classification', type: 'string' }

/** Columns of upper limits and of detections of low quality. */
export const UPPER_COLUMNS: readonly ColumnSpec[] = choose('i', 'objectId jd fid diffmaglim')
export const UPPERVALID_COLUMNS: readonly ColumnSpec[] = [
  ...UPPER_COLUMNS,
  ...choose('i', 'magpsf sigmapsf magnr sigmagnr isdiffpos distnr'),
]

/** Columns of the places of stamps: of the alert, the file, and the row of the alert in it. */
export const CUTOUT_COLUMNS: readonly ColumnSpec[] = [
  ...choose('i', 'objectId jd candid'),
  { name: 'd:hdfs_path', type: 'string' },
  { name: 'd:row', type: 'long' },
]

/** Columns of nightly counts; one more for each label of the night. */
export const STATISTICS_COLUMNS: readonly ColumnSpec[] = [
  ...columns('basic', 'long', 'raw sci n_g n_r exposures fields'),
  ...columns('class', 'long', 'simbad_tot simbad_gal'),
]

const TNS_RESOLVER_COLUMNS = [
  ...columns('d', 'string', 'fullname type internalname discoverydate'),
  ...columns('d', 'double', 'ra declination redshift'),
]

const ORBIT_COLUMNS = [
  ...columns('d', 'string', 'ssoCandId'),
  ...columns('d', 'double', 'ref_epoch a e i long_node arg_peric mean_anomaly chi_reduced'),
  ...columns('d', 'double', 'rms_a rms_e rms_i rms_long_node rms_arg_peric rms_mean_anomaly'),
]

const TRAJECTORY_COLUMNS = [
  ...columns('d', 'string', 'objectId ssoCandId assoc_tag'),
  ...columns('d', 'double', 'ra dec jd magpsf sigmapsf dcmag dcmag_err'),
  ...columns('d', 'integer', 'nid fid'),
  ...columns('d', 'long', 'candid'),
]

const ALERT_FAMILIES = ['i', 'd', 'a']

function table(
  name: string,
  key: string,
  columns: readonly ColumnSpec[],
  description: string,
): TableSpec {
  const families = new Set(columns.map(column => column.name.slice(0, column.name.indexOf(':'))))
  const isAlert = columns === ALERT_COLUMNS || columns === INDEX_COLUMNS
  return {
    name,
    key: key.split(' '),
    description,
    families: isAlert ? ALERT_FAMILIES : [...families],
    columns,
  }
}

/** The tables, each with the parts of its row key. */
export const ZTF_TABLES: readonly TableSpec[] = [
  table('ztf', 'objectId jd', ALERT_COLUMNS, 'Every alert'),
  table(
    'ztf.pixel128',
    'pixel128 jdstarthist objectId',
    [...PIXEL_COLUMNS, CLASSIFICATION_COLUMN],
    'The newest alert of each object by sky pixel (HEALPix, nside 128, RING)',
  ),
  table('ztf.class', 'class jd objectId', INDEX_COLUMNS, 'Every alert by its label'),
  table('ztf.ssnamenr', 'ssnamenr jd', INDEX_COLUMNS, 'Alerts of known Solar System objects'),
  table('ztf.tracklet', 'tracklet objectId', INDEX_COLUMNS, 'Alerts that belong to a tracklet'),
  table('ztf.tns', 'tns jd objectId', INDEX_COLUMNS, 'Alerts of objects with a class in the TNS'),
  table('ztf.upper', 'objectId jd', UPPER_COLUMNS, 'Upper limits from the history of alerts'),
  table(
    'ztf.uppervalid',
    'objectId jd',
    UPPERVALID_COLUMNS,
    'Detections of low quality from the history of alerts',
  ),
  table('ztf.anomaly', 'jd objectId', ALERT_COLUMNS, 'The most unusual alerts of each night'),
  table('ztf.low_state_blazars', 'jd objectId', ALERT_COLUMNS, 'Known blazars in a low state'),
  table('ztf.high_state_blazars', 'jd objectId', ALERT_COLUMNS, 'Known blazars in a high state'),
  table('ztf.slsn', 'jd objectId', ALERT_COLUMNS, 'Candidate superluminous supernovae'),
  table('ztf.cutouts', 'objectId jd', CUTOUT_COLUMNS, 'Where the stamps of each alert are'),
  table(
    'ztf.orb_cand',
    'cand ssoCandId',
    ORBIT_COLUMNS,
    'Orbits of candidate Solar System objects; every key begins with the word cand',
  ),
  table(
    'ztf.sso_cand',
    'jd ssoCandId',
    TRAJECTORY_COLUMNS,
    'Alerts of candidate Solar System objects',
  ),
  table(
    'ztf.sso_resolver',
    'ssodnet',
    columns('i', 'string', 'ssnamenr name number'),
    'Names and numbers of Solar System objects',
  ),
  table(
    'ztf.tns_resolver',
    'fullname internalname',
    TNS_RESOLVER_COLUMNS,
    'Names in the TNS, in lower case',
  ),
  table(
    'ztf.metadata',
    'objectId',
    columns('d', 'string', 'internal_name internal_name_encoded comments username'),
    'Names and notes that users gave to objects',
  ),
  table('statistics_class', 'night', STATISTICS_COLUMNS, 'Counts of each night'),
]
