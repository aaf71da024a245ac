/**
 * The columns that the broker adds to the records of Rubin/LSST, those of single routes, and since
 * when they exist. The records of the survey itself stand in `columns.ts`.
 */
import { parseFacts } from '../column-facts.js'
import { LSST_BANDS } from './bands.js'

/** Values that the broker adds to each detection. */
export const LSST_SOURCE_ADDED = parseFacts(
  'f',
  `
xm_simbad_otype              | string |     | src.class               | Type of the closest SIMBAD source within 1 arcsec
xm_gcvs_type                 | string |     | src.class               | Type of the closest source in the General Catalogue of Variable Stars within 1.5 arcsec
xm_vsx_Type                  | string |     | src.class               | Type of the closest source in the International Variable Star Index (VSX) within 1.5 arcsec
xm_gaiadr3_DR3Name           | string |     | meta.id.cross           | Name of the closest Gaia DR3 source within 1 arcsec
xm_gaiadr3_Plx               | double | mas | pos.parallax            | Parallax of the closest Gaia DR3 source within 1 arcsec
xm_gaiadr3_e_Plx             | double | mas | stat.error;pos.parallax | Standard error of xm_gaiadr3_Plx
xm_gaiadr3_VarFlag           | int    |     | meta.code;src.var       | 1 when the closest Gaia DR3 source is flagged as variable, 0 otherwise
xm_x3hsp_type                | string |     | meta.id.cross           | Counterpart in the catalogue of high synchrotron peaked blazars 3HSP within 1 arcmin
xm_x4lac_type                | string |     | meta.id.cross           | Counterpart in the fourth catalogue of active galactic nuclei of Fermi LAT (4LAC) within 1 arcmin
xm_mangrove_HyperLEDA_name   | string |     | meta.id.cross           | HyperLEDA name of the counterpart in the galaxy catalogue Mangrove within 1 arcmin
xm_mangrove_2MASS_name       | string |     | meta.id.cross           | 2MASS name of the counterpart in the galaxy catalogue Mangrove within 1 arcmin
xm_mangrove_lum_dist         | string | Mpc | pos.distance            | Luminosity distance of the counterpart in Mangrove
xm_mangrove_ang_dist         | string | Mpc | pos.distance            | Angular diameter distance of the counterpart in Mangrove
xm_spicy_SPICY               | string |     | meta.id.cross           | Number of the counterpart in the catalogue of young stars SPICY within 1.2 arcsec
xm_spicy_class               | string |     | src.class               | Class of the young star in SPICY
xm_tns_type                  | string |     | src.class               | Class of the object in the Transient Name Server
xm_tns_fullname              | string |     | meta.id.cross           | Name of the object in the Transient Name Server
xm_tns_redshift              | float  |     | src.redshift            | Redshift of the object in the Transient Name Server
xm_legacydr8_zphot           | float  |     | src.redshift.phot       | Photometric redshift of the counterpart in the Legacy Surveys DR8 South within 1.5 arcsec
xm_legacydr8_e_zphot         | float  |     | stat.error;src.redshift.phot | Uncertainty of xm_legacydr8_zphot
xm_legacydr8_pstar           | float  |     | src.class.starGalaxy    | Likelihood that the counterpart in the Legacy Surveys is a star, from its colours
xm_legacydr8_fqual           | int    |     | meta.code.qual          | 1 when xm_legacydr8_zphot should be well constrained
clf_cats_class               | int    |     | src.class               | Broad class of CATS: 11 supernova-like, 12 fast, 13 long, 21 periodic, 22 not periodic, -1 not processed
clf_cats_score               | float  |     | stat.probability        | Score of clf_cats_class, 0 to 1
clf_earlySNIa_score          | float  |     | stat.probability        | Score of the early supernova Ia classifier, 0 to 1
clf_slsn_score               | float  |     | stat.probability        | Score of the superluminous supernova classifier, 0 to 1
clf_snnSnVsOthers_score      | float  |     | stat.probability        | Score for supernova against everything else (SuperNNova), 0 to 1
clf_elephant_kstest_science  | float  |     | stat.probability        | Sign of a missing host galaxy in the science image (ELEPHANT, arXiv:2404.18165)
clf_elephant_kstest_template | float  |     | stat.probability        | Sign of a missing host galaxy in the template (ELEPHANT, arXiv:2404.18165)
fink_broker_version          | string |     | meta.version;meta.software | Version of fink-broker that processed the alert
fink_science_version         | string |     | meta.version;meta.software | Version of fink-science that classified the alert
lsst_schema_version          | string |     | meta.version            | Version of the schema of the alert packet
`,
)

/** Values that the broker adds to each object, from its last alert. */
export const LSST_OBJECT_ADDED = parseFacts(
  'f',
  `
is_cataloged             | boolean |   | meta.code      | The last detection has a counterpart in SIMBAD or Gaia DR3
is_sso                   | boolean |   | meta.code      | The detection belongs to a known Solar System object
is_first                 | boolean |   | meta.code      | The first detection at the position, and not of a Solar System object
main_label_classifier    | int     |   | src.class      | Main label of the classifiers, at present that of CATS
main_label_crossmatch    | string  |   | src.class      | Main label of the cross-matches, at present that of SIMBAD
firstDiaSourceMjdTaiFink | string  | d | time.start;obs | Modified Julian Date (TAI) of the first detection in the history of the alert
`,
)

/** Numbers of one night, for the statistics route. */
export const LSST_STATISTICS = parseFacts(
  'f',
  `
night                | int | | time.epoch;obs             | Night as YYYYMMDD
alerts               | int | | meta.number;obs            | Number of alerts processed
${LSST_BANDS.map(band => `alerts_${band} | int | | meta.number;obs | Number of alerts in ${band}`).join('\n')}
objects              | int | | meta.number;src            | Number of objects
is_sso               | int | | meta.number;obs            | Number of alerts of Solar System objects
is_first             | int | | meta.number;obs            | Number of alerts that are first detections
in_tns               | int | | meta.number;obs            | Number of alerts with a counterpart in the Transient Name Server
is_cataloged         | int | | meta.number;obs            | Number of alerts with a counterpart in SIMBAD or Gaia DR3
visits               | int | | meta.number;obs.exposure   | Number of visits
glint_trail          | int | | meta.number;obs            | Number of alerts with the flag glint_trail
isDipole             | int | | meta.number;obs            | Number of alerts with the flag isDipole
pixelFlags_cr        | int | | meta.number;obs            | Number of alerts with the flag pixelFlags_cr
pixelFlags_saturated | int | | meta.number;obs            | Number of alerts with the flag pixelFlags_saturated
pixelFlags_streak    | int | | meta.number;obs            | Number of alerts with the flag pixelFlags_streak
fink_broker_version  | str | | meta.version;meta.software | Version of fink-broker that processed the night
fink_science_version | str | | meta.version;meta.software | Version of fink-science that classified the night
lsst_schema_version  | str | | meta.version               | Version of the schema of the alert packets
`,
)

/** Name of a Solar System object, which the sso route adds. */
export const LSST_SSO_NAME = parseFacts(
  'f',
  'sso_name | str | | meta.id;src | Name of the Solar System object as it was resolved',
)

/** Image stamps. */
export const LSST_STAMPS = parseFacts(
  'b',
  `
cutoutDifference | bytes? | | phot.count;obs.image | Difference image around the source
cutoutScience    | bytes? | | phot.count;obs.image | Visit image around the source
cutoutTemplate   | bytes? | | phot.count;obs.image | Template image around the source
`,
)

/** Columns of single routes, which no schema document lists. */
export const LSST_UNLISTED = [
  ...parseFacts(
    'v',
    `
separation_degree | double | deg | pos.angDistance | Angular distance to the centre of the search
startgwMjdTai     | double | d   | time.epoch      | Time of the event of the sky map as Modified Julian Date, TAI
`,
  ),
  ...parseFacts(
    'r',
    `
salt      | string | | meta.code    | First part of the row key, which spreads rows over the store
hdfs_path | string | | meta.ref.uri | File that holds the stamps of the alert
`,
  ),
  ...parseFacts(
    'f',
    `
pixel1024     | int    |     | pos.healpix   | HEALPix pixel of the position, NSIDE 1024, RING order
fullname      | string |     | meta.id       | Name in the Transient Name Server with its prefix, such as SN 2023vwy
type          | string |     | src.class     | Class in the Transient Name Server
internalname  | string |     | meta.id.cross | Name that the discovering survey gave
discoverydate | string |     | time.epoch    | Date and time of discovery, UTC
ra            | double | deg | pos.eq.ra     | Right ascension, J2000
declination   | double | deg | pos.eq.dec    | Declination, J2000
redshift      | double |     | src.redshift  | Redshift in the Transient Name Server
salt          | string |     | meta.code     | First part of the row key, which spreads rows over the store
`,
  ),
]

/** Since when a column that the broker adds exists. */
export interface AddedSince {
  readonly finkBroker: string
  readonly finkScience: string
}

const FIRST_RELEASE: AddedSince = { finkBroker: '4.0', finkScience: '8.26.0' }

const LATER: ReadonlyMap<string, AddedSince> = new Map([
  ...['xm_legacydr8_zphot', 'xm_legacydr8_e_zphot', 'xm_legacydr8_pstar', 'in_tns'].map(since8_34),
  ...['clf_elephant_kstest_science', 'clf_elephant_kstest_template'].map(since8_34),
  ['f:clf_cats_score', { finkBroker: '4.1', finkScience: '8.35.0' }],
  ['f:xm_tns_fullname', { finkBroker: '4.1', finkScience: '8.36.0' }],
  ['f:xm_tns_redshift', { finkBroker: '4.1', finkScience: '8.36.0' }],
])

function since8_34(name: string): [string, AddedSince] {
  return [`f:${name}`, { finkBroker: '4.1', finkScience: '8.34.0' }]
}

/** Broker versions since which an `f:` column exists. */
export function addedSince(name: string): AddedSince {
  return LATER.get(name) ?? FIRST_RELEASE
}
