/**
 * Columns of the tables of phase curves fitted to ZTF photometry (SSoFT), one table a model: SOCCA
 * (spin and triaxial shape), SHG1G2 (spin and oblateness), HG1G2 and HG. Bands are 1 for g, 2 for r.
 */
import { type ColumnFacts, parseFacts } from '../column-facts.js'

const shared = parseFacts(
  '',
  `
ssnamenr            | str    |        | meta.id                   | Name or number of the object as ZTF alerts carry it
sso_name            | str    |        | meta.id;meta.main         | Official name of the object, or its provisional designation
sso_number          | int    |        | meta.id                   | Number of the object in the IAU catalogue
last_jd             | double | d      | time.end;obs              | Julian date of the last alert of the object, UTC
H_1                 | double | mag    | phys.magAbs;em.opt        | Absolute magnitude in g
H_2                 | double | mag    | phys.magAbs;em.opt        | Absolute magnitude in r
err_H_1             | double | mag    | stat.error;phys.magAbs    | Uncertainty of H_1
err_H_2             | double | mag    | stat.error;phys.magAbs    | Uncertainty of H_2
min_phase           | double | deg    | pos.phaseAng;stat.min     | Least phase angle of the observations that were fitted
min_phase_1         | double | deg    | pos.phaseAng;stat.min     | Least phase angle of those in g
min_phase_2         | double | deg    | pos.phaseAng;stat.min     | Least phase angle of those in r
max_phase           | double | deg    | pos.phaseAng;stat.max     | Largest phase angle of the observations that were fitted
max_phase_1         | double | deg    | pos.phaseAng;stat.max     | Largest phase angle of those in g
max_phase_2         | double | deg    | pos.phaseAng;stat.max     | Largest phase angle of those in r
chi2red             | double |        | stat.fit.chi2             | Chi square of the fit per degree of freedom
rms                 | double | mag    | stat.fit.residual         | Root mean square of what the fit leaves
rms_1               | double | mag    | stat.fit.residual         | The same in g
rms_2               | double | mag    | stat.fit.residual         | The same in r
median_error_phot   | double | mag    | stat.error;stat.median    | Median uncertainty (1 sigma) of the photometry
median_error_phot_1 | double | mag    | stat.error;stat.median    | The same in g
median_error_phot_2 | double | mag    | stat.error;stat.median    | The same in r
mean_astrometry     | double | arcsec | pos.angDistance;stat.mean | Mean distance between observed and computed positions
std_astrometry      | double | arcsec | pos.angDistance;stat.stdev | Standard deviation of those distances
skew_astrometry     | double |        | stat.param                | Skewness of those distances
kurt_astrometry     | double |        | stat.param                | Kurtosis of those distances
period              | double | h      | time.period.rotation      | Sidereal period of rotation, estimated; from version 2024.10 on
period_chi2red      | double |        | stat.fit.chi2             | Chi square per degree of freedom of that estimate; from version 2024.10 on
n_obs               | int    |        | meta.number;obs           | Number of observations
n_obs_1             | int    |        | meta.number;obs           | Number of observations in g
n_obs_2             | int    |        | meta.number;obs           | Number of observations in r
n_days              | int    | d      | time.interval             | Days from the first observation to the last
n_days_1            | int    | d      | time.interval             | Days from the first observation in g to the last
n_days_2            | int    | d      | time.interval             | Days from the first observation in r to the last
fit                 | int    |        | meta.code                 | How the fit went: 0 well, 1 unusable values, 2 no ephemerides, 3 an error of the search, 4 singular
status              | int    |        | meta.code                 | Why the search ended: 1 gradient, 2 cost, 3 parameters, 4 both of these, 0 too many steps, below 0 an error
flag                | int    |        | meta.code                 | Kept free
version             | str    |        | meta.version              | Version of the table, YYYY.MM
`,
)

const twoSlopes = `
G1_1     | double | | src.morph.param            | Slope G1 of the phase curve in g
G1_2     | double | | src.morph.param            | Slope G1 of the phase curve in r
G2_1     | double | | src.morph.param            | Slope G2 of the phase curve in g
G2_2     | double | | src.morph.param            | Slope G2 of the phase curve in r`

const twoSlopeErrors = `
err_G1_1 | double | | stat.error;src.morph.param | Uncertainty of G1_1
err_G1_2 | double | | stat.error;src.morph.param | Uncertainty of G1_2
err_G2_1 | double | | stat.error;src.morph.param | Uncertainty of G2_1
err_G2_2 | double | | stat.error;src.morph.param | Uncertainty of G2_2`

const pole = `
alpha0     | double | deg | pos.eq.ra  | Right ascension of the spin axis, J2000
delta0     | double | deg | pos.eq.dec | Declination of the spin axis, J2000
alpha0_alt | double | deg | pos.eq.ra  | Right ascension of the opposite pole, which fits equally well
delta0_alt | double | deg | pos.eq.dec | Declination of the opposite pole
obliquity  | double | deg | src.orbital.inclination | Angle between the spin axis and the normal of the orbit`

const aspect = `
max_cos_lambda | double | | pos.posAng;stat.max  | Largest cosine of the aspect angle, without sign
mean_cos_lambda | double | | pos.posAng;stat.mean | Mean cosine of the aspect angle, without sign
min_cos_lambda | double | | pos.posAng;stat.min  | Least cosine of the aspect angle, without sign`

const socca = parseFacts(
  '',
  `${twoSlopes}
a_b        | double |     | src.morph.param           | Ratio of the axes a and b of the ellipsoid, a the longest
a_c        | double |     | src.morph.param           | Ratio of the axes a and c of the ellipsoid, c the shortest
phi0       | double | rad | time.phase                | Phase of the rotation at the reference epoch${pole}${twoSlopeErrors}
err_a_b    | double |     | stat.error;src.morph.param | Uncertainty of a_b
err_a_c    | double |     | stat.error;src.morph.param | Uncertainty of a_c
err_phi0   | double | rad | stat.error;time.phase     | Uncertainty of phi0
err_alpha0 | double | deg | stat.error;pos.eq.ra      | Uncertainty of alpha0
err_delta0 | double | deg | stat.error;pos.eq.dec     | Uncertainty of delta0
err_period | double | h   | stat.error;time.period    | Uncertainty of period; from version 2024.10 on${aspect}`,
)

const shg1g2 = parseFacts(
  '',
  `${twoSlopes}
R          | double |     | src.morph.param           | Oblateness: brightness seen edge-on over that seen pole-on
a_b        | double |     | src.morph.param           | Ratio of the axes a and b of an ellipsoid, from what the fit leaves
a_c        | double |     | src.morph.param           | Ratio of the axes a and c, from what the fit leaves and R${pole}${twoSlopeErrors}
err_R      | double |     | stat.error;src.morph.param | Uncertainty of R
err_alpha0 | double | deg | stat.error;pos.eq.ra      | Uncertainty of alpha0
err_delta0 | double | deg | stat.error;pos.eq.dec     | Uncertainty of delta0${aspect}`,
)

const hg = parseFacts(
  '',
  `
G_1     | double | | src.morph.param            | Slope G of the phase curve in g
G_2     | double | | src.morph.param            | Slope G of the phase curve in r
err_G_1 | double | | stat.error;src.morph.param | Uncertainty of G_1
err_G_2 | double | | stat.error;src.morph.param | Uncertainty of G_2
`,
)

/** Columns by model, in the order of the schema; the first is the default. */
export const SSOFT_FLAVORS: Readonly<Record<string, readonly ColumnFacts[]>> = {
  SHG1G2: [...shared, ...shg1g2],
  SOCCA: [...shared, ...socca],
  HG1G2: [...shared, ...parseFacts('', twoSlopes + twoSlopeErrors)],
  HG: [...shared, ...hg],
}
