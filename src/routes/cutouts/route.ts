/** `cutouts`: image stamps of an alert as a picture, a FITS file or numbers. */
import { choice, text } from '../../api/declarations/params.js'
import { FORMAT_PARAM, type MediaOutput } from '../../api/declarations/route.js'
import { ParamError } from '../../errors.js'
import { KIND_CHOICES, toKinds } from '../../params/stamps.js'
import { ALERT_PICKS, readStampsOfAlert } from '../../queries/stamps/alert-stamps.js'
import type { StampKind } from '../../queries/stamps/stamp-archive.js'
import { FITS_VIEW, JSON_VIEW, pictureView } from '../../queries/stamps/stamp-views.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'
import { pictureParams, toRenderOptions } from './picture.js'
import {
  FITS_OUTPUT,
  NO_PIXELS,
  PIXELS_SCHEMA,
  PNG_OUTPUT,
  type StampBytes,
  toStampAnswer,
} from './stamp-answer.js'

const STAMP_FORMATS = ['PNG', 'FITS', 'array'] as const

const ARRAY_OUTPUT: MediaOutput = {
  mediaType: 'application/json',
  description: 'An object with the pixels of each stamp, an array of rows',
  schema: { type: 'object', additionalProperties: PIXELS_SCHEMA },
}

export default defineRoute({
  name: 'cutouts',
  summary: 'Get cutout data based on ZTF ID',
  description:
    'An image stamp of an alert as PNG, as the FITS file of the survey, or as JSON arrays of ' +
    'pixels, row 0 of the FITS file first; `kind=All` gives the arrays of all three. Without ' +
    '`candid` the stamp is that of the last alert of the object that has stamps.',
  params: survey => ({
    objectId: text({
      description: 'Object id',
      expected: `an object id such as ${survey.lightCurve.idExample}`,
      minLength: 1,
      maxLength: 64,
      required: true,
      examples: [survey.lightCurve.idExample],
    }),
    kind: choice(KIND_CHOICES, {
      description: 'Which stamp: `Science`, `Template`, or their `Difference`',
      required: true,
      examples: ['Science'],
    }),
    [FORMAT_PARAM]: choice(STAMP_FORMATS, {
      description: 'Form of the answer',
      default: 'PNG',
      examples: STAMP_FORMATS,
    }),
    candid: text({
      description: 'Alert id, all its digits',
      pattern: /^\d{1,20}$/,
      expected: 'an alert id of up to 20 digits',
      maxLength: 20,
      examples: ['1622215345315015012'],
    }),
    which: choice(ALERT_PICKS, {
      description: 'Which alert of the object, in place of `candid`',
      defaultText: 'last',
      examples: ['first', 'brightest'],
    }),
    ...pictureParams(),
  }),
  outputs: [PNG_OUTPUT, FITS_OUTPUT, ARRAY_OUTPUT],
  examples: examplesOf,
  async handle(params, { store, survey, stamps, signal }) {
    const { objectId, kind, candid, which } = params
    const format = params[FORMAT_PARAM]
    const picture = toRenderOptions(params)
    if (kind === 'All' && format !== 'array') throw onlyArrays()
    if (candid !== undefined && which !== undefined) throw twoAlerts()
    const kinds = toKinds(kind)
    const archive = await stamps.open(survey)
    const view = { PNG: pictureView(stamps.renderer, picture), FITS: FITS_VIEW, array: JSON_VIEW }
    const parts = await readStampsOfAlert(
      { store, survey, archive },
      { object: objectId, alert: candid, pick: which ?? 'last', kinds, signal },
      view[format],
    )
    const [bytes] = parts
    const answer =
      format === 'array' || !bytes
        ? toMembers(survey, kinds, parts)
        : {
            mediaType: FILE_TYPES[format],
            bytes,
            fileName: `${objectId}_${kind}.${format.toLowerCase()}`,
          }
    return toStampAnswer(answer, { isFixed: candid !== undefined })
  },
})

const FILE_TYPES = { PNG: PNG_OUTPUT.mediaType, FITS: FITS_OUTPUT.mediaType }

/** An object with one member for each stamp, sorted by name. */
function toMembers(
  survey: Survey,
  kinds: readonly StampKind[],
  texts: readonly (Uint8Array | null)[],
): StampBytes {
  const { columnOf } = surveyFact(survey, 'stamps')
  const members = kinds.map((kind, i) => ({ name: columnOf(kind), text: texts[i] ?? NO_PIXELS }))
  members.sort((a, b) => (a.name < b.name ? -1 : 1))
  const pieces = members.flatMap(({ name, text }, i) => [
    Buffer.from(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    text,
  ])
  const bytes = Buffer.concat([...pieces, Buffer.from('}\n')])
  return { mediaType: ARRAY_OUTPUT.mediaType, bytes }
}

function examplesOf({ lightCurve }: Survey) {
  const objectId = lightCurve.idExample
  return [
    { title: 'Picture of the last alert', arguments: { objectId, kind: 'Science' } },
    {
      title: 'Coloured picture of the brightest alert',
      arguments: { objectId, kind: 'Difference', which: 'brightest', colormap: 'viridis' },
    },
    { title: 'FITS file', arguments: { objectId, kind: 'Template', [FORMAT_PARAM]: 'FITS' } },
    { title: 'Pixels of all', arguments: { objectId, kind: 'All', [FORMAT_PARAM]: 'array' } },
  ]
}

function onlyArrays(): ParamError {
  const text = 'the option `kind=All` is only compatible with `output-format=array`'
  return new ParamError(`Cannot read parameter "${FORMAT_PARAM}": ${text}`, { param: FORMAT_PARAM })
}

function twoAlerts(): ParamError {
  const text = 'expected either "candid" or "which", got both'
  return new ParamError(`Cannot read parameter "which": ${text}`, { param: 'which' })
}
