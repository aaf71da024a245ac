/** The published tables of Solar System objects, by the names of the routes that serve them. */

/** All of them. */
export const PUBLISHED_TABLES = ['ssoft', 'ssobulk'] as const

/** A table that can be loaded. */
export type PublishedTable = (typeof PUBLISHED_TABLES)[number]
