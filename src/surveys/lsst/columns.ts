/**
 * The columns of Rubin/LSST answers: names and types as the schema route shows them, units, UCDs
 * and meaning. Facts of the `r:` columns are those of the LSST alert schemas 10.0 to 11.1. A name
 * may stand in several records with another meaning, so the lists are kept apart.
 */
import { type ColumnFacts, parseFacts } from '../column-facts.js'
import {
  LSST_OBJECT_ADDED,
  LSST_SOURCE_ADDED,
  LSST_SSO_NAME,
  LSST_STAMPS,
  LSST_UNLISTED,
} from './added-columns.js'
import { LSST_BANDS } from './bands.js'

/** Record alert: what belongs to the alert as a whole. */
export const LSST_ALERT = parseFacts(
  'r',
  `
observation_reason | string? | | meta.note;obs           | Why the scheduler took the image
target_name        | string? | | meta.id;obs.field       | What the scheduler pointed at
diaSourceId        | long    | | meta.id;meta.main       | Number of the detection that triggered the alert
`,
)

/** Record diaSource: a detection on a difference image. */
export const LSST_SOURCE = parseFacts(
  'r',
  `
diaSourceId         | long     |         | meta.id;meta.main             | Number of the detection, unique in the survey
visit               | long     |         | meta.id;obs.exposure          | Number of the visit, the exposure of the whole camera
detector            | int      |         | meta.id;instr.det             | Number of the detector in the camera
diaObjectId         | long?    |         | meta.id.parent                | Number of the object that the detection belongs to; none for Solar System objects
ssObjectId          | long?    |         | meta.id.parent                | Number of the Solar System object that the detection belongs to, if any
parentDiaSourceId   | long?    |         | meta.id.parent                | Number of the detection that this one was deblended from, if any
midpointMjdTai      | double   | d       | time.epoch;obs.exposure       | Middle of the visit as Modified Julian Date, TAI
ra                  | double   | deg     | pos.eq.ra;meta.main           | Right ascension of the detection, ICRS
raErr               | float?   | deg     | stat.error;pos.eq.ra          | Uncertainty of ra
dec                 | double   | deg     | pos.eq.dec;meta.main          | Declination of the detection, ICRS
decErr              | float?   | deg     | stat.error;pos.eq.dec         | Uncertainty of dec
ra_dec_Cov          | float?   | deg**2  | stat.covariance;pos.eq        | Covariance of ra and dec
x                   | float    | pixel   | pos.cartesian.x;instr.det     | Position of the detection on the detector along x
xErr                | float?   | pixel   | stat.error;pos.cartesian.x    | Uncertainty of x
y                   | float    | pixel   | pos.cartesian.y;instr.det     | Position of the detection on the detector along y
yErr                | float?   | pixel   | stat.error;pos.cartesian.y    | Uncertainty of y
centroid_flag       | boolean? |         | meta.code.qual                | The centroid could not be fitted well
apFlux              | float?   | nJy     | phot.flux.density;em.opt      | Difference flux in an aperture of 12 pixels radius
apFluxErr           | float?   | nJy     | stat.error;phot.flux.density;em.opt | Uncertainty of apFlux
apFlux_flag         | boolean? |         | meta.code.qual                | The aperture flux could not be measured well
apFlux_flag_apertureTruncated | boolean? | | meta.code.qual              | The aperture does not fit into the image
isNegative          | boolean? |         | meta.code                     | The source is significantly fainter than in the template
snr                 | float?   |         | stat.snr                      | Signal to noise ratio of the detection on the difference image
psfFlux             | float?   | nJy     | phot.flux.density;em.opt      | Difference flux from the fit of a point source: visit minus template
psfFluxErr          | float?   | nJy     | stat.error;phot.flux.density;em.opt | Uncertainty of psfFlux
psfLnL              | float?   |         | stat.likelihood               | Natural logarithm of the likelihood of the point source fit
psfChi2             | float?   |         | stat.fit.chi2                 | Chi square of the point source fit
psfNdata            | int?     |         | meta.number;instr.pixel       | Number of pixels in the point source fit
psfFlux_flag        | boolean? |         | meta.code.qual                | The point source fit failed
psfFlux_flag_edge   | boolean? |         | meta.code.qual                | Too near to the edge of the image for the whole point spread function
psfFlux_flag_noGoodPixels | boolean? |   | meta.code.qual                | Too few good pixels for the point source fit
trailFlux           | float?   | nJy     | phot.flux.density;em.opt      | Difference flux from the fit of a trail: visit minus template
trailFluxErr        | float?   | nJy     | stat.error;phot.flux.density;em.opt | Uncertainty of trailFlux
trailRa             | double?  | deg     | pos.eq.ra                     | Right ascension of the centre of the trail
trailRaErr          | float?   | deg     | stat.error;pos.eq.ra          | Uncertainty of trailRa
trailDec            | double?  | deg     | pos.eq.dec                    | Declination of the centre of the trail
trailDecErr         | float?   | deg     | stat.error;pos.eq.dec         | Uncertainty of trailDec
trailLength         | float?   | arcsec  | phys.angSize                  | Most likely length of the trail
trailLengthErr      | float?   | arcsec  | stat.error;phys.angSize       | Uncertainty of trailLength
trailAngle          | float?   | deg     | pos.posAng                    | Most likely direction of the trail, from the meridian through its centre
trailAngleErr       | float?   | deg     | stat.error;pos.posAng         | Uncertainty of trailAngle
trailChi2           | float?   |         | stat.fit.chi2                 | Chi square of the trail fit
trailNdata          | int?     |         | meta.number;instr.pixel       | Number of pixels in the trail fit
trail_flag_edge     | boolean? |         | meta.code.qual                | The trail reaches the edge of the image or goes beyond it
dipoleMeanFlux      | float?   | nJy     | phot.flux.density;em.opt      | Most likely mean of the absolute fluxes of the two lobes of a dipole
dipoleMeanFluxErr   | float?   | nJy     | stat.error;phot.flux.density;em.opt | Uncertainty of dipoleMeanFlux
dipoleFluxDiff      | float?   | nJy     | phot.flux.density;em.opt      | Most likely difference of the absolute fluxes of the two lobes of a dipole
dipoleFluxDiffErr   | float?   | nJy     | stat.error;phot.flux.density;em.opt | Uncertainty of dipoleFluxDiff
dipoleLength        | float?   | arcsec  | phys.angSize                  | Most likely distance of the two lobes of a dipole
dipoleAngle         | float?   | deg     | pos.posAng                    | Most likely direction from the negative to the positive lobe, from the meridian
dipoleChi2          | float?   |         | stat.fit.chi2                 | Chi square of the dipole fit
dipoleNdata         | int?     |         | meta.number;instr.pixel       | Number of pixels in the dipole fit
scienceFlux         | float?   | nJy     | phot.flux.density;em.opt      | Forced point source flux on the visit image at the position of the detection
scienceFluxErr      | float?   | nJy     | stat.error;phot.flux.density;em.opt | Uncertainty of scienceFlux
forced_PsfFlux_flag | boolean? |         | meta.code.qual                | The forced flux on the visit image could not be measured well
forced_PsfFlux_flag_edge | boolean? |    | meta.code.qual                | Forced flux: too near to the edge for the whole point spread function
forced_PsfFlux_flag_noGoodPixels | boolean? | | meta.code.qual           | Forced flux: too few good pixels
templateFlux        | float?   | nJy     | phot.flux.density;em.opt      | Forced point source flux on the template at the position of the object
templateFluxErr     | float?   | nJy     | stat.error;phot.flux.density;em.opt | Uncertainty of templateFlux
ixx                 | float?   | nJy.arcsec**2 | src.morph.param         | Adaptive second moment of the source, xx
iyy                 | float?   | nJy.arcsec**2 | src.morph.param         | Adaptive second moment of the source, yy
ixy                 | float?   | nJy.arcsec**2 | src.morph.param         | Adaptive second moment of the source, xy
ixxPSF              | float?   | nJy.arcsec**2 | instr.det.psf           | Adaptive second moment of the point spread function, xx
iyyPSF              | float?   | nJy.arcsec**2 | instr.det.psf           | Adaptive second moment of the point spread function, yy
ixyPSF              | float?   | nJy.arcsec**2 | instr.det.psf           | Adaptive second moment of the point spread function, xy
shape_flag          | boolean? |         | meta.code.qual                | The shape could not be measured well
shape_flag_no_pixels | boolean? |        | meta.code.qual                | No pixels to measure the shape from
shape_flag_not_contained | boolean? |    | meta.code.qual                | The centre lies outside the box around the footprint
shape_flag_parent_source | boolean? |    | meta.code.qual                | The shape is that of a source before deblending
extendedness        | float?   |         | src.class.starGalaxy          | 1 for surely extended, 0 for surely point-like sources, from second moments
reliability         | float?   |         | stat.probability              | Probability that the detection is real, 0 to 1, from machine learning
band                | string?  |         | instr.bandpass                | Band: u, g, r, i, z or y
isDipole            | boolean? |         | meta.code                     | A dipole fits the source well
dipoleFitAttempted  | boolean? |         | meta.code                     | The fit of a dipole was tried
timeProcessedMjdTai | double   | d       | time.processing               | Time of processing as Modified Julian Date, TAI
timeWithdrawnMjdTai | double?  | d       | time.end                      | Time from which the record is not valid any more, Modified Julian Date, TAI
bboxSize            | int?     | pixel   | phys.angSize;instr.pixel      | Side of the square box around the footprint
pixelFlags          | boolean? |         | meta.code.qual                | The pixel flags could not be set; those of this source may be wrongly false
pixelFlags_bad      | boolean? |         | meta.code.qual                | Bad pixel in the footprint
pixelFlags_cr       | boolean? |         | meta.code.qual                | Cosmic ray in the footprint
pixelFlags_crCenter | boolean? |         | meta.code.qual                | Cosmic ray in the 3 x 3 pixels around the centre
pixelFlags_edge     | boolean? |         | meta.code.qual                | Part of the footprint lies outside the usable image
pixelFlags_nodata   | boolean? |         | meta.code.qual                | Pixel without data in the footprint
pixelFlags_nodataCenter | boolean? |     | meta.code.qual                | Pixel without data in the 3 x 3 pixels around the centre
pixelFlags_interpolated | boolean? |     | meta.code.qual                | Interpolated pixel in the footprint
pixelFlags_interpolatedCenter | boolean? | | meta.code.qual              | Interpolated pixel in the 3 x 3 pixels around the centre
pixelFlags_offimage | boolean? |         | meta.code.qual                | The centre lies outside the image
pixelFlags_saturated | boolean? |        | meta.code.qual                | Saturated pixel in the footprint
pixelFlags_saturatedCenter | boolean? |  | meta.code.qual                | Saturated pixel in the 3 x 3 pixels around the centre
pixelFlags_suspect  | boolean? |         | meta.code.qual                | Suspect pixel in the footprint
pixelFlags_suspectCenter | boolean? |    | meta.code.qual                | Suspect pixel in the 3 x 3 pixels around the centre
pixelFlags_streak   | boolean? |         | meta.code.qual                | Streak in the footprint
pixelFlags_streakCenter | boolean? |     | meta.code.qual                | Streak in the 3 x 3 pixels around the centre
pixelFlags_injected | boolean? |         | meta.code.qual                | Synthetic source injected in the footprint
pixelFlags_injectedCenter | boolean? |   | meta.code.qual                | Synthetic source injected in the 3 x 3 pixels around the centre
pixelFlags_injected_template | boolean? | | meta.code.qual               | Synthetic source injected in the footprint on the template
pixelFlags_injected_templateCenter | boolean? | | meta.code.qual         | Synthetic source injected in the 3 x 3 pixels around the centre on the template
glint_trail         | boolean? |         | meta.code.qual                | The source belongs to a trail of glints, as of a tumbling satellite
`,
)

/** What schema 11.1 adds to record diaSource. */
export const LSST_SOURCE_SINCE_11_1 = parseFacts(
  'r',
  `
exposureTime       | float?   | s | time.duration;obs.exposure | Exposure time of the detection
trailAlgorithm     | int?     |   | meta.code                  | Method of the trail fit: 1 for SDSSShape, 2 for HSMShape
trail_flag         | boolean? |   | meta.code.qual             | The trail fit failed
reliabilityVersion | string?  |   | meta.version               | Version of the model behind reliability
`,
)

function objectBandFacts(band: string): ColumnFacts[] {
  return parseFacts(
    'r',
    `
${band}_psfFluxMean        | float? | nJy   | phot.flux.density;em.opt;stat.mean | Weighted mean of psfFlux in ${band}
${band}_psfFluxMeanErr     | float? | nJy   | stat.error;phot.flux.density;em.opt | Standard error of ${band}_psfFluxMean
${band}_psfFluxSigma       | float? | nJy   | stat.stdev;phot.flux.density;em.opt | Standard deviation of psfFlux in ${band}
${band}_psfFluxNdata       | int?   |       | meta.number;obs                     | Number of points in ${band}
${band}_fpFluxMean         | float? | nJy   | phot.flux.density;em.opt;stat.mean  | Weighted mean of the forced difference flux in ${band}
${band}_fpFluxMeanErr      | float? | nJy   | stat.error;phot.flux.density;em.opt | Standard error of ${band}_fpFluxMean
${band}_scienceFluxMean    | float? | nJy   | phot.flux.density;em.opt;stat.mean  | Weighted mean of the forced flux on visit images in ${band}
${band}_scienceFluxMeanErr | float? | nJy   | stat.error;phot.flux.density;em.opt | Standard error of ${band}_scienceFluxMean
${band}_psfFluxMin         | float? | nJy   | phot.flux.density;em.opt;stat.min   | Smallest psfFlux in ${band}
${band}_psfFluxMax         | float? | nJy   | phot.flux.density;em.opt;stat.max   | Largest psfFlux in ${band}
${band}_psfFluxMaxSlope    | float? | nJy/d | src.var;stat.max                    | Largest change of psfFlux per day between points in ${band}
${band}_psfFluxErrMean     | float? | nJy   | stat.error;phot.flux.density;em.opt;stat.mean | Mean of psfFluxErr in ${band}
`,
  )
}

/** Record diaObject: what is known about an object from all its detections. */
export const LSST_OBJECT = [
  ...parseFacts(
    'r',
    `
diaObjectId          | long    |        | meta.id;meta.main      | Number of the object, unique in the survey
validityStartMjdTai  | double  | d      | time.processing        | Time of processing from which the record is valid, Modified Julian Date, TAI
ra                   | double  | deg    | pos.eq.ra;meta.main    | Right ascension of the object, ICRS
raErr                | float?  | deg    | stat.error;pos.eq.ra   | Uncertainty of ra
dec                  | double  | deg    | pos.eq.dec;meta.main   | Declination of the object, ICRS
decErr               | float?  | deg    | stat.error;pos.eq.dec  | Uncertainty of dec
ra_dec_Cov           | float?  | deg**2 | stat.covariance;pos.eq | Covariance of ra and dec
firstDiaSourceMjdTai | double? | d      | time.start;obs         | Time of the first detection as Modified Julian Date, TAI
lastDiaSourceMjdTai  | double? | d      | time.end;obs           | Time of the last detection as Modified Julian Date, TAI
nDiaSources          | int     |        | meta.number;obs        | Number of detections of the object
`,
  ),
  ...LSST_BANDS.flatMap(objectBandFacts),
]

/** Record diaForcedSource: a measurement at the position of an object, detected or not. */
export const LSST_FORCED = parseFacts(
  'r',
  `
diaForcedSourceId   | long    |     | meta.id;meta.main        | Number of the forced measurement, unique in the survey
diaObjectId         | long    |     | meta.id.parent           | Number of the object that the measurement belongs to
ra                  | double  | deg | pos.eq.ra;meta.main      | Right ascension of the object, ICRS
dec                 | double  | deg | pos.eq.dec;meta.main     | Declination of the object, ICRS
visit               | long    |     | meta.id;obs.exposure     | Number of the visit, the exposure of the whole camera
detector            | int     |     | meta.id;instr.det        | Number of the detector in the camera
psfFlux             | float?  | nJy | phot.flux.density;em.opt | Forced difference flux of a point source
psfFluxErr          | float?  | nJy | stat.error;phot.flux.density;em.opt | Uncertainty of psfFlux
midpointMjdTai      | double  | d   | time.epoch;obs.exposure  | Middle of the visit as Modified Julian Date, TAI
scienceFlux         | float?  | nJy | phot.flux.density;em.opt | Forced point source flux on the visit image at the position of the object
scienceFluxErr      | float?  | nJy | stat.error;phot.flux.density;em.opt | Uncertainty of scienceFlux
band                | string? |     | instr.bandpass           | Band: u, g, r, i, z or y
timeProcessedMjdTai | double  | d   | time.processing          | Time of processing as Modified Julian Date, TAI
timeWithdrawnMjdTai | double? | d   | time.end                 | Time from which the record is not valid any more, Modified Julian Date, TAI
`,
)

/**
 * Record ssSource: where a Solar System object was at a detection. The schema gives no units for
 * distances, velocities, rates and offsets, and the values do not settle them: they have none here.
 */
export const LSST_SOLAR_SYSTEM_SOURCE = parseFacts(
  'r',
  `
diaSourceId         | long    |     | meta.id;meta.main          | Number of the detection
ssObjectId          | long    |     | meta.id.parent             | Number of the Solar System object
designation         | string? |     | meta.id;src                | Primary provisional designation, unpacked
eclLambda           | double  | deg | pos.ecliptic.lon           | Ecliptic longitude of the observed position
eclBeta             | double  | deg | pos.ecliptic.lat           | Ecliptic latitude of the observed position
galLon              | double  | deg | pos.galactic.lon           | Galactic longitude of the observed position
galLat              | double  | deg | pos.galactic.lat           | Galactic latitude of the observed position
elongation          | float?  | deg | pos.angDistance            | Angle between the Sun and the object
phaseAngle          | float?  | deg | pos.phaseAng               | Angle between Sun and observer as seen from the object
topoRange           | float?  |     | pos.distance               | Distance to the observer when the light left the object
topoRangeRate       | float?  |     | phys.veloc                 | Velocity away from the observer
helioRange          | float?  |     | pos.distance;pos.heliocentric | Distance to the Sun when the light left the object
helioRangeRate      | float?  |     | phys.veloc;pos.heliocentric | Velocity away from the Sun
ephRa               | double? | deg | pos.eq.ra;pos.ephem        | Right ascension predicted from the orbit, ICRS
ephDec              | double? | deg | pos.eq.dec;pos.ephem       | Declination predicted from the orbit, ICRS
ephVmag             | float?  | mag | phot.mag;em.opt.V          | V magnitude predicted from the orbit, H and G
ephRate             | float?  |     | phys.veloc.ang             | Predicted motion on the sky
ephRateRa           | float?  |     | phys.veloc.ang             | Predicted motion on the sky along right ascension, with the cosine of the declination
ephRateDec          | float?  |     | phys.veloc.ang             | Predicted motion on the sky along declination
ephOffset           | float?  |     | pos.angDistance            | Distance of the observed from the predicted position
ephOffsetRa         | double? |     | pos.angDistance            | Offset from the predicted position along right ascension, with the cosine of the declination
ephOffsetDec        | double? |     | pos.angDistance            | Offset from the predicted position along declination
ephOffsetAlongTrack | float?  |     | pos.angDistance            | Offset from the predicted position along the motion
ephOffsetCrossTrack | float?  |     | pos.angDistance            | Offset from the predicted position across the motion
helio_x             | float?  |     | pos.cartesian.x;pos.heliocentric | Position relative to the Sun, ICRS x
helio_y             | float?  |     | pos.cartesian.y;pos.heliocentric | Position relative to the Sun, ICRS y
helio_z             | float?  |     | pos.cartesian.z;pos.heliocentric | Position relative to the Sun, ICRS z
helio_vx            | float?  |     | phys.veloc;pos.heliocentric | Velocity relative to the Sun, ICRS x
helio_vy            | float?  |     | phys.veloc;pos.heliocentric | Velocity relative to the Sun, ICRS y
helio_vz            | float?  |     | phys.veloc;pos.heliocentric | Velocity relative to the Sun, ICRS z
helio_vtot          | float?  |     | phys.veloc;pos.heliocentric | Speed relative to the Sun
topo_x              | float?  |     | pos.cartesian.x            | Position relative to the observer, ICRS x
topo_y              | float?  |     | pos.cartesian.y            | Position relative to the observer, ICRS y
topo_z              | float?  |     | pos.cartesian.z            | Position relative to the observer, ICRS z
topo_vx             | float?  |     | phys.veloc                 | Velocity relative to the observer, ICRS x
topo_vy             | float?  |     | phys.veloc                 | Velocity relative to the observer, ICRS y
topo_vz             | float?  |     | phys.veloc                 | Velocity relative to the observer, ICRS z
topo_vtot           | float?  |     | phys.veloc                 | Speed relative to the observer
diaDistanceRank     | int?    |     | stat.rank                  | Rank of the detection by distance from the predicted position, 1 for the nearest
`,
)

const ORBIT_ELEMENTS = `
a            | double? | AU    | phys.size.smajAxis;src.orbital | Semi-major axis
q            | double? | AU    | pos.distance;src.orbital       | Pericentre distance
e            | double? |       | src.orbital.eccentricity       | Eccentricity
i            | double? | deg   | src.orbital.inclination        | Inclination
node         | double? | deg   | src.orbital.node               | Longitude of the ascending node
argperi      | double? | deg   | src.orbital.periastron         | Argument of the pericentre
peri_time    | double? | d     | time.interval;src.orbital      | Time since the pericentre passage
yarkovsky    | double? |       | src.orbital                    | Yarkovsky acceleration, in 1e-10 au per square day
srp          | double? |       | src.orbital                    | Area to mass ratio of the radiation pressure, in square metres per ton
a1           | double? |       | src.orbital                    | Non-gravitational acceleration A1
a2           | double? |       | src.orbital                    | Non-gravitational acceleration A2
a3           | double? |       | src.orbital                    | Non-gravitational acceleration A3
dt           | double? |       | src.orbital                    | Delay DT of the non-gravitational acceleration
mean_anomaly | double? | deg   | src.orbital.meanAnomaly        | Mean anomaly
period       | double? | d     | time.period.revolution         | Orbital period
mean_motion  | double? | deg/d | src.orbital.meanMotion         | Mean motion
`

/** Record mpc_orbits: the orbit of a Solar System object from the Minor Planet Center. */
export const LSST_ORBIT = [
  ...parseFacts(
    'r',
    `
id                 | int     |        | meta.record           | Number of the record
designation        | string  |        | meta.id;meta.main     | Primary provisional designation, unpacked
packed_primary_provisional_designation   | string | | meta.id | Primary provisional designation, packed
unpacked_primary_provisional_designation | string | | meta.id | Primary provisional designation, unpacked
mpc_orb_jsonb      | string? |        | meta.note             | Details of the orbit solution as JSON
created_at         | long?   | s      | time.creation         | When the record was made, seconds since 1970
updated_at         | long?   | s      | time.processing       | When the record was last changed, seconds since 1970
orbit_type_int     | int?    |        | meta.code.class       | Type of the orbit as a number
u_param            | int?    |        | meta.code.qual        | Uncertainty parameter U of the orbit, 0 (good) to 9
nopp               | int?    |        | meta.number;obs       | Number of oppositions
arc_length_total   | double? | d      | time.duration;obs     | Time from the first to the last observation
arc_length_sel     | double? | d      | time.duration;obs     | Time from the first to the last observation used
nobs_total         | int?    |        | meta.number;obs       | Number of optical and radar observations
nobs_total_sel     | int?    |        | meta.number;obs       | Number of optical and radar observations used
epoch_mjd          | double? | d      | time.epoch            | Modified Julian Date for which the orbit is given
h                  | double? | mag    | phys.magAbs           | Absolute magnitude H
g                  | double? |        | stat.fit.param        | Slope parameter G
not_normalized_rms | double? | arcsec | stat.rms              | Scatter of the residuals of the orbit
normalized_rms     | double? |        | stat.rms              | Scatter of the residuals over their uncertainties
earth_moid         | double? | AU     | pos.distance;src.orbital | Smallest distance between the orbit and that of the Earth
fitting_datetime   | long?   | s      | time.processing       | When the orbit was last fitted, seconds since 1970
`,
  ),
  ...parseFacts('r', ORBIT_ELEMENTS),
  ...parseFacts('r', ORBIT_ELEMENTS).map(toUncertainty),
]

function toUncertainty({ name, type, unit, description }: ColumnFacts): ColumnFacts {
  const text = description.charAt(0).toLowerCase() + description.slice(1)
  const ucd = 'stat.error;src.orbital'
  return { name: `${name}_unc`, type, unit, ucd, description: `Uncertainty of the ${text}` }
}

/** Columns that are never null from schema 11.0 on; before they are as listed above. */
export const LSST_REQUIRED_SINCE_11_0: ReadonlySet<string> = new Set([
  ...['r:psfNdata', 'r:trailNdata', 'r:dipoleNdata', 'r:bboxSize'],
  ...LSST_BANDS.map(band => `r:${band}_psfFluxNdata`),
])

/**
 * What is known about each column of LSST answers, by name with family. Where records share a
 * name, the meaning is that in the detection; statistics have `LSST_STATISTICS`.
 */
export const LSST_FACTS: ReadonlyMap<string, ColumnFacts> = new Map(
  [
    LSST_UNLISTED,
    LSST_STAMPS,
    LSST_SSO_NAME,
    LSST_OBJECT_ADDED,
    LSST_SOURCE_ADDED,
    LSST_ORBIT,
    LSST_SOLAR_SYSTEM_SOURCE,
    LSST_FORCED,
    LSST_OBJECT,
    LSST_ALERT,
    LSST_SOURCE_SINCE_11_1,
    LSST_SOURCE,
  ].flatMap(list => list.map(fact => [fact.name, fact] as const)),
)
