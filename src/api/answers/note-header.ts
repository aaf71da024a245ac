/** What an answer says about itself in a header: short texts in one line. */
import { toHeaderText } from '../quoted-text.js'

/** Most characters of such a header. */
const MAX_NOTE_LENGTH = 1000

/** Joins notes for a header: ASCII, one line, at most `MAX_NOTE_LENGTH` characters. */
export function toNoteHeader(notes: readonly string[]): string {
  return toHeaderText(notes.join('; ')).slice(0, MAX_NOTE_LENGTH)
}
