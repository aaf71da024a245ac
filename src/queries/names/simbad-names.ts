/** What SIMBAD knows about a name, as a table: one row an entry, columns in its order. */
import { computedTable, type TableColumn } from '../../formats/table.js'
import { parseFacts, toFactsMap } from '../../surveys/column-facts.js'
import type { Sesame, SesameEntry } from '../../upstream/sesame.js'
import type { LimitedTable } from '../alerts/limited-rows.js'

const FACTS = toFactsMap(
  parseFacts(
    '',
    `
name    | string |     | meta.id.parent | Catalogue that gave the entry
INFO    | string |     | meta.note      | Remarks of the service
oid     | string |     | meta.id        | Number of the object in SIMBAD
otype   | string |     | src.class      | Type of the object
jpos    | string |     | pos.eq         | Position as text, J2000
jradeg  | double | deg | pos.eq.ra      | Right ascension, J2000
jdedeg  | double | deg | pos.eq.dec     | Declination, J2000
refPos  | string |     | meta.bib       | Publication that the position is from
z       | double |     | src.redshift   | Redshift, or where the answer has it by parts nothing
MType   | string |     | src.morph.type | Morphological type
oname   | string |     | meta.id;meta.main | Main name of the object
nrefs   | long   |     | meta.number    | Number of publications about the object
`,
  ),
)

/** Asks SIMBAD for a name. */
export async function findInSimbad(
  sesame: Sesame,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<LimitedTable> {
  const entries = await sesame.find(name, signal)
  const names = [...new Set(entries.flatMap(entry => [...entry.keys()]))]
  const columns = names.map(column => toColumn(column, entries))
  return { table: computedTable(columns, entries.length), isTruncated: false }
}

function toColumn(name: string, entries: readonly SesameEntry[]): TableColumn {
  const { unit, ucd, description } = FACTS.get(name) ?? {}
  const column = { name, unit, ucd, description }
  const cells = entries.map(entry => entry.get(name) ?? null)
  if (cells.some(cell => typeof cell === 'string')) {
    const texts = cells.map(cell => (cell === null ? null : String(cell)))
    return { ...column, type: 'string', values: { kind: 'texts', values: texts } }
  }
  const numbers = cells.map(cell => (cell === null ? Number.NaN : Number(cell)))
  if (numbers.every(Number.isSafeInteger)) {
    return { ...column, type: 'long', values: { kind: 'integers', values: numbers } }
  }
  const values = Float64Array.from(numbers)
  return { ...column, type: 'double', values: { kind: 'numbers', values } }
}
