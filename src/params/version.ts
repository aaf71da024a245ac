/** `version`: which month a published table is of. */

import type { Param } from '../api/declarations/param.js'
import { custom } from '../api/declarations/params.js'
import { type Survey, surveyFact } from '../surveys/survey.js'

const MONTH = /^\d{4}\.(0[1-9]|1[0-2])$/

/** A month as `YYYY.MM`, not before the first table. */
export function versionParam(survey: Survey): Param<string | undefined> {
  const { firstVersion } = surveyFact(survey, 'solarSystemFiles')
  const expected = `a month such as 2024.09 (YYYY.MM), from ${firstVersion} on`
  return custom<string>(
    {
      description: 'Version of the table, which is the month it was made in',
      expected,
      examples: ['2024.09'],
      defaultText: 'the newest that is there',
      maxLength: 16,
    },
    text => {
      if (MONTH.test(text) && text >= firstVersion) return text
      throw new RangeError(`expected ${expected}, got "${text}"`)
    },
  )
}

/** How the files of a table answer: the description of `output-format`. */
export const FILE_FORMAT_TEXT =
  'Format of the answer; `parquet` sends the file as it is, the others are made from it'
