/**
 * How Solar System objects are called: numbers, names, and the designations of asteroids and comets
 * as the Minor Planet Center and the IAU write them (the schemes of 1925 and 1995), read from the
 * ways people write them. Whether there is such an object is not known here.
 */

/** What an identifier is, by its form alone; `name` is everything that is nothing else. */
export type SmallBodyKind = 'number' | 'asteroid' | 'comet' | 'interstellar' | 'name'

/** An identifier in its official form. */
export interface SmallBodyId {
  readonly kind: SmallBodyKind
  /** `8467`, `2010 JO69`, `C/2017 K2`, `10P`, `2I`; of a name, the text with single blanks. */
  readonly text: string
}

/** `(8467)`, `8467`. */
const NUMBER = /^(?:\((\d{1,8})\)|(\d{1,8}))$/
/** `2010 JO69`, `2010jo69`, `A904 OA`. */
const PROVISIONAL = /^(?:A([89]\d\d)|((?:18|19|20)\d\d)) ?([A-HJ-Y][A-HJ-Z])(\d{0,3})$/
/** `6344 P-L`, `1108 T-2`. */
const SURVEY = /^(\d{4}) ?(P-L|T-[123])$/
/** `10P`, `10P/Tempel 2`, `73P-B`, `1I/'Oumuamua`. */
const NUMBERED_COMET = /^0*([1-9]\d{0,3})([PDI])(-[A-Z]{1,2})?(?:[/ ].*)?$/
/** `C/2017 K2`, `P/2019LD2 (ATLAS)`, `D/1993 F2-A`. */
const COMET = /^([CPDXAI])\/ ?(-?\d{1,4}) ?([A-HJ-Y][A-HJ-Z]?\d{1,3})(-[A-Z]{1,2}\d?)?(?:[ (].*)?$/

/** Reads an identifier: blanks and `_` are the same, capital letters do not matter. */
export function parseSmallBody(text: string): SmallBodyId {
  const clean = text.replaceAll('_', ' ').replace(/\s+/g, ' ').trim()
  const upper = clean.toUpperCase()
  const number = NUMBER.exec(upper)
  if (number !== null) {
    return { kind: 'number', text: (number[1] ?? number[2]!).replace(/^0+(?=\d)/, '') }
  }
  return readAsteroid(upper) ?? readComet(upper) ?? { kind: 'name', text: clean }
}

function readAsteroid(upper: string): SmallBodyId | undefined {
  const provisional = PROVISIONAL.exec(upper)
  if (provisional !== null) {
    const [, lastDigits, year = `1${lastDigits}`, letters, cycle] = provisional
    return { kind: 'asteroid', text: `${year} ${letters}${cycle}` }
  }
  const survey = SURVEY.exec(upper)
  return survey === null ? undefined : { kind: 'asteroid', text: `${survey[1]} ${survey[2]}` }
}

function readComet(upper: string): SmallBodyId | undefined {
  const numbered = NUMBERED_COMET.exec(upper)
  if (numbered !== null) {
    const [, number, type, fragment = ''] = numbered
    return { kind: kindOf(type!), text: `${number}${type}${fragment}` }
  }
  const comet = COMET.exec(upper)
  if (comet === null) return undefined
  const [, type, year, halfMonth, fragment = ''] = comet
  return { kind: kindOf(type!), text: `${type}/${year} ${halfMonth}${fragment}` }
}

/** `A/` are asteroids that were given the designation of a comet. */
function kindOf(type: string): SmallBodyKind {
  if (type === 'A') return 'asteroid'
  return type === 'I' ? 'interstellar' : 'comet'
}

/** True for objects whose ephemerides are those of comets. */
export function isCometKind(kind: SmallBodyKind): boolean {
  return kind === 'comet' || kind === 'interstellar'
}
