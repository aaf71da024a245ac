/** What is known about the columns that Miriade computes, and those that follow from them. */
import type { ColumnType, TableColumn } from '../../formats/table.js'
import { parseFacts, toFactsMap } from '../../surveys/column-facts.js'

/** Of the quantities `ephemcc-photom` with colours. */
const FACTS = toFactsMap(
  parseFacts(
    '',
    `
index     | long   |     |                               | Number of the row, from 0
Date      | string |     | time.epoch                    | Time of the ephemeris
IAU_code  | string |     | meta.id;obs.observer          | IAU code of the observatory
LightTime | double | d   | time.duration                 | Time that the light took from the object
Phase     | double | deg | pos.phaseAng                  | Angle Sun - object - observer
Elong.    | double | deg | pos.angDistance               | Angle Sun - observer - object
RA        | double | deg | pos.eq.ra                     | Right ascension of the computed position
DEC       | double | deg | pos.eq.dec                    | Declination of the computed position
Dobs      | double | AU  | pos.distance                  | Distance of the object from the observer
Dhelio    | double | AU  | pos.distance                  | Distance of the object from the Sun
RA_h      | double | deg | pos.eq.ra                     | Heliocentric right ascension
DEC_h     | double | deg | pos.eq.dec                    | Heliocentric declination
px_ec     | double | AU  | pos.cartesian.x               | Ecliptic position from the observer, x
py_ec     | double | AU  | pos.cartesian.y               | Ecliptic position from the observer, y
pz_ec     | double | AU  | pos.cartesian.z               | Ecliptic position from the observer, z
px_h_ec   | double | AU  | pos.cartesian.x               | Ecliptic position from the Sun, x
py_h_ec   | double | AU  | pos.cartesian.y               | Ecliptic position from the Sun, y
pz_h_ec   | double | AU  | pos.cartesian.z               | Ecliptic position from the Sun, z
SDSS:g    | double | mag | phot.mag;em.opt               | Computed magnitude in SDSS g
SDSS:r    | double | mag | phot.mag;em.opt               | Computed magnitude in SDSS r
residuals_shg1g2 | double | mag | stat.fit.residual      | Observed less fitted reduced magnitude, model SHG1G2
`,
  ),
)

/** Column by name, with its unit and meaning where they are known. */
export function ephemerisColumn(name: string, type: ColumnType): TableColumn {
  const facts = FACTS.get(name)
  return { name, type, unit: facts?.unit, ucd: facts?.ucd, description: facts?.description }
}
