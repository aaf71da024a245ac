/** Known Solar System objects in ZTF alerts. */
import type { SolarSystemFiles, SolarSystemSource } from '../solar-system.js'
import { SSOFT_FLAVORS } from './ssoft-columns.js'

/** Alerts within 3 arcsec of a known object, by the name that ZTF got from the MPC. */
export const ztfSolarSystem: SolarSystemSource = {
  table: 'ztf.ssnamenr',
  designation: 'i:ssnamenr',
  keyPrefix: designation => `${designation}_`,
  names: {
    table: 'ztf.sso_resolver',
    name: 'i:name',
    number: 'i:number',
    designation: 'i:ssnamenr',
  },
  examples: ['8467', 'Benoitcarry', '2010 JO69', '10P', 'C/2017 K2'],
  observer: 'I41',
  midExposureSec: 15,
  magnitude: 'i:magpsf',
  magnitudeSigma: 'i:sigmapsf',
  reducedMagnitude: 'i:magpsf_red',
}

/** Tables that the broker publishes every month. */
export const ztfSolarSystemFiles: SolarSystemFiles = {
  flavors: SSOFT_FLAVORS,
  synonyms: { SSHG1G2: 'SOCCA' },
  bulkColumns: ['ssnamenr', 'cjd', 'cmagpsf', 'csigmapsf', 'cfid', 'cra', 'cdec'],
  firstVersion: '2023.07',
  nameExample: 'Benoitcarry',
  tablePath: (flavor, version) => `SSOFT/ssoft_${flavor}_${version}.parquet`,
  bulkPath: version =>
    `sso_ztf_lc_aggregated_with_ssoft_${version.replace('.', '')}_with_residuals_singlefile.parquet`,
}
