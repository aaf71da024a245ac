/** `ssocand`: candidate Solar System objects that the broker linked. */
import { choice, integer, text } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { startDate, stopDate, toSpan } from '../../params/span.js'
import { grantRows } from '../../queries/alerts/limited-rows.js'
import {
  readCandidateAlerts,
  readCandidateOrbits,
} from '../../queries/solar-system/sso-candidates.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'

export default defineRoute({
  name: 'ssocand',
  summary: 'Get data about Solar System candidates found by Fink',
  description:
    'Objects of the Solar System that are not known yet: the orbits fitted to their trajectories ' +
    '(`orbParams`), or their alerts in the order of time (`lightcurves`).',
  params: survey => ({
    kind: choice(['orbParams', 'lightcurves'], {
      description: 'What to return',
      required: true,
      examples: ['orbParams', 'lightcurves'],
    }),
    ssoCandId: text({
      expected: 'the name of a trajectory',
      description: 'Name of the trajectory; of `orbParams` also its beginning. All when absent',
      maxLength: 64,
      examples: [surveyFact(survey, 'ssoCandidates').idExample],
    }),
    start_date: startDate(survey, { aliases: ['startdate'] }),
    stop_date: stopDate({ aliases: ['stopdate'] }),
    maxnumber: integer({
      description: 'Most rows of the answer',
      defaultText: '10000',
      examples: [500],
    }),
  }),
  outputs: FORMATS,
  examples: survey => [
    { title: 'All orbits', arguments: { kind: 'orbParams' } },
    {
      title: 'Alerts of one trajectory',
      arguments: {
        kind: 'lightcurves',
        ssoCandId: surveyFact(survey, 'ssoCandidates').idExample,
      },
    },
    {
      title: 'Alerts of a year',
      arguments: {
        kind: 'lightcurves',
        start_date: '2023-01-01',
        stop_date: '2023-12-31',
        maxnumber: 500,
      },
    },
  ],
  async handle(params, { store, survey, rowLimit, now, signal }) {
    const { kind, ssoCandId: id, start_date: start, stop_date: stop, maxnumber } = params
    const span = toSpan({ start, stop }, survey, now())
    const limit = maxnumber === undefined ? rowLimit : grantRows(maxnumber, rowLimit)
    const { table, ...truncation } =
      kind === 'orbParams'
        ? await readCandidateOrbits(store, survey, { id, limit, signal })
        : await readCandidateAlerts(store, survey, { id, span, limit, signal })
    return { kind: 'table', table, facts: { ...truncation, timeSystem: survey.timeSystem } }
  },
})
