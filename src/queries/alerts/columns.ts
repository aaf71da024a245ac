/** Which columns of an alert table a client asked for, and what has to be read for them. */
import { ParamError } from '../../errors.js'
import type { Survey } from '../../surveys/survey.js'

/**
 * A column selection: `all` is whole rows with derived columns, `stored` is whole rows without
 * (a `*` inside a list), `list` is the named columns in the order given.
 */
export type ColumnSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'stored' }
  | { readonly kind: 'list'; readonly names: readonly string[] }

/** Most columns a list may name; the widest table has 214. */
const MAX_COLUMNS = 500

/**
 * Reads a comma list of `family:qualifier` names; blanks are ignored. Names without a family
 * select nothing, as ever.
 *
 * @throws ParamError for a family that the survey does not have, or for too long a list
 */
export function parseColumns(text: string | undefined, survey: Survey): ColumnSelection {
  if (text === undefined) return { kind: 'all' }
  const items = text.replace(/\s/g, '').split(',')
  if (items.length === 1 && items[0] === '*') return { kind: 'all' }
  if (items.some(item => item.includes('*'))) return { kind: 'stored' }
  if (items.length > MAX_COLUMNS) {
    throw new ParamError(
      `Cannot read parameter "columns": expected at most ${MAX_COLUMNS} names, got ${items.length}`,
      { param: 'columns' },
    )
  }
  const names = [...new Set(items.filter(item => item.includes(':')))]
  for (const name of names) checkFamily(name, survey)
  return { kind: 'list', names }
}

function checkFamily(name: string, { families }: Survey): void {
  if (families.includes(name.slice(0, name.indexOf(':')))) return
  const known = families.map(family => `"${family}:"`).join(', ')
  throw new ParamError(
    `Cannot read parameter "columns": expected names beginning with one of ${known}, got "${name}"`,
    { param: 'columns' },
  )
}

/** Columns to read from the store for a selection, undefined for all. */
export function columnsToRead(
  selection: ColumnSelection,
  survey: Survey,
  table: string,
): readonly string[] | undefined {
  if (selection.kind !== 'list') return undefined
  const derived = new Set(survey.derivationOf(table)?.columns.map(({ name }) => name))
  const curve = new Set(survey.curve.columns.map(({ name }) => name))
  const isComputed = (name: string): boolean => derived.has(name) || curve.has(name)
  // Computed values need columns that were not asked for: whole rows are simplest and rare.
  return selection.names.some(isComputed) ? undefined : selection.names
}
