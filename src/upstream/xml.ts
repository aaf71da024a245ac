/**
 * A small reader of XML 1.0 documents from other services: elements, attributes, text, CDATA and
 * the five named and the numeric references. Document types are refused, so that entities cannot
 * grow; namespaces and processing instructions mean nothing here.
 */

/** An element. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** All text directly inside, without that of the children. */
  readonly text: string
}

/** Most elements inside each other, and of a document. */
const MAX_DEPTH = 32
const MAX_ELEMENTS = 20_000

const NAME = String.raw`[A-Za-z_:][\w:.\-]*`
const ATTRIBUTE = String.raw`\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*')`
const OPENING = new RegExp(String.raw`<(${NAME})((?:${ATTRIBUTE})*)\s*(/?)>`, 'y')
const CLOSING = new RegExp(String.raw`</(${NAME})\s*>`, 'y')
const CHARACTERS = /[^<]+/y
const CDATA = /<!\[CDATA\[([\s\S]*?)\]\]>/y
const SKIPPED = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>/y
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w+));|&/g
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

interface OpenElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  text: string
}

/**
 * The root element of a document.
 *
 * @throws SyntaxError when the text is not a well-formed document of the kind above
 */
export function parseXml(text: string): XmlElement {
  const scanner = new Scanner(text.replace(/^\ufeff/, ''))
  // Stands for the document, so that the root is a child like any other.
  const stack: OpenElement[] = [openElement('', new Map())]
  let elements = 0
  while (!scanner.isAtEnd) {
    const top = stack[stack.length - 1]!
    const opening = scanner.take(OPENING)
    if (opening !== undefined) {
      if (++elements > MAX_ELEMENTS) throw new SyntaxError('expected fewer elements')
      const element = openElement(opening[1]!, readAttributes(opening[2]!))
      top.children.push(element)
      if (opening[3] === '') stack.push(element)
      if (stack.length > MAX_DEPTH) throw new SyntaxError('expected fewer elements in each other')
      continue
    }
    const closing = scanner.take(CLOSING)
    if (closing !== undefined) {
      if (stack.length < 2 || closing[1] !== top.name) throw scanner.unexpected()
      stack.pop()
      continue
    }
    const characters = scanner.take(CHARACTERS)
    if (characters !== undefined) top.text += decodeReferences(characters[0])
    else if (scanner.take(SKIPPED) === undefined) top.text += scanner.require(CDATA)[1]!
  }
  return rootOf(stack, scanner)
}

function rootOf([document, ...open]: readonly OpenElement[], scanner: Scanner): XmlElement {
  const root = document?.children[0]
  const isWhole = open.length === 0 && document?.children.length === 1
  if (root === undefined || !isWhole || document?.text.trim() !== '') throw scanner.unexpected()
  return root
}

function openElement(name: string, attributes: ReadonlyMap<string, string>): OpenElement {
  return { name, attributes, children: [], text: '' }
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = '', quoted = ''] of text.matchAll(/([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g)) {
    if (attributes.has(name)) throw new SyntaxError(`expected one attribute "${name}"`)
    attributes.set(name, decodeReferences(quoted.slice(1, -1)))
  }
  return attributes
}

function decodeReferences(text: string): string {
  return text.replace(REFERENCE, (reference, decimal?: string, hex?: string, name = '') => {
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    const character = Number.isNaN(code) ? NAMED[name] : characterOf(code)
    if (character !== undefined) return character
    throw new SyntaxError(`expected a known character, got "${reference}"`)
  })
}

function characterOf(code: number): string | undefined {
  const isOne = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  return isOne ? String.fromCodePoint(code) : undefined
}

/** Goes through a text by patterns that match at its place. */
class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** Moves on behind a match, if there is one here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#at += match[0].length
    return match
  }

  /** @throws SyntaxError when there is no match here */
  require(pattern: RegExp): RegExpExecArray {
    const match = this.take(pattern)
    if (match === undefined) throw this.unexpected()
    return match
  }

  unexpected(): SyntaxError {
    const found = this.isAtEnd ? 'the end' : `"${this.#text.slice(this.#at, this.#at + 20)}"`
    return new SyntaxError(`expected XML, got ${found} at character ${this.#at}`)
  }
}
