/**
 * Which routes stand where: those of each survey under `/<survey>/api/v1/`, those of the default
 * survey also under `/api/v1/`, the address that existing scripts know.
 */
import type { Endpoint, Route } from './declarations/route.js'

/** Part of every path; changes only when answers stop being compatible. */
const API_PREFIX = '/api/v1'

/** A survey with the services its handlers get and the routes it offers. */
export interface SurveyMount<S, C extends object> {
  /** First part of its paths, such as `ztf`. */
  readonly name: string
  readonly survey: S
  readonly services: C
  readonly routes: readonly Route<S, C>[]
}

/**
 * Endpoints of all surveys, in the order given.
 *
 * @throws RangeError when the default survey is not among them or a route contradicts itself
 */
export function mountSurveys<S, C extends object>(
  mounts: readonly SurveyMount<S, C>[],
  defaultSurvey: string,
): readonly Endpoint[] {
  const names = mounts.map(mount => mount.name)
  if (!names.includes(defaultSurvey)) {
    throw new RangeError(
      `Cannot mount surveys: default "${defaultSurvey}" is not one of ${names.join(', ')}`,
    )
  }
  return mounts.flatMap(({ name, survey, services, routes }) => {
    const own = `/${name}${API_PREFIX}`
    const prefixes = name === defaultSurvey ? [API_PREFIX, own] : [own]
    return routes.map(route => route.mount(survey, services, { survey: name, prefixes }))
  })
}
