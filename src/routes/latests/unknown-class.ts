/** What is said beside an empty answer when there is no class of that name. */
import type { AnswerNotes } from '../../api/declarations/answer.js'
import { quoteValue } from '../../api/quoted-text.js'
import { suggestionText } from '../../api/suggestion.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'

/** A warning with the name that was probably meant; nothing for a class that exists. */
export function unknownClassNotes(survey: Survey, name: string): AnswerNotes {
  const { lists, unlisted } = surveyFact(survey, 'classes')
  const known = [...Object.values(lists).flat(), ...unlisted]
  if (known.includes(name)) return {}
  const warning = `there is no class ${quoteValue(name)}${suggestionText(name, known)}`
  return { headers: { 'x-fink-warning': warning } }
}
