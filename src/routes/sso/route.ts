/** `sso`: alerts of known Solar System objects by their names. */
import { flag, list } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { stampKindsOf, stampParams } from '../../params/stamps.js'
import { columnsParam } from '../../params/table.js'
import { readSolarSystem } from '../../queries/solar-system/solar-system.js'
import { addStamps } from '../../queries/stamps/stamp-columns.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'

/** Most objects of one request. */
const MAX_OBJECTS = 100

export default defineRoute({
  name: 'sso',
  summary: 'Get Solar System object data based on their ID',
  description:
    'Every alert of known Solar System objects, newest first, with the official name and number. ' +
    'Ephemerides come from Miriade (IMCCE), names that the store does not know from SsODNet; when ' +
    'one of them fails, the header `X-Fink-Partial` says what is missing.',
  params: survey => ({
    n_or_d: list({
      description: 'Numbers, names or designations, of asteroids and comets',
      items: 'names',
      maxItems: MAX_OBJECTS,
      maxItemLength: 64,
      required: true,
      examples: surveyFact(survey, 'solarSystem').examples,
    }),
    withEphem: flag({
      description: 'Add the ephemerides at the times of the alerts and the reduced magnitude',
      default: false,
      examples: [true],
    }),
    withResiduals: flag({
      description:
        'Add ephemerides and `residuals_shg1g2`, what a fitted phase curve leaves; one object only',
      default: false,
      examples: [true],
    }),
    ...stampParams({ hasAll: false }),
    columns: columnsParam(survey),
  }),
  outputs: FORMATS,
  examples: survey => [
    {
      title: 'An asteroid',
      arguments: { n_or_d: surveyFact(survey, 'solarSystem').examples[0] ?? '' },
    },
    {
      title: 'A few columns',
      arguments: {
        n_or_d: surveyFact(survey, 'solarSystem').examples[0] ?? '',
        columns: `${survey.columns.time},${surveyFact(survey, 'solarSystem').magnitude}`,
      },
    },
  ],
  async handle(params, { store, survey, stamps, remotes, rowLimit, signal }) {
    const kinds = stampKindsOf(params)
    const { table, isTruncated, problems } = await readSolarSystem(
      { store, survey, remotes },
      {
        ids: params.n_or_d,
        selection: params.columns,
        hasEphemerides: params.withEphem,
        hasResiduals: params.withResiduals,
        hasStampKeys: kinds.length > 0,
        rowLimit,
        signal,
      },
    )
    const facts = { isTruncated, timeSystem: survey.timeSystem }
    if (kinds.length === 0 || table.length === 0) {
      return { kind: 'table', table, facts, partial: problems }
    }
    const archive = await stamps.open(survey)
    const stamped = await addStamps({ store, survey, archive }, table, { kinds, signal })
    const partial = [...problems, ...stamped.problems]
    return { kind: 'table', table: stamped.table, facts, partial }
  },
})
