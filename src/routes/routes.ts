/** The routes of each survey, in the order of the documentation. Adding a route adds a line here. */
import type { Route } from '../api/route.js'
import type { Survey } from '../surveys/survey.js'
import conesearchBatch from './conesearch/batch.js'
import conesearch from './conesearch/route.js'
import type { Services } from './define.js'
import objects from './objects/route.js'
import schema from './schema/route.js'

/** Routes by the name of the survey they are mounted for. */
export const ROUTES: Readonly<Record<string, readonly Route<Survey, Services>[]>> = {
  ztf: [objects, conesearch, conesearchBatch, schema],
}
