/** `schema`: what each column of the alert tables means. */
import { defineRoute } from '../define.js'

export default defineRoute({
  name: 'schema',
  summary: 'Names, types and meaning of all columns',
  description: 'Every column of the alert tables by section: name, type and a description.',
  methods: ['GET'],
  emptyGet: 'handle',
  params: () => ({}),
  outputs: [
    { mediaType: 'application/json', description: 'Section, then name, then `type` and `doc`' },
  ],
  handle: (_params, { survey }) => ({ kind: 'json', value: survey.schemaDocument() }),
})
