/** Columns of answers with what the survey knows about them. */
import type { ColumnType, TableColumn } from '../../formats/table.js'
import type { Survey } from '../../surveys/survey.js'

/** Column of an answer by name, with its unit and meaning. */
export function factColumn(survey: Survey, name: string, type: ColumnType = 'string'): TableColumn {
  const facts = survey.facts.get(name)
  return {
    name,
    type,
    unit: facts?.unit,
    ucd: facts?.ucd,
    description: facts?.description,
  }
}
