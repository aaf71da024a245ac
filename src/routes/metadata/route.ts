/** `metadata`, reading: names and notes that users gave to objects. */
import { text } from '../../api/declarations/params.js'
import { ParamError } from '../../errors.js'
import { type NoteSearch, readNotes } from '../../queries/clients/notes.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'
import { MAX_NAME_LENGTH, NOTE_SCHEMA } from './note-schema.js'

/** Stands for every object. */
const ALL = 'all'

export default defineRoute({
  name: 'metadata',
  summary: 'Get user-defined metadata attached to objects',
  description:
    'Names, comments and authors of what users wrote about objects, found by exactly one of an ' +
    'object id, a name, or a name without its blanks.',
  methods: ['GET'],
  params: survey => ({
    objectId: text({
      description: `Object id or its beginning, or \`${ALL}\``,
      expected: `an object id or its beginning, or ${ALL}`,
      minLength: 1,
      maxLength: 64,
      examples: [surveyFact(survey, 'notes').idExample, ALL],
    }),
    internal_name: text({
      description: 'Exact name',
      expected: `a name of 1 to ${MAX_NAME_LENGTH} characters`,
      minLength: 1,
      maxLength: MAX_NAME_LENGTH,
      examples: ['Fink J042203.10+362318.7'],
    }),
    internal_name_encoded: text({
      description: 'Exact name without its blanks',
      expected: `a name of 1 to ${MAX_NAME_LENGTH} characters`,
      minLength: 1,
      maxLength: MAX_NAME_LENGTH,
      examples: ['FinkJ042203.10+362318.7'],
    }),
  }),
  outputs: [
    {
      mediaType: 'application/json',
      description: 'List of notes',
      schema: { type: 'array', items: NOTE_SCHEMA },
    },
  ],
  examples: () => [
    { title: 'Everything', arguments: { objectId: ALL } },
    { title: 'By name', arguments: { internal_name: 'Fink J042203.10+362318.7' } },
  ],
  async handle(params, { store, survey, signal }) {
    return { kind: 'json', value: await readNotes(store, survey, toSearch(params), signal) }
  },
})

function toSearch(params: {
  readonly objectId: string | undefined
  readonly internal_name: string | undefined
  readonly internal_name_encoded: string | undefined
}): NoteSearch {
  const { objectId: id, internal_name: name, internal_name_encoded: encoded } = params
  const given = [id, name, encoded].filter(value => value !== undefined)
  if (given.length !== 1) {
    throw new ParamError(
      'Cannot choose notes: expected exactly one of "objectId", "internal_name" and ' +
        `"internal_name_encoded", got ${given.length}`,
      { param: 'objectId' },
    )
  }
  if (id !== undefined) return id === ALL ? { kind: 'all' } : { kind: 'object', id }
  if (name !== undefined) return { kind: 'name', name }
  return { kind: 'encoded name', name: encoded ?? '' }
}
