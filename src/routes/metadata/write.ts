/** `metadata`, writing: gives an object a name and a note. */
import { text } from '../../api/declarations/params.js'
import { writeNote } from '../../queries/clients/notes.js'
import { checkToken } from '../../queries/clients/tokens.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'
import { MAX_NAME_LENGTH, NOTE_SCHEMA } from './note-schema.js'

const MAX_COMMENT_LENGTH = 10_000
const MAX_USER_LENGTH = 100

export default defineRoute({
  name: 'metadata',
  summary: 'Attach user-defined metadata to an object',
  description:
    'Writes the name, the comments and the author of a note on an object, in place of the one it ' +
    'had; texts are kept letter for letter. Needs a token, which the operator of the service ' +
    'makes: send it as the header `Authorization: Bearer <token>` or in the body; addresses are ' +
    'logged.',
  methods: ['POST'],
  isStrict: true,
  params: survey => ({
    objectId: text({
      description: 'Complete object id; blanks around it mean nothing',
      expected: `a complete id such as ${surveyFact(survey, 'notes').idExample}`,
      required: true,
      maxLength: 64,
      examples: [surveyFact(survey, 'notes').idExample],
    }),
    internal_name: text({
      description: 'Name for the object',
      expected: `a name of 1 to ${MAX_NAME_LENGTH} characters`,
      required: true,
      minLength: 1,
      maxLength: MAX_NAME_LENGTH,
      examples: ['Fink J042203.10+362318.7'],
    }),
    username: text({
      description: 'Who writes',
      expected: `a name of 1 to ${MAX_USER_LENGTH} characters`,
      required: true,
      minLength: 1,
      maxLength: MAX_USER_LENGTH,
      examples: ['ada'],
    }),
    comments: text({
      description: 'Anything worth knowing',
      default: '',
      maxLength: MAX_COMMENT_LENGTH,
      isMultiline: true,
      examples: ['Candidate to red dwarf flare'],
    }),
    token: text({
      description: 'Token of the operator of the service, when it is not sent as a header',
      expected: 'a token that begins with fink_',
      maxLength: 100,
    }),
  }),
  outputs: [
    {
      mediaType: 'application/json',
      description: 'The note as it was written',
      schema: NOTE_SCHEMA,
    },
  ],
  async handle(params, { store, survey, bearerToken }) {
    await checkToken(store, params.token ?? bearerToken)
    const { record, isNew } = await writeNote(store, survey, {
      objectId: params.objectId.trim(),
      name: params.internal_name,
      comments: params.comments,
      username: params.username,
    })
    return { kind: 'json', value: record, isCreated: isNew }
  },
})
