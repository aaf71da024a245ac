/** The routes of each survey, in the order of the documentation. Adding a route adds a line here. */
import type { Route } from '../api/declarations/route.js'
import type { Survey } from '../surveys/survey.js'
import anomaly from './anomaly/route.js'
import classes from './classes/route.js'
import conesearchBatch from './conesearch/batch.js'
import conesearch from './conesearch/route.js'
import cutouts from './cutouts/route.js'
import type { Services } from './define.js'
import latests from './latests/route.js'
import metadata from './metadata/route.js'
import metadataWrite from './metadata/write.js'
import objects from './objects/route.js'
import resolver from './resolver/route.js'
import schema from './schema/route.js'
import skymap from './skymap/route.js'
import sso from './sso/route.js'
import ssobulk from './ssobulk/route.js'
import ssocand from './ssocand/route.js'
import ssoft from './ssoft/route.js'
import statistics from './statistics/route.js'
import tracklet from './tracklet/route.js'

/** Routes by the name of the survey they are mounted for. */
export const ROUTES: Readonly<Record<string, readonly Route<Survey, Services>[]>> = {
  ztf: [
    objects,
    cutouts,
    latests,
    classes,
    conesearch,
    conesearchBatch,
    sso,
    ssocand,
    resolver,
    tracklet,
    schema,
    skymap,
    statistics,
    anomaly,
    ssoft,
    metadata,
    metadataWrite,
    ssobulk,
  ],
}
