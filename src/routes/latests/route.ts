/** `latests`: the latest alerts of a class. */
import { choice, flag, integer, text } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { startDate, stopDate, toSpan } from '../../params/span.js'
import { columnsParam } from '../../params/table.js'
import { readClassAlerts } from '../../queries/alerts/class-alerts.js'
import { grantRows } from '../../queries/alerts/limited-rows.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'
import { unknownClassNotes } from './unknown-class.js'

export default defineRoute({
  name: 'latests',
  summary: 'Get object data based their class',
  description:
    'The latest alerts of a class, newest first. Of blazars in a low or high state and of ' +
    'candidate superluminous supernovae, the latest alert of each object. The names of the ' +
    'classes are those that `classes` tells.',
  params: survey => {
    const { examples, trends } = surveyFact(survey, 'classes')
    return {
      class: text({
        description: 'Name of the class, letter for letter',
        expected: `the name of a class such as ${examples[0]}`,
        required: true,
        minLength: 1,
        maxLength: 200,
        examples,
      }),
      n: integer({
        description: 'Most rows of the answer, counted after all conditions',
        default: 10,
        examples: [100],
      }),
      startdate: startDate(survey, { aliases: ['start_date'] }),
      stopdate: stopDate({ aliases: ['stop_date'] }),
      trend: choice(Object.keys(trends), {
        description:
          'Only alerts that brighten or fade; of blazars in a low state also those that entered it',
        examples: ['rising'],
      }),
      color: flag({
        description: 'Add the rates and colours to whole rows',
        default: false,
        examples: [true],
      }),
      columns: columnsParam(survey),
    }
  },
  outputs: FORMATS,
  examples: () => [
    { title: 'Latest candidates', arguments: { class: 'Early SN Ia candidate', n: 5 } },
    {
      title: 'Rising within a month, some columns',
      arguments: {
        class: 'SN candidate',
        trend: 'rising',
        startdate: '2024-11-03 12:30:00',
        stopdate: '2024-12-03 12:30:00',
        columns: 'i:objectId,i:jd,d:mag_rate',
      },
    },
    { title: 'One row per object, colours', arguments: { class: 'SLSN candidate', color: true } },
  ],
  async handle(params, { store, survey, rowLimit, now, signal }) {
    const { table, ...truncation } = await readClassAlerts(store, survey, {
      class: params.class,
      span: toSpan({ start: params.startdate, stop: params.stopdate }, survey, now()),
      trend: params.trend,
      selection: params.columns,
      hasCurveColumns: params.color,
      limit: grantRows(params.n, rowLimit),
      scanLimit: grantRows(Number.POSITIVE_INFINITY, rowLimit),
      signal,
    })
    const notes = table.length === 0 ? unknownClassNotes(survey, params.class) : {}
    return {
      kind: 'table',
      table,
      facts: { ...truncation, timeSystem: survey.timeSystem },
      ...notes,
    }
  },
})
