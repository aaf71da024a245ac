/** The `defineRoute` of this application: its surveys and the services a handler is given. */
import { routeDefiner } from '../api/declarations/route.js'
import type { OuterSources } from '../queries/sources.js'
import type { StampServices } from '../queries/stamps/stamp-archive.js'
import type { Store } from '../store/store.js'
import type { Survey } from '../surveys/survey.js'

/** What handlers may use, beside their parameters and the survey. */
export interface Services extends OuterSources {
  readonly store: Store
  /** Image stamps of alerts. */
  readonly stamps: StampServices
  /** Most rows that one scan may return. */
  readonly rowLimit: number
  /** Most rows that a search by position may read. */
  readonly coneRowLimit: number
  readonly now: () => Date
}

/** Declares a route; see `docs/how-to/add-a-route.md`. */
export const defineRoute = routeDefiner<Survey, Services>()
