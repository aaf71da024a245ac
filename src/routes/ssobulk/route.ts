/** `ssobulk`: the light curves of all known Solar System objects in one file. */

import { choice } from '../../api/declarations/params.js'
import { FORMAT_PARAM } from '../../api/declarations/route.js'
import { FORMATS } from '../../formats/formats.js'
import { FILE_FORMAT_TEXT, versionParam } from '../../params/version.js'
import { findFile } from '../../queries/solar-system/solar-system-files.js'
import { defineRoute } from '../define.js'
import { sendFile } from './file-answer.js'

export default defineRoute({
  name: 'ssobulk',
  summary: 'Get all Fink/ZTF SSO lightcurves in once',
  description:
    'One row an object, its light curve and ephemerides as lists. The file is large: ask for ' +
    '`parquet` and keep it.',
  params: survey => ({
    version: versionParam(survey),
    [FORMAT_PARAM]: choice(
      FORMATS.map(({ name }) => name),
      {
        description: FILE_FORMAT_TEXT,
        examples: FORMATS.map(({ name }) => name),
        defaultText: 'parquet',
      },
    ),
  }),
  outputs: FORMATS,
  examples: () => [{ title: 'The file', arguments: { [FORMAT_PARAM]: 'parquet' } }],
  async handle({ version }, context) {
    const { format, signal } = context
    const found = await findFile(context, { kind: 'light curves', version })
    return sendFile(found, { facts: [], format, signal })
  },
})
