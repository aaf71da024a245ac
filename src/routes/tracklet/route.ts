/** `tracklet`: alerts of satellites and debris, by the tracks they form. */
import { custom, text } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { columnsParam } from '../../params/table.js'
import { readTracklets } from '../../queries/alerts/tracklets.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'

export default defineRoute({
  name: 'tracklet',
  summary: 'Get satellites and debris candidates',
  description:
    'Alerts that lie on the track of a fast moving object, newest first: of all tracks of a date, ' +
    'or of one track. One of `date` and `id` is needed; `id` wins.',
  params: survey => ({
    date: custom(
      {
        description:
          'Date (UTC), whole or its beginning: a year, a day, an hour, a second; after a second ' +
          'the two digits of the track may follow',
        expected: 'the beginning of a date such as 2021-06-04 09:36:09',
        examples: ['2021-06-04', '2021-06-04 09:36:09', '2021-06-04 09:36:09 00'],
        maxLength: 64,
      },
      surveyFact(survey, 'tracklets').namePrefix,
    ),
    id: text({
      expected: 'the name of a track or its beginning',
      description: 'Name of the track, or its beginning',
      minLength: 1,
      maxLength: 64,
      examples: ['TRCK_20210604_093609_00'],
    }),
    columns: columnsParam(survey),
  }),
  outputs: FORMATS,
  examples: () => [
    { title: 'Of one day', arguments: { date: '2021-06-04' } },
    {
      title: 'One track',
      arguments: { id: 'TRCK_20210604_093609_00', columns: 'i:objectId,i:jd,d:tracklet' },
    },
  ],
  async handle({ id, date, columns }, { store, survey, rowLimit, signal }) {
    const { table, isTruncated } = await readTracklets(store, survey, {
      name: id ?? date,
      selection: columns,
      rowLimit,
      signal,
    })
    return { kind: 'table', table, facts: { isTruncated, timeSystem: survey.timeSystem } }
  },
})
