/**
 * The route of the cutout service, a server of its own beside the object API: stamps of an alert in
 * a Parquet file that the client names. One declaration a survey, because their alerts are told
 * apart by other ids.
 */
import type { Answer } from '../../api/declarations/answer.js'
import { text } from '../../api/declarations/params.js'
import { type Route, routeDefiner } from '../../api/declarations/route.js'
import { LSST_STAMP_LAYOUT } from '../../surveys/lsst/stamps.js'
import type { StampFileLayout } from '../../surveys/stamps.js'
import { ZTF_STAMP_LAYOUT } from '../../surveys/ztf/stamps.js'
import {
  answerFromFile,
  FILE_OUTPUTS,
  type FileServices,
  fileParam,
  kindParam,
  returnTypeParam,
} from './alert-file.js'

/** A survey as the cutout service knows it. */
export interface FileSurvey {
  readonly name: string
  readonly layout: StampFileLayout
  readonly route: Route<string, FileServices>
}

const defineFileRoute = routeDefiner<string, FileServices>()

const NAME = 'cutouts'
const SUMMARY = 'Stamps of an alert in a Parquet file'
const DESCRIPTION =
  'Reads the file in the data lake and answers with the pixels of the stamps, row 0 of the FITS ' +
  'file first, or with the FITS file itself. Of several alerts that match the first in the file ' +
  'is taken.'

const ALERT_ID = {
  pattern: /^\d{1,20}$/,
  expected: 'an id of up to 20 digits',
  maxLength: 20,
}

const ztfParams = () => ({
  hdfsPath: fileParam(),
  objectId: text({
    description: 'ZTF object id',
    pattern: /^ZTF[\w]*$/,
    expected: 'an object id that begins with ZTF',
    maxLength: 64,
    required: true,
    examples: ['ZTF24abssjsb'],
  }),
  kind: kindParam(),
  candid: text({
    ...ALERT_ID,
    description: 'Id of the alert; without it the first alert of the object in the file is taken',
    examples: ['2890466950515015016'],
  }),
  return_type: returnTypeParam(),
})

const lsstParams = () => ({
  hdfsPath: fileParam(),
  diaSourceId: text({
    ...ALERT_ID,
    description: 'diaSource id of the alert',
    required: true,
    examples: ['170424319673368579'],
  }),
  kind: kindParam(),
  return_type: returnTypeParam(),
})

/** The list of arguments that a GET without any is answered with. */
function argumentList(params: Readonly<Record<string, ReturnType<typeof text>>>): Answer {
  const args = Object.entries(params).map(([name, { description, isRequired }]) => {
    return { description, name, required: isRequired }
  })
  return { kind: 'json', value: { args } }
}

const ztfRoute = defineFileRoute({
  name: NAME,
  summary: SUMMARY,
  description: DESCRIPTION,
  params: ztfParams,
  outputs: FILE_OUTPUTS,
  emptyGet: () => argumentList(ztfParams()),
  handle({ hdfsPath, objectId, kind, candid, return_type: returnType }, context) {
    return answerFromFile(context, {
      named: hdfsPath,
      ids: { objectId, ...(candid !== undefined && { candid }) },
      name: objectId,
      kind,
      returnType,
      signal: context.signal,
    })
  },
})

const lsstRoute = defineFileRoute({
  name: NAME,
  summary: SUMMARY,
  description: DESCRIPTION,
  params: lsstParams,
  outputs: FILE_OUTPUTS,
  emptyGet: () => argumentList(lsstParams()),
  handle({ hdfsPath, diaSourceId, kind, return_type: returnType }, context) {
    return answerFromFile(context, {
      named: hdfsPath,
      ids: { 'diaSource.diaSourceId': diaSourceId },
      name: diaSourceId,
      kind,
      returnType,
      signal: context.signal,
    })
  },
})

/** The surveys whose files can be served. */
export const FILE_SURVEYS: readonly FileSurvey[] = [
  { name: 'ztf', layout: ZTF_STAMP_LAYOUT, route: ztfRoute },
  { name: 'lsst', layout: LSST_STAMP_LAYOUT, route: lsstRoute },
]
