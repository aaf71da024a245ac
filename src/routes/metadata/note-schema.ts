/** The shape of a note in answers, and the limits of its texts. */
import type { JsonSchema } from '../../api/declarations/json.js'

/** Most characters of a name, with blanks or without. */
export const MAX_NAME_LENGTH = 200

/** A note: texts under the names of the columns of the survey. */
export const NOTE_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: { type: 'string' },
}
