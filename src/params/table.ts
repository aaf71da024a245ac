/** Parameters of routes that answer with a table of alerts. */
import { custom } from '../api/declarations/params.js'
import { type ColumnSelection, parseColumns } from '../queries/alerts/columns.js'
import type { Survey } from '../surveys/survey.js'

/** `columns`: which columns of the alerts to return. */
export function columnsParam(survey: Survey) {
  return custom<ColumnSelection>(
    {
      description:
        'Columns to return, as a comma list of `family:name`; without it all, with the values ' +
        'computed by the service',
      expected: 'a comma list of `family:name`',
      examples: [`${survey.columns.time},${survey.columns.band}`, '*'],
      default: { kind: 'all' },
      defaultText: 'all',
      maxLength: 20_000,
    },
    text => parseColumns(text, survey),
  )
}
