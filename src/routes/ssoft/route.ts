/** `ssoft`: the published table of phase curves fitted to Solar System objects. */
import type { Answer } from '../../api/declarations/answer.js'
import { choice, flag, integer, text } from '../../api/declarations/params.js'
import { FORMAT_PARAM, type MediaOutput } from '../../api/declarations/route.js'
import { FORMATS } from '../../formats/formats.js'
import { jsonFormat } from '../../formats/json.js'
import { FILE_FORMAT_TEXT, versionParam } from '../../params/version.js'
import {
  findFile,
  type ObjectChoice,
  openFound,
  readObject,
} from '../../queries/solar-system/solar-system-files.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'
import { sendFile } from '../ssobulk/file-answer.js'

const SCHEMA_OUTPUT: MediaOutput = {
  mediaType: jsonFormat.mediaType,
  description: 'With `schema`: type and meaning of each column, by name',
  schema: {
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { type: { type: 'string' }, description: { type: 'string' } },
      required: ['type', 'description'],
    },
  },
}

export default defineRoute({
  name: 'ssoft',
  summary: 'Get the Solar System Object Fink Table (SSoFT)',
  description:
    'Parameters of phase curves, spins and shapes fitted to the photometry of each known Solar ' +
    'System object, one table a model and month: whole, or the row of one object, or with ' +
    '`schema` what the columns mean.',
  params: survey => {
    const { flavors, synonyms, nameExample } = surveyFact(survey, 'solarSystemFiles')
    const models = Object.keys(flavors)
    return {
      sso_name: text({
        expected: 'the name of an object',
        description: 'Exact name of one object; goes before `sso_number`',
        maxLength: 100,
        examples: [nameExample],
      }),
      sso_number: integer({
        description: 'Number of one object',
        min: 1,
        max: 999_999_999,
        examples: [8467],
      }),
      schema: flag({
        description: 'Type and meaning of each column, as JSON; needs no table',
        default: false,
        examples: [true],
      }),
      flavor: choice(models, {
        description: 'Model that was fitted',
        default: models[0]!,
        examples: models,
        synonyms,
      }),
      version: versionParam(survey),
      [FORMAT_PARAM]: choice(
        FORMATS.map(({ name }) => name),
        {
          description: FILE_FORMAT_TEXT,
          examples: FORMATS.map(({ name }) => name),
          defaultText: 'parquet for the whole table, json for one object',
        },
      ),
    }
  },
  outputs: [...FORMATS, SCHEMA_OUTPUT],
  examples: () => [
    { title: 'What the columns mean', arguments: { schema: true, [FORMAT_PARAM]: 'json' } },
    {
      title: 'Columns of the model with shapes',
      arguments: { schema: true, flavor: 'SOCCA', [FORMAT_PARAM]: 'json' },
    },
  ],
  async handle(params, context): Promise<Answer> {
    const { survey, format, signal } = context
    const { flavor, version, schema, sso_name: name, sso_number: number } = params
    const facts = surveyFact(survey, 'solarSystemFiles').flavors[flavor] ?? []
    if (schema) {
      const entries = facts.map(({ name, type, description }) => [name, { type, description }])
      return { kind: 'json', value: Object.fromEntries(entries) }
    }
    const found = await findFile(context, { kind: 'phase curves', flavor, version })
    const object = toObjectChoice(name, number)
    if (object === undefined) return sendFile(found, { facts, format, signal })
    const hasLists = (format ?? jsonFormat.name) === jsonFormat.name
    const file = await openFound(found, { facts, hasLists, signal })
    return { kind: 'table', table: await readObject(file, object), format: jsonFormat.name }
  },
})

function toObjectChoice(
  name: string | undefined,
  number: number | undefined,
): ObjectChoice | undefined {
  if (name !== undefined) return { column: 'sso_name', value: name }
  return number === undefined ? undefined : { column: 'sso_number', value: number }
}
