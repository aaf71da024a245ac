/** Names and notes that users give to objects: read by id or by name, and written. */
import { ParamError } from '../../errors.js'
import { textReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { ALL_KEYS, prefixRange, readRows, type ScanRequest, type Store } from '../../store/store.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'

/** Which notes to read. */
export type NoteSearch =
  | { readonly kind: 'all' }
  /** Objects whose ids begin so. */
  | { readonly kind: 'object'; readonly id: string }
  | { readonly kind: 'name'; readonly name: string }
  /** The name without its blanks. */
  | { readonly kind: 'encoded name'; readonly name: string }

/** A note to write; it takes the place of the one that the object had. */
export interface Note {
  readonly objectId: string
  readonly name: string
  readonly comments: string
  readonly username: string
}

/** A note as answers have it: texts by column, that of the object id included. */
export type NoteRecord = Readonly<Record<string, string>>

/** Most notes of one answer. */
const MAX_NOTES = 100_000

/** Reads notes in the order of the object ids. */
export async function readNotes(
  store: Store,
  survey: Survey,
  search: NoteSearch,
  signal: AbortSignal,
): Promise<NoteRecord[]> {
  const { table } = surveyFact(survey, 'notes')
  const request = { table, limit: MAX_NOTES, signal, ...conditionOf(survey, search) }
  const rows = await readRows(store, request)
  return rows.map(row => toRecord(survey, row))
}

function conditionOf(survey: Survey, search: NoteSearch): Pick<ScanRequest, 'ranges' | 'where'> {
  const { name, encodedName } = surveyFact(survey, 'notes')
  switch (search.kind) {
    case 'all':
      return { ranges: [ALL_KEYS] }
    case 'object':
      return { ranges: [prefixRange(search.id)] }
    case 'name':
      return { ranges: [ALL_KEYS], where: { column: name, equals: search.name } }
    case 'encoded name':
      return { ranges: [ALL_KEYS], where: { column: encodedName, equals: search.name } }
  }
}

function toRecord(survey: Survey, row: PackedRow): NoteRecord {
  const { name, encodedName, comments, username } = surveyFact(survey, 'notes')
  const cells = [comments, name, encodedName, username].flatMap(column => {
    const text = textReader(column)(row)
    return text === undefined ? [] : [[column, text] as const]
  })
  return Object.fromEntries([...cells, [survey.columns.object, row.key]])
}

/**
 * Writes a note, letter for letter.
 *
 * @returns the note as `readNotes` gives it, and whether the object had none before
 * @throws ParamError when the id is not that of an object
 */
export async function writeNote(
  store: Store,
  survey: Survey,
  note: Note,
): Promise<{ readonly record: NoteRecord; readonly isNew: boolean }> {
  const { table, isObjectId, idExample, ...columns } = surveyFact(survey, 'notes')
  const { objectId } = note
  if (!isObjectId(objectId)) {
    throw new ParamError(
      `Cannot read parameter "objectId": expected a complete id such as ${idExample}, got "${objectId}"`,
      { param: 'objectId' },
    )
  }
  const cells: readonly (readonly [string, string])[] = [
    [columns.comments, note.comments],
    [columns.name, note.name],
    [columns.encodedName, encodeName(note.name)],
    [columns.username, note.username],
  ]
  const put = {
    table,
    columns: cells.map(([name]) => ({ name, type: 'string' as const })),
    rows: [{ key: objectId, values: cells.map(([, text]) => text) }],
  }
  const counts = await store.write([put])
  const record = Object.fromEntries([...cells, [survey.columns.object, objectId]])
  return { record, isNew: (counts.get(table)?.added ?? 0) > 0 }
}

/** A name without its blanks, for addresses. */
export function encodeName(name: string): string {
  return name.replaceAll(' ', '')
}
