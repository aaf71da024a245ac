/** `statistics`: counts of each night. */
import { custom, flag, text } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { parseCountColumns, readCountNames, readCounts } from '../../queries/nightly-counts.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'

export default defineRoute({
  name: 'statistics',
  summary: 'Get statistics about Fink and the ZTF alert stream',
  description:
    'Counts of alerts and classes of each night, in the order of the nights. Counts are texts, as ' +
    'ever; a class that no alert of the night had is missing.',
  params: survey => ({
    date: text({
      expected: 'a night as YYYYMMDD or its beginning',
      description: 'Night (UTC) as YYYYMMDD, or its beginning: YYYYMM, YYYY; empty for all',
      required: true,
      maxLength: 32,
      examples: ['20211103', '2021'],
    }),
    schema: flag({
      description: 'Return the names of the columns in place of the counts',
      default: false,
      examples: [true],
    }),
    columns: custom(
      {
        description: 'Columns to return, as a comma list of `family:name`; blanks belong to names',
        expected: 'a comma list of `family:name`',
        examples: ['basic:raw,basic:sci', 'basic:exposures,class:Solar System MPC'],
        defaultText: 'all',
        maxLength: 20_000,
      },
      list => parseCountColumns(list, surveyFact(survey, 'statistics')),
    ),
  }),
  outputs: FORMATS,
  examples: () => [
    { title: 'One night', arguments: { date: '20211103' } },
    { title: 'A year, some columns', arguments: { date: '2021', columns: 'basic:raw,basic:sci' } },
    { title: 'Names of the columns', arguments: { date: '', schema: true } },
  ],
  async handle({ date, schema, columns }, { store, survey, rowLimit, signal }) {
    if (schema) return { kind: 'table', table: await readCountNames(store, survey) }
    const request = { date, columns, rowLimit, signal }
    const { table, isTruncated } = await readCounts(store, survey, request)
    return { kind: 'table', table, facts: { isTruncated } }
  },
})
