/** All criteria, by survey. A survey without any is accepted by the examples of its routes alone. */
import type { RouteCriteria } from './criterion.js'
import { CONESEARCH } from './ztf/conesearch.js'
import { CUTOUTS } from './ztf/cutouts.js'
import { CLASSES, LATESTS } from './ztf/latests.js'
import { METADATA, RESOLVER, TRACKLET } from './ztf/names.js'
import { OBJECTS } from './ztf/objects.js'
import { SSO, SSOCAND, SSOFT } from './ztf/solar-system.js'
import { ANOMALY, SCHEMA, SKYMAP, STATISTICS } from './ztf/stream.js'

/** By the name of the survey. */
export const CRITERIA: Readonly<Record<string, readonly RouteCriteria[]>> = {
  ztf: [
    OBJECTS,
    CUTOUTS,
    LATESTS,
    CLASSES,
    CONESEARCH,
    SSO,
    SSOCAND,
    RESOLVER,
    TRACKLET,
    SCHEMA,
    SKYMAP,
    STATISTICS,
    ANOMALY,
    SSOFT,
    METADATA,
  ],
}
