/**
 * Which Solar System objects identifiers stand for: first by the table of names in the store, then
 * by Quaero. What alerts carry are designations; an object may have had several.
 */
import { ResolverError } from '../../errors.js'
import { textReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { isCometKind, parseSmallBody, type SmallBodyId } from '../../science/small-body.js'
import { prefixRange, readRows, type Store } from '../../store/store.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import type { Quaero } from '../../upstream/quaero.js'

/** An object, or what is taken for one. */
export interface SolarSystemBody {
  /** Identifier as the client wrote it. */
  readonly asked: string
  /** Official name; the identifier when nobody knows it. */
  readonly name: string
  readonly number: number | undefined
  /** What its alerts may carry, in order. */
  readonly designations: readonly string[]
  /** Whether somebody knows the object; otherwise only its alerts can show that there is one. */
  readonly isKnown: boolean
  /** Why Quaero could not be asked. */
  readonly failure?: ResolverError
}

/** Most rows of the table of names for a few identifiers; an object has about five. */
const MAX_NAME_ROWS = 1000

/** Finds out what an identifier stands for. */
export async function resolveBody(
  { store, survey, quaero }: { store: Store; survey: Survey; quaero: Quaero },
  asked: string,
  signal: AbortSignal,
): Promise<SolarSystemBody> {
  const id = parseSmallBody(asked)
  const spellings = spellingsOf(id, asked)
  const local = await findInStore(store, survey, spellings, signal)
  if (local !== undefined) return { asked, ...local, isKnown: true }
  const guess = { asked, name: id.text, number: undefined, designations: spellings }
  try {
    const found = await quaero.find(id, signal)
    // The designation of a comet says what it is, whether or not Quaero has it.
    if (found === undefined) return { ...guess, isKnown: isCometKind(id.kind) }
    const names = found.number === undefined ? [found.name] : [found.name, String(found.number)]
    const stored = await findInStore(store, survey, names, signal)
    const others = [...names, ...found.identifiers].flatMap(name => [name, name.replace(/\s/g, '')])
    return {
      asked,
      name: found.name,
      number: found.number,
      designations: stored?.designations ?? [...new Set([...others, ...guess.designations])],
      isKnown: true,
    }
  } catch (error) {
    if (error instanceof ResolverError) return { ...guess, isKnown: false, failure: error }
    throw error
  }
}

/** Rows of the table of names under any of the identifiers, in key order, without repetitions. */
export async function readNames(
  store: Store,
  survey: Survey,
  identifiers: readonly string[],
  signal: AbortSignal,
): Promise<PackedRow[]> {
  const { table } = surveyFact(survey, 'solarSystem').names
  const prefixes = [...new Set(identifiers.map(identifier => `${identifier.toLowerCase()}@`))]
  const ranges = prefixes.sort().map(prefixRange)
  return readRows(store, { table, ranges, limit: MAX_NAME_ROWS, signal })
}

async function findInStore(
  store: Store,
  survey: Survey,
  identifiers: readonly string[],
  signal: AbortSignal,
): Promise<Pick<SolarSystemBody, 'name' | 'number' | 'designations'> | undefined> {
  const { names } = surveyFact(survey, 'solarSystem')
  const nameOf = textReader(names.name)
  const [first] = await readNames(store, survey, identifiers, signal)
  const name = first && nameOf(first)
  if (first === undefined || name === undefined) return undefined
  const number = parseNumber(textReader(names.number)(first))
  const all = await readNames(store, survey, [name, ...identifiers], signal)
  const designationOf = textReader(names.designation)
  const own = all.filter(row => nameOf(row) === name)
  const designations = new Set(own.flatMap(row => designationOf(row) ?? []))
  return { name, number, designations: [...designations].sort() }
}

/** Missing numbers stand in the table as the text `nan`. */
function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(\.0)?$/.test(text) ? Number(text) : undefined
}

/** Ways in which tables and alerts may write an identifier. */
function spellingsOf({ text }: SmallBodyId, asked: string): string[] {
  return [...new Set([text, text.replace(/\s/g, ''), asked])]
}
