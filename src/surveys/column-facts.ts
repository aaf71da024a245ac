/**
 * What is known about the columns of answers, written as small tables of text, and the document
 * that the schema route makes of it.
 */

/** Avro type of a column as schema documents show it: a name, or a union of names. */
export type SchemaType = string | readonly string[]

/** Name, type, meaning, unit and place of a column. */
export interface ColumnFacts {
  /** With its family: `i:magpsf`. */
  readonly name: string
  /** As schema documents show it; the stored type may differ. */
  readonly type: SchemaType
  /** Unit in the notation of VOUnits 1.1, UCD in that of UCD1+; absent when there is none. */
  readonly unit?: string | undefined
  readonly ucd?: string | undefined
  readonly description: string
}

/** A titled group of columns in a schema document. */
export interface FactsSection {
  readonly title: string
  readonly columns: readonly ColumnFacts[]
}

/** Sections by title, in each of them the columns by name without family. */
export type SchemaDocument = Record<string, Record<string, { type: SchemaType; doc: string }>>

/**
 * Reads facts from lines `name | type | unit | ucd | description`, with an empty field for what a
 * column does not have. A type `float?` is the union `["null", "float"]`.
 *
 * @param family put in front of the names with a colon; none when empty
 * @throws SyntaxError when a line has not five fields or lacks name, type or description
 */
export function parseFacts(family: string, text: string): ColumnFacts[] {
  return text
    .trim()
    .split('\n')
    .map(line => parseLine(family === '' ? '' : `${family}:`, line))
}

function parseLine(prefix: string, line: string): ColumnFacts {
  const fields = line.split('|').map(field => field.trim())
  const [name = '', type = '', unit, ucd, description = ''] = fields
  if (fields.length !== 5 || name === '' || type === '' || description === '') {
    throw new SyntaxError(`Cannot read column facts "${line}": expected five fields`)
  }
  return {
    name: prefix + name,
    type: type.endsWith('?') ? ['null', type.slice(0, -1)] : type,
    ...(unit && { unit }),
    ...(ucd && { ucd }),
    description,
  }
}

/**
 * The facts by column name.
 *
 * @throws RangeError when a name occurs twice
 */
export function toFactsMap(facts: readonly ColumnFacts[]): ReadonlyMap<string, ColumnFacts> {
  const map = new Map(facts.map(fact => [fact.name, fact]))
  const twice = facts.find(fact => map.get(fact.name) !== fact)
  if (twice !== undefined) throw new RangeError(`Column "${twice.name}" is described twice`)
  return map
}

/** Sections with their columns in name order (code points), as a JSON object. */
export function schemaDocument(sections: readonly FactsSection[]): SchemaDocument {
  return Object.fromEntries(
    sections.map(({ title, columns }) => {
      const entries = columns.map(
        ({ name, type, description }) =>
          [name.slice(name.indexOf(':') + 1), { type, doc: description }] as const,
      )
      entries.sort(([a], [b]) => (a < b ? -1 : 1))
      return [title, Object.fromEntries(entries)]
    }),
  )
}
