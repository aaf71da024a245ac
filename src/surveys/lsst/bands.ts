/** Names of the six filters of Rubin/LSST, blue to red. */
export const LSST_BANDS = ['u', 'g', 'r', 'i', 'z', 'y'] as const
