/**
 * The grammar of angles: a text is cut into tokens, and the kinds of the tokens, one letter each,
 * must make one of a finite set of sentences. Meaning and ranges are the business of `angle.ts`.
 */
/** What an angle says. */
export interface AngleTokens {
  /** 1 or -1, from a sign in front and a direction at the end. */
  readonly sign: number
  /** One to three numbers. */
  readonly fields: readonly number[]
  /** Key of `UNIT_DEGREES`; undefined when the text has none. */
  readonly unit: string | undefined
}

const ARCSEC = 1 / 3600

/** Degrees of each unit. */
export const UNIT_DEGREES: ReadonlyMap<string, number> = new Map([
  ['hour', 15],
  ['degree', 1],
  ['arcmin', 1 / 60],
  ['arcsec', ARCSEC],
  ['mas', ARCSEC / 1e3],
  ['uas', ARCSEC / 1e6],
  ['rad', 180 / Math.PI],
  ['mrad', 180 / Math.PI / 1e3],
  ['urad', 180 / Math.PI / 1e6],
])

/** Kinds of tokens in the order in which they are tried. */
const TOKENS: readonly { kind: string; pattern: RegExp; unit?: string }[] = [
  { kind: 'F', pattern: /^(?:\d+\.\d*|\.\d+)(?:[eE][+\u2212-]?\d+)?/ },
  { kind: 'U', pattern: /^\d+/ },
  { kind: 'S', pattern: /^[+\u2212-]/ },
  { kind: 'E', pattern: /^[EW]$/ },
  { kind: 'N', pattern: /^[NS]$/ },
  { kind: 'R', pattern: /^arcmin(?:utes?)?/, unit: 'arcmin' },
  { kind: 'R', pattern: /^arcsec(?:onds?)?/, unit: 'arcsec' },
  { kind: 'R', pattern: /^(?:mas|marcsec)/, unit: 'mas' },
  { kind: 'R', pattern: /^[u\u00b5\u03bc](?:as|arcsec)/, unit: 'uas' },
  { kind: 'R', pattern: /^rad(?:ians?)?/, unit: 'rad' },
  { kind: 'R', pattern: /^mrad/, unit: 'mrad' },
  { kind: 'R', pattern: /^[u\u00b5\u03bc]rad/, unit: 'urad' },
  { kind: 'M', pattern: /^(?:m(?:in(?:utes?)?)?|['\u2032\u1d50])/, unit: 'arcmin' },
  { kind: 'X', pattern: /^(?:s(?:ec(?:onds?)?)?|["\u2033\u02e2])/, unit: 'arcsec' },
  { kind: 'H', pattern: /^(?:hours?|hr?|\u02b0)/, unit: 'hour' },
  { kind: 'D', pattern: /^(?:d(?:eg(?:rees?)?)?|\u00b0)/, unit: 'degree' },
  { kind: ':', pattern: /^:/ },
]

const SENTENCES = sentences()
const PREFIXES: ReadonlySet<string> = new Set(
  [...SENTENCES].flatMap(sentence => Array.from(sentence, (_, i) => sentence.slice(0, i + 1))),
)

/**
 * All sequences of kinds that are an angle. U is a whole number, F one with a decimal point; only
 * the last number of an angle may have one.
 */
function sentences(): ReadonlySet<string> {
  const plain = ['', 'U', 'U:', 'UU', 'U:U:'].flatMap(start => [`${start}U`, `${start}F`])
  const withUnits = (unit: string): string[] => [
    ...plain.map(numbers => numbers + unit),
    ...[`U${unit}U`, `U${unit}F`].flatMap(start => [start, `${start}M`]),
    ...[`U${unit}UMU`, `U${unit}UMF`].flatMap(start => [start, `${start}X`]),
  ]
  const simple = plain.flatMap(numbers => ['', 'M', 'X', 'R'].map(unit => numbers + unit))
  const unsigned = [
    ...withUnits('H').flatMap(hours => [hours, `${hours}E`]),
    ...[...withUnits('D'), ...simple].flatMap(angle => [angle, `${angle}E`, `${angle}N`]),
  ]
  return new Set(unsigned.flatMap(angle => [angle, `S${angle}`]))
}

/**
 * Cuts an angle into its parts.
 *
 * @throws SyntaxError at the first token or character that cannot continue an angle
 */
export function tokenizeAngle(text: string): AngleTokens {
  const fields: number[] = []
  let sign = 1
  let unit: string | undefined
  let kinds = ''
  let at = 0
  for (;;) {
    while (text[at] === ' ') at++
    if (at >= text.length) break
    const token = tokenAt(text, at)
    kinds += token.kind
    if (!PREFIXES.has(kinds)) throw noAngle(text)
    if (token.kind === 'U' || token.kind === 'F')
      fields.push(Number(token.text.replace('\u2212', '-')))
    else if (isNegative(token)) sign = -sign
    unit ??= token.unit
    at += token.text.length
  }
  if (!SENTENCES.has(kinds)) throw noAngle(text)
  return { sign, fields, unit }
}

interface Token {
  readonly kind: string
  readonly text: string
  readonly unit: string | undefined
}

function tokenAt(text: string, at: number): Token {
  const rest = text.slice(at)
  for (const { kind, pattern, unit } of TOKENS) {
    const match = pattern.exec(rest)
    if (match !== null) return { kind, text: match[0], unit }
  }
  // Characters beyond the basic plane count once.
  const number = [...text.slice(0, at)].length + 1
  throw noAngle(text, `, in which character ${number} has no meaning`)
}

function isNegative({ kind, text }: Token): boolean {
  return (kind === 'S' && text !== '+') || (kind === 'E' && text === 'W') || text === 'S'
}

function noAngle(text: string, why = ''): SyntaxError {
  const expected = 'an angle such as 193.82, 12:55:17.2, 12h55m17.2s or -2d53m50s'
  return new SyntaxError(`expected ${expected}, got ${JSON.stringify(text)}${why}`)
}
