/**
 * Parquet schema of a night of ZTF alerts as the broker writes it: the packet of the survey
 * (schema 4.02) with the three stamps, and the columns of the broker's science modules.
 */
import type { SchemaElement } from 'hyparquet'

type FieldList = readonly (readonly [name: string, type: FieldType])[]
type FieldType = 'double' | 'float' | 'int' | 'long' | 'text' | 'bytes' | 'boolean'

function fields(text: string): FieldList {
  return text
    .trim()
    .split(/\s+/)
    .flatMap(group => {
      const [type, names] = group.split('=') as [FieldType, string]
      return names.split(',').map(name => [name, type] as const)
    })
}

/** Fields of the measurement that made the alert. */
export const CANDIDATE_FIELDS: FieldList = fields(`
  double=jd int=fid long=pid float=diffmaglim text=pdiffimfilename,programpi int=programid
  long=candid text=isdiffpos long=tblid int=nid,rcid,field float=xpos,ypos double=ra,dec
  float=magpsf,sigmapsf,chipsf,magap,sigmagap,distnr,magnr,sigmagnr,chinr,sharpnr,sky,magdiff,fwhm
  float=classtar,mindtoedge,magfromlim,seeratio,aimage,bimage,aimagerat,bimagerat,elong
  int=nneg,nbad float=rb,ssdistnr,ssmagnr text=ssnamenr float=sumrat,magapbig,sigmagapbig
  double=ranr,decnr float=sgmag1,srmag1,simag1,szmag1,sgscore1,distpsnr1 int=ndethist,ncovhist
  double=jdstarthist,jdendhist,scorr int=tooflag long=objectidps1,objectidps2
  float=sgmag2,srmag2,simag2,szmag2,sgscore2,distpsnr2 long=objectidps3
  float=sgmag3,srmag3,simag3,szmag3,sgscore3,distpsnr3 int=nmtchps long=rfid
  double=jdstartref,jdendref int=nframesref text=rbversion float=dsnrms,ssnrms,dsdiff
  float=magzpsci,magzpsciunc,magzpscirms int=nmatches float=clrcoeff,clrcounc,zpclrcov,zpmed
  float=clrmed,clrrms,neargaia,neargaiabright,maggaia,maggaiabright,exptime,drb text=drbversion`)

/** Fields of the entries of an alert's history. */
export const HISTORY_FIELDS: FieldList = fields(`
  double=jd int=fid long=pid float=diffmaglim text=pdiffimfilename,programpi int=programid
  long=candid text=isdiffpos long=tblid int=nid,rcid,field float=xpos,ypos double=ra,dec
  float=magpsf,sigmapsf,chipsf,magap,sigmagap,distnr,magnr,sigmagnr,chinr,sharpnr,sky,magdiff,fwhm
  float=classtar,mindtoedge,magfromlim,seeratio,aimage,bimage,aimagerat,bimagerat,elong
  int=nneg,nbad float=rb,ssdistnr,ssmagnr text=ssnamenr float=sumrat,magapbig,sigmagapbig
  double=ranr,decnr,scorr float=magzpsci,magzpsciunc,magzpscirms,clrcoeff,clrcounc text=rbversion`)

/** Names of the stamps. */
export const STAMP_COLUMNS = ['cutoutScience', 'cutoutTemplate', 'cutoutDifference'] as const

const HEAD_FIELDS = fields('long=candid text=schemavsn,publisher,objectId')
const STAMP_FIELDS = fields('text=fileName bytes=stampData')
const MANGROVE_FIELDS = fields('text=HyperLEDA_name,2MASS_name,lum_dist,ang_dist')
const BLAZAR_FIELDS = fields(
  'float=instantness_low,robustness_low,instantness_high,robustness_high',
)

/** The 26 light curve features of the anomaly detector. */
export const FEATURE_NAMES = `mean weighted_mean standard_deviation median amplitude beyond_1_std
  cusum inter_percentile_range_10 kurtosis linear_trend linear_trend_sigma linear_trend_noise
  linear_fit_slope linear_fit_slope_sigma linear_fit_reduced_chi2 magnitude_percentage_ratio_40_5
  magnitude_percentage_ratio_20_10 maximum_slope median_absolute_deviation
  median_buffer_range_percentage_10 percent_amplitude mean_variance anderson_darling_normal chi2
  skew stetson_K`.split(/\s+/)

/** Columns of the broker's science modules that are plain values. */
export const SCIENCE_FIELDS: FieldList = fields(`
  text=fink_broker_version,fink_science_version,cdsxmatch,tns,DR3Name float=Plx,e_Plx
  int=gaiaVarFlag text=gaiaClass,vsx int=spicy_id text=spicy_class,gcvs,x3hsp,x4lac int=roid
  double=rf_snia_vs_nonia,snn_snia_vs_nonia,snn_sn_vs_all,mulens int=nalerthist
  double=rf_kn_vs_nonkn,anomaly_score,jd_first_real_det,jdstarthist_dt,mag_rate,sigma_rate
  double=lower_rate,upper_rate,delta_time boolean=from_upper,is_transient float=slsn_score
  text=tracklet`)

/** Schema of the file; top-level columns in the order of `columnNames`. */
export function nightSchema(): SchemaElement[] {
  const features: FieldList = FEATURE_NAMES.map(name => [name, 'double'])
  const elements = [
    ...HEAD_FIELDS.map(leaf),
    ...group('candidate', CANDIDATE_FIELDS),
    ...list('prv_candidates', HISTORY_FIELDS),
    ...STAMP_COLUMNS.flatMap(name => group(name, STAMP_FIELDS)),
    ...SCIENCE_FIELDS.map(leaf),
    ...group('mangrove', MANGROVE_FIELDS),
    ...group('blazar_stats', BLAZAR_FIELDS),
    ...group('lc_features_g', features),
    ...group('lc_features_r', features),
  ]
  return [{ name: 'spark_schema', num_children: columnNames().length }, ...elements]
}

/** Names of the top-level columns. */
export function columnNames(): string[] {
  const names = (list: FieldList): string[] => list.map(([name]) => name)
  return [
    ...names(HEAD_FIELDS),
    'candidate',
    'prv_candidates',
    ...STAMP_COLUMNS,
    ...names(SCIENCE_FIELDS),
    'mangrove',
    'blazar_stats',
    'lc_features_g',
    'lc_features_r',
  ]
}

const LEAVES: Readonly<Record<FieldType, Omit<SchemaElement, 'name'>>> = {
  double: { type: 'DOUBLE' },
  float: { type: 'FLOAT' },
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  bytes: { type: 'BYTE_ARRAY' },
  boolean: { type: 'BOOLEAN' },
}

function leaf([name, type]: FieldList[number]): SchemaElement {
  return { name, repetition_type: 'OPTIONAL', ...LEAVES[type] }
}

function group(name: string, members: FieldList): SchemaElement[] {
  const parent: SchemaElement = {
    name,
    repetition_type: 'OPTIONAL',
    num_children: members.length,
  }
  return [parent, ...members.map(leaf)]
}

function list(name: string, members: FieldList): SchemaElement[] {
  return [
    { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...group('element', members),
  ]
}
