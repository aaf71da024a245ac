/** `classes`: the names of the classes. */
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'

export default defineRoute({
  name: 'classes',
  summary: 'Names of all classes',
  description:
    'The classes by which `latests` finds alerts, in groups: those given by the broker and those ' +
    'of the catalogues that alerts are matched with.',
  methods: ['GET'],
  emptyGet: 'handle',
  params: () => ({}),
  outputs: [
    {
      mediaType: 'application/json',
      description: 'Names by group',
      schema: {
        type: 'object',
        additionalProperties: { type: 'array', items: { type: 'string' } },
      },
    },
  ],
  handle: (_params, { survey }) => ({ kind: 'json', value: surveyFact(survey, 'classes').lists }),
})
