/** Stamps of LSST alerts: plain FITS files of three HDUs, the image in the first. */
import type { StampFileLayout } from '../stamps.js'

/** The files of LSST alerts that have stamps. */
export const LSST_STAMP_LAYOUT: StampFileLayout = {
  stamps: {
    Science: 'cutoutScience',
    Template: 'cutoutTemplate',
    Difference: 'cutoutDifference',
  },
  ids: ['diaSource.diaSourceId'],
}
