/** `skymap`: objects inside the credible region of a gravitational-wave event. */
import { decodeMultipart } from '../../api/arguments/multipart.js'
import { number, text } from '../../api/declarations/params.js'
import { ParamError } from '../../errors.js'
import { FORMATS } from '../../formats/formats.js'
import { skyMapParam } from '../../params/sky-map.js'
import { readSkyMap, searchRegion } from '../../queries/position/sky-region.js'
import type { Remotes } from '../../upstream/remotes.js'
import { defineRoute } from '../define.js'

/** Maps come as texts of up to four characters a byte. */
const MAX_BODY_BYTES = 100 * 1024 * 1024
/** Longest time around an event: longer than any survey. */
const MAX_DAYS = 36_525

export default defineRoute({
  name: 'skymap',
  summary: 'Return Fink/ZTF alerts within a GW skymap',
  description:
    'The latest alert of each object inside the credible region of a sky map and first seen around ' +
    'the event, newest first. The map is sent along, or fetched by the name of the event.',
  params: () => ({
    bayestar: skyMapParam(),
    event_name: text({
      description: 'Name of a superevent, whose map is fetched from GraceDB',
      pattern: /^[A-Za-z0-9]{4,20}$/,
      expected: 'a name such as S230709bi',
      examples: ['S230709bi'],
    }),
    credible_level: number({
      description: 'Probability that the region holds',
      min: 0,
      max: 1,
      required: true,
      examples: [0.2],
    }),
    n_day_before: days('Days before the event in which objects were first seen', 1),
    n_day_after: days('Days after the event in which objects were first and last seen', 6),
  }),
  outputs: FORMATS,
  body: { maxBytes: MAX_BODY_BYTES, decoders: { 'multipart/form-data': decodeMultipart } },
  examples: () => [
    { title: 'By event', arguments: { event_name: 'S230709bi', credible_level: 0.2 } },
  ],
  async handle(params, { store, survey, coneRowLimit, remotes, signal }) {
    const bytes = params.bayestar ?? (await fetchMap(params.event_name, remotes, signal))
    const param = params.bayestar === undefined ? 'event_name' : 'bayestar'
    const { table, isTruncated } = await named(param, async () =>
      searchRegion(store, survey, {
        map: await readSkyMap(bytes),
        credibleLevel: params.credible_level,
        daysBefore: params.n_day_before,
        daysAfter: params.n_day_after,
        rowLimit: coneRowLimit,
        signal,
      }),
    )
    return { kind: 'table', table, facts: { isTruncated, timeSystem: survey.timeSystem } }
  },
})

function days(description: string, fallback: number) {
  return number({
    description,
    default: fallback,
    min: 0,
    max: MAX_DAYS,
    unit: 'days',
    examples: [fallback],
  })
}

/** The map of an event. */
async function fetchMap(
  name: string | undefined,
  { gracedb }: Remotes,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (name !== undefined) return gracedb.readSkyMap(name, signal)
  throw new ParamError('Missing parameter "bayestar" or "event_name": expected one of them', {
    param: 'bayestar',
  })
}

/** What is wrong with a map is the fault of the parameter it came from. */
async function named<T>(param: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause
    throw new ParamError(`Cannot read parameter "${param}": ${cause.message}`, { param, cause })
  }
}
