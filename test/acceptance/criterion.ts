/** What is accepted: criteria by route. */
import type { LiveService } from './live-service.js'
import type { Samples } from './samples.js'

/** What criteria work with. */
export interface Subject {
  readonly service: LiveService
  /** Things that the service has, for criteria that hold for any. */
  readonly samples: Samples
}

/** One thing that must hold. Throws NoData when the service cannot tell, anything else when it does not. */
export interface Criterion {
  readonly title: string
  check(subject: Subject): Promise<void>
}

/** Criteria of one route. */
export interface RouteCriteria {
  readonly route: string
  readonly criteria: readonly Criterion[]
}

/** A criterion. */
export function criterion(title: string, check: (subject: Subject) => Promise<void>): Criterion {
  return { title, check }
}
