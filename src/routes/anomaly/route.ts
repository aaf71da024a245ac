/** `anomaly`: the most unusual alerts of each night. */
import { integer } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { startDate, stopDate, toSpan } from '../../params/span.js'
import { columnsParam } from '../../params/table.js'
import { grantRows } from '../../queries/alerts/limited-rows.js'
import { readNewestAlerts } from '../../queries/alerts/newest-alerts.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'

export default defineRoute({
  name: 'anomaly',
  summary: 'Get alerts tagged as anomaly',
  description:
    'The most unusual alerts of each night, newest first. The last day is taken in whole: with ' +
    'the same day as start and stop, the answer is that of one day.',
  params: survey => ({
    n: integer({ description: 'Most rows of the answer', default: 10, examples: [50] }),
    start_date: startDate(survey, { aliases: ['startdate'] }),
    stop_date: stopDate({ aliases: ['stopdate'], isDayIncluded: true }),
    columns: columnsParam(survey),
  }),
  outputs: FORMATS,
  examples: () => [
    { title: 'Latest', arguments: { n: 10 } },
    {
      title: 'Of one day',
      arguments: { n: 50, start_date: '2023-01-25', stop_date: '2023-01-25' },
    },
  ],
  async handle(params, { store, survey, rowLimit, now, signal }) {
    const { table, ...truncation } = await readNewestAlerts(store, survey, {
      table: surveyFact(survey, 'anomalies').table,
      prefix: '',
      span: toSpan({ start: params.start_date, stop: params.stop_date }, survey, now()),
      selection: params.columns,
      limit: grantRows(params.n, rowLimit),
      scanLimit: grantRows(Number.POSITIVE_INFINITY, rowLimit),
      signal,
    })
    return { kind: 'table', table, facts: { ...truncation, timeSystem: survey.timeSystem } }
  },
})
