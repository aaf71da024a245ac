/** Columns by what a survey says of its tables: the heading of an answer that no row stands in. */
import type { TableColumn } from '../../formats/table.js'
import type { Survey } from '../../surveys/survey.js'
import { factColumn } from './fact-column.js'

/** Those of the names that are columns of the table, in the order given. */
export function specColumns(
  survey: Survey,
  table: string,
  names: readonly string[],
): TableColumn[] {
  const spec = survey.tables.find(({ name }) => name === table)
  const types = new Map(spec?.columns.map(({ name, type }) => [name, type]))
  return names
    .filter(name => types.has(name))
    .map(name => factColumn(survey, name, types.get(name)))
}
