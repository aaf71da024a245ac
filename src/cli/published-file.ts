/**
 * What a file of published Solar System data is: a table of phase curves (ssoft) of a model and a
 * version, or the light curves of all objects (ssobulk) of a version. Told from its columns, its
 * name and what the operator says; whatever contradicts another is refused.
 */
import { basename } from 'node:path'
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet'
import { parquetCompressors } from '../datalake/parquet/compression.js'
import type { SolarSystemFiles } from '../surveys/solar-system.js'
import type { PublishedTable } from './published-table.js'

/** What the operator says of a file. */
export interface FileClaims {
  readonly flavor?: string | undefined
  readonly version?: string | undefined
}

/** A file that is as it should be. */
export interface CheckedFile {
  /** Where the routes look for it. */
  readonly target: string
  /** What it is, for people. */
  readonly title: string
  readonly rows: number
  readonly columns: number
}

const MONTH = /(?<!\d)(20\d\d)\.?(0[1-9]|1[0-2])(?!\d)/
const VERSION = /^20\d\d\.(0[1-9]|1[0-2])$/

/**
 * Checks a file: that it can be read, that it has the columns, which version it is.
 *
 * @throws SyntaxError, RangeError or an error of the reader saying what is wrong with it
 */
export async function checkPublishedFile(
  path: string,
  table: PublishedTable,
  { files, claims }: { readonly files: SolarSystemFiles; readonly claims: FileClaims },
): Promise<CheckedFile> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file, { geoparquet: false })
  const names = parquetSchema(metadata).children.map(({ element }) => element.name)
  const rows = Number(metadata.num_rows)
  if (rows === 0) throw new RangeError('expected a table with rows, got none')
  const read = async (column: string): Promise<unknown[]> => {
    const options = { file, metadata, columns: [column], compressors: parquetCompressors }
    return (await parquetReadObjects(options)).map(row => row[column])
  }
  if (table === 'ssobulk') {
    needColumns(names, files.bulkColumns)
    await needTexts(read, files.bulkColumns[0]!)
    const version = findVersion(path, files, [claims.version])
    const title = `ssobulk ${version}`
    return { target: files.bulkPath(version), title, rows, columns: names.length }
  }
  needColumns(names, KEY_COLUMNS)
  const flavor = findFlavor(basename(path), names, { files, claimed: claims.flavor })
  await needTexts(read, KEY_COLUMNS[0])
  const written = names.includes(VERSION_COLUMN) ? await read(VERSION_COLUMN) : []
  const version = findVersion(path, files, [claims.version, ...new Set(written)])
  const title = `ssoft ${flavor} ${version}`
  return { target: files.tablePath(flavor, version), title, rows, columns: names.length }
}

/** Columns that objects are found by. */
const KEY_COLUMNS = ['sso_name', 'sso_number'] as const
const VERSION_COLUMN = 'version'

function needColumns(names: readonly string[], needed: readonly string[]): void {
  const missing = needed.filter(name => !names.includes(name))
  if (missing.length === 0) return
  throw new RangeError(`expected the columns ${needed.join(', ')}; missing: ${missing.join(', ')}`)
}

/** Reads a whole column: a file that is broken inside does not get in. */
async function needTexts(
  read: (column: string) => Promise<unknown[]>,
  column: string,
): Promise<void> {
  const wrong = (await read(column)).find(value => value !== null && typeof value !== 'string')
  if (wrong === undefined) return
  throw new RangeError(`expected texts in the column ${column}, got ${typeof wrong}`)
}

/**
 * The model whose parameters the columns are: of those whose parameters are all there, the one with
 * most. Parameters are the columns that have an uncertainty.
 */
function findFlavor(
  fileName: string,
  names: readonly string[],
  { files, claimed }: { readonly files: SolarSystemFiles; readonly claimed: string | undefined },
): string {
  const models = Object.entries(files.flavors).map(([flavor, facts]) => {
    const all = new Set(facts.map(({ name }) => name))
    return { flavor, parameters: [...all].filter(name => all.has(`err_${name}`)) }
  })
  const known = models.map(({ flavor }) => flavor)
  const toFlavor = (text: string): string => files.synonyms[text] ?? text
  if (claimed !== undefined && !known.includes(toFlavor(claimed))) {
    throw new RangeError(`expected a flavor of ${known.join(', ')}, got "${claimed}"`)
  }
  const named = fileName.split(/[_.]/).filter(part => known.includes(toFlavor(part)))
  const said = claimed === undefined ? named : [claimed]
  const [found] = models
    .filter(({ parameters }) => parameters.every(name => names.includes(name)))
    .sort((a, b) => b.parameters.length - a.parameters.length)
  if (found === undefined) {
    const wanted = models.find(({ flavor }) => flavor === toFlavor(said[0] ?? known[0]!))!
    const missing = wanted.parameters.filter(name => !names.includes(name))
    throw new RangeError(
      `expected the parameters of a model such as ${wanted.flavor}; missing: ${missing.join(', ')}`,
    )
  }
  for (const other of said) {
    if (toFlavor(other) === found.flavor) continue
    throw new RangeError(`expected a table of ${other}, got the columns of ${found.flavor}`)
  }
  return found.flavor
}

/** The month that everything which names one agrees on. */
function findVersion(
  path: string,
  { firstVersion }: SolarSystemFiles,
  given: readonly unknown[],
): string {
  const [, year, month] = MONTH.exec(basename(path)) ?? []
  const fromName = year === undefined ? undefined : `${year}.${month}`
  // The operator and the table itself are believed rather than the name of the file.
  const said = [...new Set(given.filter(one => one !== undefined && one !== null).map(String))]
  const version = said[0] ?? fromName
  if (said.length > 1) {
    throw new RangeError(`expected one version, got ${said.map(one => `"${one}"`).join(' and ')}`)
  }
  if (version === undefined) {
    throw new RangeError('expected a version: name it with --table-version YYYY.MM')
  }
  if (!VERSION.test(version) || version < firstVersion) {
    throw new RangeError(`expected a version YYYY.MM from ${firstVersion} on, got "${version}"`)
  }
  return version
}
