/** `resolver`: names of other services to objects of the survey, and back. */
import { choice, flag, integer, text } from '../../api/declarations/params.js'
import { ParamError } from '../../errors.js'
import { FORMATS } from '../../formats/formats.js'
import { grantRows, type LimitedTable } from '../../queries/alerts/limited-rows.js'
import {
  findBodyNames,
  findBodyNamesOf,
  findSimbadTypesOf,
  findTnsNames,
  findTnsNamesOf,
} from '../../queries/names/name-lookup.js'
import { findInSimbad } from '../../queries/names/simbad-names.js'
import { surveyFact } from '../../surveys/survey.js'
import { defineRoute } from '../define.js'

/** Rows when the client names no number. */
const DEFAULT_ROWS = 10

export default defineRoute({
  name: 'resolver',
  summary: 'Resolve astronomical names to ZTF alert names, and vice-versa',
  description:
    'Looks a name up in the Transient Name Server (`tns`: every name that begins so), in SIMBAD ' +
    '(`simbad`) or among the Solar System objects (`ssodnet`: every name that begins so, or with ' +
    '`nmax=1` the names that are so). In reverse the name is an object id, whole or its beginning. ' +
    'Cells are texts, except for those of SIMBAD.',
  params: survey => ({
    resolver: choice(['simbad', 'ssodnet', 'tns'], {
      description: 'Where to look',
      required: true,
      examples: ['tns', 'ssodnet', 'simbad'],
    }),
    name: text({
      expected: 'the name of an object',
      description: 'Name, or with `reverse` an object id; may be empty for `tns`: all names',
      required: true,
      maxLength: 200,
      examples: [
        surveyFact(survey, 'names').tns.nameExample,
        surveyFact(survey, 'names').simbad.nameExample,
      ],
    }),
    reverse: flag({
      description: 'From an object id to its names',
      default: false,
      examples: [true],
    }),
    nmax: integer({
      description: 'Most rows; SIMBAD answers with all it knows about one name',
      default: DEFAULT_ROWS,
      min: 0,
      max: 1_000_000,
      examples: [DEFAULT_ROWS, 1],
    }),
  }),
  outputs: FORMATS,
  examples: survey => [
    {
      title: 'A supernova',
      arguments: { resolver: 'tns', name: surveyFact(survey, 'names').tns.nameExample },
    },
    {
      title: 'Names of an object',
      arguments: { resolver: 'tns', name: survey.lightCurve.idExample, reverse: true },
    },
    { title: 'Asteroids that begin so', arguments: { resolver: 'ssodnet', name: 'benoit' } },
    { title: 'One asteroid', arguments: { resolver: 'ssodnet', name: '8467', nmax: 1 } },
  ],
  async handle({ resolver, name, reverse, nmax }, { store, survey, remotes, rowLimit, signal }) {
    const request = { name, limit: grantRows(nmax, rowLimit), signal }
    const find = async (): Promise<LimitedTable> => {
      switch (resolver) {
        case 'tns':
          return (reverse ? findTnsNamesOf : findTnsNames)(store, survey, request)
        case 'simbad':
          if (name.trim() === '') throw new ParamError(EMPTY_NAME, { param: 'name' })
          if (reverse) return findSimbadTypesOf(store, survey, request)
          return findInSimbad(remotes.sesame, request)
        case 'ssodnet':
          if (reverse) return findBodyNamesOf(store, survey, request)
          if (nmax !== 1) return findBodyNames(store, survey, { ...request, isExact: false })
          return findBodyNames(store, survey, { ...request, isExact: true, limit: rowLimit })
      }
    }
    const { table, ...facts } = await find()
    return { kind: 'table', table, facts }
  },
})

const EMPTY_NAME = 'Cannot read parameter "name": expected a name, got ""'
