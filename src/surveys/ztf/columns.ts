/**
 * The columns of ZTF answers: names and types as the schema route shows them, units, UCDs and
 * meaning. Facts of the `i:` columns are those of the ZTF alert schema 4.02.
 */
import {
  type FactsSection,
  parseFacts,
  type SchemaDocument,
  schemaDocument,
  toFactsMap,
} from '../column-facts.js'

const alert = parseFacts(
  'i',
  `
objectId            | string  |         | meta.id;src                   | Name of the object, shared by all alerts at its position
candid              | long    |         | meta.id;meta.main             | Number of the alert, unique in the survey
schemavsn           | string  |         | meta.version                  | Version of the alert schema that ZTF used
publisher           | string  |         | meta.curation                 | Who sent the alert packet
fink_broker_version | string  |         | meta.version;meta.software    | Version of fink-broker that processed the alert
fink_science_version| string  |         | meta.version;meta.software    | Version of fink-science that classified the alert
jd                  | double  | d       | time.start;obs.exposure       | Start of the exposure as Julian date, UTC
fid                 | int     |         | meta.code;instr.bandpass      | Band: 1 for g, 2 for r, 3 for i
pid                 | long    |         | meta.id;obs.image             | Number of the processing run of the science image, to find it in the archive
diffmaglim          | float?  | mag     | phot.mag;stat.max;em.opt      | Faintest magnitude that a 5 sigma detection in the difference image is expected to have
pdiffimfilename     | string? |         | meta.id;meta.file             | File name of the difference image, science minus reference
programpi           | string? |         | meta.id.PI                    | Principal investigator of the observing program
programid           | int     |         | meta.code;obs.proposal        | Observing program: public, partnership or Caltech time
isdiffpos           | string  |         | meta.code                     | Sign of the change: t or 1 when brighter than in the reference image, f or 0 when fainter
tblid               | long?   |         | meta.record                   | Row of the detection in the extraction table of the pipeline
nid                 | int?    |         | meta.number;obs               | Number of the observing night
rcid                | int?    |         | meta.id;instr.det             | Readout channel of the camera, 0 to 63
field               | int?    |         | meta.id;obs.field             | Number of the field in the ZTF sky grid
xpos                | float?  | pixel   | pos.cartesian.x;instr.det     | Position of the source on the image along x
ypos                | float?  | pixel   | pos.cartesian.y;instr.det     | Position of the source on the image along y
ra                  | double  | deg     | pos.eq.ra;meta.main           | Right ascension of the source, J2000
dec                 | double  | deg     | pos.eq.dec;meta.main          | Declination of the source, J2000
magpsf              | float   | mag     | phot.mag;em.opt               | Magnitude of the difference flux from the fit of the point spread function
sigmapsf            | float   | mag     | stat.error;phot.mag;em.opt    | Uncertainty (1 sigma) of magpsf
chipsf              | float?  |         | stat.fit.chi2                 | Reduced chi square of the fit of the point spread function
magap               | float?  | mag     | phot.mag;em.opt               | Magnitude in an aperture of 14 pixels diameter
sigmagap            | float?  | mag     | stat.error;phot.mag;em.opt    | Uncertainty (1 sigma) of magap
distnr              | float?  | pixel   | pos.angDistance               | Distance to the nearest source in the catalogue of the reference image
magnr               | float?  | mag     | phot.mag;em.opt               | Magnitude of the nearest source of the reference image
sigmagnr            | float?  | mag     | stat.error;phot.mag;em.opt    | Uncertainty (1 sigma) of magnr
chinr               | float?  |         | stat.fit.goodness             | DAOPhot chi of the nearest source of the reference image
sharpnr             | float?  |         | src.morph.param               | DAOPhot sharpness of the nearest source of the reference image
sky                 | float?  | adu     | instr.skyLevel                | Background of the sky around the source
magdiff             | float?  | mag     | phot.mag;arith.diff           | Aperture magnitude minus fitted magnitude: magap - magpsf
fwhm                | float?  | pixel   | phys.angSize;stat.fwhm        | Full width at half maximum of the source, for a Gaussian core (SExtractor)
classtar            | float?  |         | src.class.starGalaxy          | Star to galaxy score of SExtractor, near 1 for stars
mindtoedge          | float?  | pixel   | pos.angDistance;instr.det     | Distance to the nearest edge of the image
magfromlim          | float?  | mag     | phot.mag;arith.diff           | Distance from the limit in magnitude: diffmaglim - magap
seeratio            | float?  |         | instr.obsty.seeing;arith.ratio | Width of the point spread function of the difference image over fwhm
aimage              | float?  | pixel   | phys.angSize.smajAxis         | Windowed root mean square size along the major axis (SExtractor)
bimage              | float?  | pixel   | phys.angSize.sminAxis         | Windowed root mean square size along the minor axis (SExtractor)
aimagerat           | float?  |         | phys.angSize.smajAxis;arith.ratio | Major axis over width: aimage / fwhm
bimagerat           | float?  |         | phys.angSize.sminAxis;arith.ratio | Minor axis over width: bimage / fwhm
elong               | float?  |         | phys.size.axisRatio           | Elongation: aimage / bimage
nneg                | int?    |         | meta.number;instr.pixel       | Number of negative pixels in the 5 x 5 pixels around the source
nbad                | int?    |         | meta.number;instr.pixel       | Number of pixels flagged as bad in the 5 x 5 pixels around the source
rb                  | float?  |         | stat.probability              | Real-bogus score of the random forest, 0 to 1, near 1 for real sources
ssdistnr            | float?  | arcsec  | pos.angDistance               | Distance to the nearest known Solar System object, within 30 arcsec
ssmagnr             | float?  | mag     | phot.mag;em.opt               | Predicted magnitude of the nearest known Solar System object, mostly V from the MPC
ssnamenr            | string? |         | meta.id.cross                 | Name of the nearest known Solar System object within 30 arcsec (MPC)
sumrat              | float?  |         | phot.flux;arith.ratio         | Sum of the pixels over the sum of their absolute values, in 5 x 5 median-filtered pixels
magapbig            | float?  | mag     | phot.mag;em.opt               | Magnitude in an aperture of 18 pixels diameter
sigmagapbig         | float?  | mag     | stat.error;phot.mag;em.opt    | Uncertainty (1 sigma) of magapbig
ranr                | double  | deg     | pos.eq.ra                     | Right ascension of the nearest source of the reference image, J2000
decnr               | double  | deg     | pos.eq.dec                    | Declination of the nearest source of the reference image, J2000
sgmag1              | float?  | mag     | phot.mag;em.opt               | PS1 g magnitude of the closest PS1 source, within 30 arcsec
srmag1              | float?  | mag     | phot.mag;em.opt               | PS1 r magnitude of the closest PS1 source, within 30 arcsec
simag1              | float?  | mag     | phot.mag;em.opt               | PS1 i magnitude of the closest PS1 source, within 30 arcsec
szmag1              | float?  | mag     | phot.mag;em.opt               | PS1 z magnitude of the closest PS1 source, within 30 arcsec
sgscore1            | float?  |         | src.class.starGalaxy          | Star to galaxy score of the closest PS1 source, 0 to 1, near 1 for stars
distpsnr1           | float?  | arcsec  | pos.angDistance               | Distance to the closest PS1 source, within 30 arcsec
ndethist            | int     |         | meta.number;obs               | Number of detections within 1.5 arcsec in the same field and channel since the survey began, down to about 3 sigma
ncovhist            | int     |         | meta.number;obs               | Number of times that the position was observed in any field and channel since the survey began
jdstarthist         | double? | d       | time.start;obs                | Julian date of the first of the detections counted by ndethist
jdendhist           | double? | d       | time.end;obs                  | Julian date of the last of the detections counted by ndethist
scorr               | double? |         | stat.snr;stat.max             | Peak signal to noise ratio in the matched-filtered detection image
tooflag             | int?    |         | meta.code                     | 1 when the exposure followed a target of opportunity, 0 otherwise
objectidps1         | long?   |         | meta.id.cross                 | Number of the closest PS1 source, within 30 arcsec
objectidps2         | long?   |         | meta.id.cross                 | Number of the second closest PS1 source, within 30 arcsec
sgmag2              | float?  | mag     | phot.mag;em.opt               | PS1 g magnitude of the second closest PS1 source, within 30 arcsec
srmag2              | float?  | mag     | phot.mag;em.opt               | PS1 r magnitude of the second closest PS1 source, within 30 arcsec
simag2              | float?  | mag     | phot.mag;em.opt               | PS1 i magnitude of the second closest PS1 source, within 30 arcsec
szmag2              | float?  | mag     | phot.mag;em.opt               | PS1 z magnitude of the second closest PS1 source, within 30 arcsec
sgscore2            | float?  |         | src.class.starGalaxy          | Star to galaxy score of the second closest PS1 source, 0 to 1, near 1 for stars
distpsnr2           | float?  | arcsec  | pos.angDistance               | Distance to the second closest PS1 source, within 30 arcsec
objectidps3         | long?   |         | meta.id.cross                 | Number of the third closest PS1 source, within 30 arcsec
sgmag3              | float?  | mag     | phot.mag;em.opt               | PS1 g magnitude of the third closest PS1 source, within 30 arcsec
srmag3              | float?  | mag     | phot.mag;em.opt               | PS1 r magnitude of the third closest PS1 source, within 30 arcsec
simag3              | float?  | mag     | phot.mag;em.opt               | PS1 i magnitude of the third closest PS1 source, within 30 arcsec
szmag3              | float?  | mag     | phot.mag;em.opt               | PS1 z magnitude of the third closest PS1 source, within 30 arcsec
sgscore3            | float?  |         | src.class.starGalaxy          | Star to galaxy score of the third closest PS1 source, 0 to 1, near 1 for stars
distpsnr3           | float?  | arcsec  | pos.angDistance               | Distance to the third closest PS1 source, within 30 arcsec
nmtchps             | int     |         | meta.number;src               | Number of PS1 sources within 30 arcsec
rfid                | long    |         | meta.id;obs.image             | Number of the processing run of the reference image, to find it in the archive
jdstartref          | double  | d       | time.start;obs.image          | Julian date of the earliest exposure in the reference image
jdendref            | double  | d       | time.end;obs.image            | Julian date of the latest exposure in the reference image
nframesref          | int     |         | meta.number;obs.image         | Number of exposures in the reference image
rbversion           | string  |         | meta.version                  | Version of the random forest behind rb
dsnrms              | float?  |         | stat.snr                      | Difference image over its standard deviation, at the source
ssnrms              | float?  |         | stat.snr                      | Difference image convolved with its point spread function over its standard deviation, at the source
dsdiff              | float?  |         | stat.snr;arith.diff           | Difference of the two: dsnrms - ssnrms
magzpsci            | float?  | mag     | phot.mag;arith.zp             | Magnitude zero point of the science image
magzpsciunc         | float?  | mag     | stat.error;phot.mag;arith.zp  | Uncertainty of magzpsci
magzpscirms         | float?  | mag     | stat.rms;phot.mag;arith.zp    | Scatter of instrumental magnitudes about those of the calibrators in the science image
nmatches            | int     |         | meta.number;obs.calib         | Number of PS1 calibrators of the science image
clrcoeff            | float?  |         | phot.calib                    | Colour coefficient of the linear calibration of the science image
clrcounc            | float?  |         | stat.error;phot.calib         | Uncertainty of clrcoeff
zpclrcov            | float?  | mag**2  | stat.covariance               | Covariance of magzpsci and clrcoeff
zpmed               | float?  | mag     | phot.mag;arith.zp;stat.median | Zero point from the median difference between instrumental and calibrator magnitudes
clrmed              | float?  | mag     | phot.color;em.opt;stat.median | Median colour of the calibrators: g-r in bands 1 and 2, r-i in band 3
clrrms              | float?  | mag     | stat.rms;phot.color;em.opt    | Scatter of the colours of the calibrators
neargaia            | float?  | arcsec  | pos.angDistance               | Distance to the closest Gaia DR1 source of any brightness, within 90 arcsec
neargaiabright      | float?  | arcsec  | pos.angDistance               | Distance to the closest Gaia DR1 source brighter than magnitude 14, within 90 arcsec
maggaia             | float?  | mag     | phot.mag;em.opt               | Gaia G magnitude of the closest Gaia DR1 source of any brightness, within 90 arcsec
maggaiabright       | float?  | mag     | phot.mag;em.opt               | Gaia G magnitude of the closest Gaia DR1 source brighter than magnitude 14, within 90 arcsec
exptime             | float?  | s       | time.duration;obs.exposure    | Exposure time
drb                 | float?  |         | stat.probability              | Real-bogus score of the neural network, 0 to 1, near 1 for real sources
drbversion          | string  |         | meta.version                  | Version of the neural network behind drb
`,
)

const added = parseFacts(
  'd',
  `
cdsxmatch               | string  |       | src.class                   | Type of the closest SIMBAD source within 1.5 arcsec; Unknown without match, Fail when not asked
gcvs                    | string  |       | src.class                   | Type of the counterpart in the General Catalogue of Variable Stars
vsx                     | string  |       | src.class                   | Type of the counterpart in the International Variable Star Index (VSX)
DR3Name                 | string  |       | meta.id.cross               | Name of the closest Gaia DR3 source within 1 arcsec
Plx                     | double  | mas   | pos.parallax                | Parallax of the closest Gaia DR3 source within 1 arcsec
e_Plx                   | double  | mas   | stat.error;pos.parallax     | Standard error of Plx
x3hsp                   | string  |       | meta.id.cross               | Counterpart in the catalogue of high synchrotron peaked blazars 3HSP within 1 arcmin
x4lac                   | string  |       | meta.id.cross               | Counterpart in the fourth catalogue of active galactic nuclei of Fermi LAT (4LAC) within 1 arcmin
mangrove_HyperLEDA_name | string  |       | meta.id.cross               | HyperLEDA name of the counterpart in the galaxy catalogue Mangrove within 1 arcmin
mangrove_2MASS_name     | string  |       | meta.id.cross               | 2MASS name of the counterpart in the galaxy catalogue Mangrove within 1 arcmin
mangrove_lum_dist       | string  | Mpc   | pos.distance                | Luminosity distance of the counterpart in Mangrove, as text
mangrove_ang_dist       | string  | Mpc   | pos.distance                | Angular diameter distance of the counterpart in Mangrove, as text
spicy_id                | string  |       | meta.id.cross               | Number of the counterpart in the catalogue of young stars SPICY within 1.2 arcsec, -1 without match
spicy_class             | string  |       | src.class                   | Class of the young star in SPICY
mulens                  | double  |       | stat.probability            | Score of the microlensing classifier, 0 to 1
rf_snia_vs_nonia        | double  |       | stat.probability            | Score of the early supernova Ia classifier (random forest), 0 to 1
rf_kn_vs_nonkn          | double  |       | stat.probability            | Score of the kilonova classifier (random forest), 0 to 1
roid                    | int     |       | meta.code.class             | Solar System flag: 3 known object of the MPC, 2 candidate, 1 first appearance but not a candidate, 0 none of these
snn_sn_vs_all           | double  |       | stat.probability            | Score for supernova against everything else (SuperNNova), 0 to 1
snn_snia_vs_nonia       | double  |       | stat.probability            | Score for supernova Ia against other supernovae (SuperNNova), 0 to 1
anomaly_score           | double  |       | stat.rank                   | Anomaly score: the lower, the more unusual the light curve
nalerthist              | int     |       | meta.number;obs             | Number of detections in the history that came with the alert, this one included
tracklet                | string  |       | meta.id.assoc               | Name of the track of a moving object (TRCK_YYYYMMDD_HHMMSS_NN), empty when there is none
lc_features_g           | string  |       | src.var                     | Features of the light curve in g, as the text of an array of 26 numbers
lc_features_r           | string  |       | src.var                     | Features of the light curve in r, as the text of an array of 26 numbers
jd_first_real_det       | double  | d     | time.start;obs              | Julian date of the first 5 sigma detection in the history of the alert
jdstarthist_dt          | double  | d     | time.interval               | Days from the first 3 sigma detection (i:jdstarthist) to d:jd_first_real_det; above 30 it has little meaning
mag_rate                | double  | mag/d | src.var                     | Change of magnitude per day between the last two measurements in the band
sigma_rate              | double  | mag/d | stat.error;src.var          | Uncertainty of mag_rate
lower_rate              | double  | mag/d | src.var;stat.min            | 5th percentile of the sampled mag_rate
upper_rate              | double  | mag/d | src.var;stat.max            | 95th percentile of the sampled mag_rate
delta_time              | double  | d     | time.interval               | Days between the two measurements behind mag_rate
from_upper              | boolean |       | meta.code                   | Whether mag_rate starts from an upper limit rather than a measurement
tag                     | string  |       | meta.code.qual              | Kind of point when upper limits are asked for: valid, upperlim (no detection) or badquality
tns                     | string  |       | src.class                   | Class of the object in the Transient Name Server, empty when it has none
blazar_stats_instantness_low  | float |   | src.var                     | How far the newest flux of a known blazar lies below its low-state threshold; -1 when not computed
blazar_stats_robustness_low   | float |   | src.var                     | How far the mean flux of recent points lies below the low-state threshold; -1 when not computed
blazar_stats_instantness_high | float |   | src.var                     | How far the newest flux of a known blazar lies above its high-state threshold; -1 when not computed
blazar_stats_robustness_high  | float |   | src.var                     | How far the mean flux of recent points lies above the high-state threshold; -1 when not computed
blazar_stats_m0         | float   |       | src.var                     | First of three low-state statistics of known blazars (older releases); -1 when not computed
blazar_stats_m1         | float   |       | src.var                     | Second of three low-state statistics of known blazars (older releases); -1 when not computed
blazar_stats_m2         | float   |       | src.var                     | Third of three low-state statistics of known blazars (older releases); -1 when not computed
gaiaClass               | str     |       | src.class                   | Variability class of the counterpart in Gaia DR3, Unknown without match
gaiaVarFlag             | int     |       | meta.code;src.var           | 1 when the counterpart in Gaia DR3 is flagged as variable, 0 otherwise
is_transient            | boolean |       | meta.code                   | Whether the alert passes the selection of likely transients
slsn_score              | float   |       | stat.probability            | Score of the superluminous supernova classifier, 0 to 1; -1 when not computed
`,
)

const computed = parseFacts(
  'v',
  `
constellation    | string |       |                           | Constellation of the position, after the boundaries of 1875
classification   | string |       | src.class                 | Label that follows from the cross-matches and scores of the alert
g-r              | double | mag   | phot.color;em.opt         | Colour of g and r points at most 0.3 day apart, nearest to the alert
sigma(g-r)       | double | mag   | stat.error;phot.color;em.opt | Uncertainty of g-r
rate(g-r)        | double | mag/d | src.var                   | Change of g-r per day since the previous colour
sigma(rate(g-r)) | double | mag/d | stat.error;src.var        | Uncertainty of rate(g-r)
rate             | double | mag/d | src.var                   | Change of magnitude per day since the previous alert in the same band
sigma(rate)      | double | mag/d | stat.error;src.var        | Uncertainty of rate
lastdate         | string |       | time.start;obs.exposure   | Date and time of i:jd, UTC
firstdate        | string |       | time.start;obs            | Date and time of i:jdstarthist, UTC
lapse            | double | d     | time.interval             | Days from i:jdstarthist to i:jd
`,
)

const stamps = parseFacts(
  'b',
  `
cutoutScience_stampData    | array | | phot.count;obs.image | Pixels of the science image around the source, row by row
cutoutTemplate_stampData   | array | | phot.count;obs.image | Pixels of the reference image around the source, row by row
cutoutDifference_stampData | array | | phot.count;obs.image | Pixels of the difference image around the source, row by row
`,
)

/** Columns of single routes, which the schema document does not list. */
const unlisted = [
  ...parseFacts(
    'v',
    `
separation_degree | double | deg | pos.angDistance | Angular distance to the centre of the search
jdstartgw         | double | d   | time.epoch      | Julian date of the event of the sky map, UTC
`,
  ),
  ...parseFacts(
    'i',
    `
name   | string | | meta.id | Name of the Solar System object
number | string | | meta.id | Number of the Solar System object
`,
  ),
  ...parseFacts(
    'd',
    `
classification   | string |         | src.class                   | Label that follows from the cross-matches and scores of the alert
hdfs_path        | string |         | meta.ref.uri                | File that holds the stamps of the alert
fullname         | string |         | meta.id                     | Name in the Transient Name Server with its prefix, such as SN 2023vwy
type             | string |         | src.class                   | Class in the Transient Name Server
internalname     | string |         | meta.id.cross               | Name that the discovering survey gave
discoverydate    | string |         | time.epoch                  | Date and time of discovery, UTC
redshift         | double |         | src.redshift                | Redshift in the Transient Name Server
declination      | double | deg     | pos.eq.dec                  | Declination, J2000
ra               | double | deg     | pos.eq.ra                   | Right ascension, J2000
dec              | double | deg     | pos.eq.dec                  | Declination, J2000
jd               | double | d       | time.start;obs.exposure     | Start of the exposure as Julian date, UTC
nid              | int    |         | meta.number;obs             | Number of the observing night
fid              | int    |         | meta.code;instr.bandpass    | Band: 1 for g, 2 for r, 3 for i
candid           | long   |         | meta.id;meta.main           | Number of the alert
objectId         | string |         | meta.id;src                 | Name of the ZTF object of the alert
magpsf           | float  | mag     | phot.mag;em.opt             | Magnitude of the difference flux
sigmapsf         | float  | mag     | stat.error;phot.mag;em.opt  | Uncertainty (1 sigma) of magpsf
dcmag            | float  | mag     | phot.mag;em.opt             | Magnitude of the total flux
dcmag_err        | float  | mag     | stat.error;phot.mag;em.opt  | Uncertainty (1 sigma) of dcmag
assoc_tag        | string |         | meta.code                   | How the alert was joined to the trajectory
ssoCandId        | string |         | meta.id;src                 | Name of the candidate Solar System object
ref_epoch        | double | d       | time.epoch                  | Julian date for which the orbit is given
a                | double | AU      | phys.size.smajAxis;src.orbital | Semi-major axis of the orbit
e                | double |         | src.orbital.eccentricity    | Eccentricity of the orbit
i                | double | deg     | src.orbital.inclination     | Inclination of the orbit
long_node        | double | deg     | src.orbital.node            | Longitude of the ascending node
arg_peric        | double | deg     | src.orbital.periastron      | Argument of the pericentre
mean_anomaly     | double | deg     | src.orbital.meanAnomaly     | Mean anomaly at ref_epoch
rms_a            | double | AU      | stat.error;src.orbital      | Uncertainty of a
rms_e            | double |         | stat.error;src.orbital.eccentricity | Uncertainty of e
rms_i            | double | deg     | stat.error;src.orbital.inclination | Uncertainty of i
rms_long_node    | double | deg     | stat.error;src.orbital.node | Uncertainty of long_node
rms_arg_peric    | double | deg     | stat.error;src.orbital.periastron | Uncertainty of arg_peric
rms_mean_anomaly | double | deg     | stat.error;src.orbital.meanAnomaly | Uncertainty of mean_anomaly
chi_reduced      | double |         | stat.fit.chi2               | Reduced chi square of the orbit
last_assoc_date  | string |         | time.epoch                  | Date of the last alert joined to the trajectory
internal_name         | string |    | meta.id                     | Name given to the object by users
internal_name_encoded | string |    | meta.id                     | The same without blanks
comments              | string |    | meta.note                   | Comments of users on the object
username              | string |    | meta.id                     | User who wrote the entry
`,
  ),
  ...parseFacts(
    'basic',
    `
raw       | long | | meta.number;obs          | Number of alerts received in the night
sci       | long | | meta.number;obs          | Number of alerts that passed the quality cuts
n_g       | long | | meta.number;obs          | Number of alerts in g
n_r       | long | | meta.number;obs          | Number of alerts in r
exposures | long | | meta.number;obs.exposure | Number of exposures
fields    | long | | meta.number;obs.field    | Number of fields
`,
  ),
  ...parseFacts(
    'class',
    `
simbad_tot | long | | meta.number;obs | Number of alerts with a counterpart in SIMBAD
simbad_gal | long | | meta.number;obs | Number of alerts near a galaxy of SIMBAD
`,
  ),
  ...parseFacts(
    'key',
    `
key  | string |    | meta.id | Key of the row
time | string | ms |         | Time at which the row was stored, milliseconds since 1970
`,
  ),
  ...parseFacts(
    '',
    `
sso_name   | string | | meta.id;src | Name of the Solar System object
sso_number | string | | meta.id;src | Number of the Solar System object
`,
  ),
]

const sections: readonly FactsSection[] = [
  { title: 'ZTF original fields (i:)', columns: alert },
  { title: 'ZTF original cutouts (b:)', columns: stamps },
  { title: 'Fink science module outputs (d:)', columns: added },
  { title: 'Fink on-the-fly added values (v:)', columns: computed },
]

/** What is known about each column of ZTF answers, by name with family. */
export const ZTF_FACTS = toFactsMap([...sections.flatMap(({ columns }) => columns), ...unlisted])

/** Answer of the ZTF schema route: section, column without family, type and meaning. */
export function ztfSchemaDocument(): SchemaDocument {
  return schemaDocument(sections)
}
