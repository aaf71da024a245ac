/**
 * Puts published Solar System tables where the routes `ssoft` and `ssobulk` read them: each file is
 * checked, copied beside its place and moved there at once, so that a server never sees half of it.
 */

import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Survey, surveyFact } from '../surveys/survey.js'
import { SURVEYS } from '../surveys/surveys.js'
import { type CheckedFile, checkPublishedFile, type FileClaims } from './published-file.js'
import type { PublishedTable } from './published-table.js'
import { UsageError } from './usage-error.js'

/** What became of a file. */
export type LoadedFile =
  | {
      readonly kind: 'loaded' | 'replaced' | 'already in'
      readonly path: string
      readonly target: string
      readonly checked: CheckedFile
    }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string }

/** Folder of the tables inside a data folder. */
export function publishedFolder(dataFolder: string): string {
  return join(dataFolder, 'sso')
}

/**
 * Loads files into a data folder and prints a summary.
 *
 * @throws UsageError when there are no files; Error when some were refused
 */
export async function ingestTables(
  paths: readonly string[],
  options: {
    readonly folder: string
    readonly table: PublishedTable
    readonly survey: string
    readonly claims: FileClaims
  },
): Promise<void> {
  if (paths.length === 0) throw new UsageError('No files to load')
  const folder = publishedFolder(options.folder)
  const survey = SURVEYS.find(({ name }) => name === options.survey)
  if (survey?.solarSystemFiles === undefined) {
    throw new UsageError(`Survey "${options.survey}" publishes no tables of Solar System objects`)
  }
  const { claims, table } = options
  const files = await loadPublishedTables(paths, table, { folder, survey, claims })
  process.stdout.write(files.map(file => `${lineOf(file)}\n`).join(''))
  const refused = files.filter(({ kind }) => kind === 'refused').length
  if (refused > 0) throw new Error(`${refused} file(s) refused`)
}

function lineOf(file: LoadedFile): string {
  if (file.kind === 'refused') return `refused "${file.path}": ${file.reason}`
  const { title, rows, columns } = file.checked
  const size = `${rows} objects, ${columns} columns`
  if (file.kind === 'already in') return `${title}: ${size}, was in already`
  const how = file.kind === 'replaced' ? ', in place of another' : ''
  return `${title}: ${size} in "${file.target}"${how}`
}

/** Loads files one after the other; a wrong one is refused and the others go in. */
export async function loadPublishedTables(
  paths: readonly string[],
  table: PublishedTable,
  options: { readonly folder: string; readonly survey: Survey; readonly claims: FileClaims },
): Promise<LoadedFile[]> {
  const { folder, survey, claims } = options
  const files = surveyFact(survey, 'solarSystemFiles')
  const loaded: LoadedFile[] = []
  for (const path of paths) {
    let checked: CheckedFile
    try {
      checked = await checkPublishedFile(path, table, { files, claims })
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause
      loaded.push({ kind: 'refused', path, reason: cause.message })
      continue
    }
    const target = join(folder, checked.target)
    loaded.push({ kind: await placeFile(path, target), path, target, checked })
  }
  return loaded
}

/** Copies a file to its place; a file with the same bytes stays. */
async function placeFile(
  path: string,
  target: string,
): Promise<'loaded' | 'replaced' | 'already in'> {
  const isThere = existsSync(target)
  if (isThere && (await hasSameBytes(path, target))) return 'already in'
  await mkdir(dirname(target), { recursive: true })
  const draft = `${target}.${process.pid}.part`
  try {
    await copyFile(path, draft)
    const handle = await open(draft, 'r+')
    await handle.sync()
    await handle.close()
    await rename(draft, target)
  } finally {
    await rm(draft, { force: true })
  }
  return isThere ? 'replaced' : 'loaded'
}

async function hasSameBytes(a: string, b: string): Promise<boolean> {
  if ((await stat(a)).size !== (await stat(b)).size) return false
  return (await hashOf(a)) === (await hashOf(b))
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
