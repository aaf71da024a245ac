/**
 * The published tables of Solar System objects: fitted phase curves (SSoFT) by model and version,
 * and all light curves in one file by version. A version is a month, `YYYY.MM`.
 */
import { DatalakeError, NotFoundError } from '../../errors.js'
import { computedTable, type Table, type TableColumn } from '../../formats/table.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import type { OuterSources, TableLake } from '../sources.js'
import { openTableFile, type TableFile, type TableFileOptions } from './table-file.js'

/** Where to look. */
export interface FileSources extends Pick<OuterSources, 'openTableLake'> {
  readonly survey: Survey
  readonly now: () => Date
  readonly signal: AbortSignal
}

/** Which file. */
export type FileChoice =
  | { readonly kind: 'phase curves'; readonly flavor: string; readonly version: string | undefined }
  | { readonly kind: 'light curves'; readonly version: string | undefined }

/** A file that is there. */
export interface FoundFile {
  readonly lake: TableLake
  readonly path: string
  readonly size: number
}

/**
 * Finds a file; without a version the newest one.
 *
 * @throws NotFoundError when there is none
 */
export async function findFile(sources: FileSources, choice: FileChoice): Promise<FoundFile> {
  const { survey, openTableLake, now, signal } = sources
  const files = surveyFact(survey, 'solarSystemFiles')
  const lake = await openTableLake()
  const pathOf = (version: string): string =>
    choice.kind === 'phase curves'
      ? files.tablePath(choice.flavor, version)
      : files.bulkPath(version)
  const versions =
    choice.version === undefined ? monthsBack(now(), files.firstVersion) : [choice.version]
  for (const version of lake === undefined ? [] : versions) {
    const found = await tryFile(lake, pathOf(version), signal)
    if (found !== undefined) return found
  }
  const what = choice.kind === 'phase curves' ? `${choice.flavor} table` : 'file of light curves'
  throw new NotFoundError(`Cannot find a ${what} of version "${choice.version ?? 'any'}"`, {
    ...(choice.version !== undefined && { param: 'version' }),
  })
}

/** Opens a file that was found, to read its rows. */
export function openFound(
  { lake, path }: FoundFile,
  options: TableFileOptions,
): Promise<TableFile> {
  return openTableFile(lake, path, options)
}

/** Which object of a table: by its exact name, or by its number. */
export interface ObjectChoice {
  readonly column: 'sso_name' | 'sso_number'
  readonly value: string | number
}

/** The rows of one object, mostly one; none when it is not in the table. */
export async function readObject(file: TableFile, { column, value }: ObjectChoice): Promise<Table> {
  const values = await file.readColumn(column)
  if (values === undefined) {
    throw new DatalakeError('data lake', `Table "${file.path}" has no column "${column}"`)
  }
  const wanted = String(value)
  const at = values.findIndex(other => other !== null && String(other) === wanted)
  if (at < 0) return computedTable(file.columns.map(withoutValues), 0)
  let end = at + 1
  while (end < values.length && String(values[end]) === wanted) end++
  return file.readRows(at, end)
}

function withoutValues(column: TableColumn): TableColumn {
  return { ...column, values: { kind: 'constant', value: null } }
}

async function tryFile(
  lake: TableLake | undefined,
  path: string,
  signal: AbortSignal,
): Promise<FoundFile | undefined> {
  if (lake === undefined) return undefined
  try {
    return { lake, path, size: await lake.lake.size(path, { signal }) }
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}

/** Months from the present one back to the first, as versions. */
function monthsBack(now: Date, first: string): string[] {
  const versions: string[] = []
  let year = now.getUTCFullYear()
  let month = now.getUTCMonth() + 1
  for (;;) {
    const version = `${year}.${String(month).padStart(2, '0')}`
    if (version < first) return versions
    versions.push(version)
    month--
    if (month === 0) {
      month = 12
      year--
    }
  }
}
