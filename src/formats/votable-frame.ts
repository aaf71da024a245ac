/**
 * What surrounds the rows of a VOTable 1.4 document: systems, fields, status. It follows the IVOA
 * recommendations VOTable 1.4 and DALI 1.1 (status, overflow); see votable.ts for the rows.
 */
import type { ColumnType, TableColumn, TableFacts } from './table.js'
import { escapeXml, toXmlId } from './xml-text.js'

const POSITION_SYSTEM = 'icrs'
const TIME_SYSTEM = 'time'

const DATATYPES: Readonly<Record<ColumnType, string>> = {
  string: 'datatype="unicodeChar" arraysize="*"',
  timestamp: 'datatype="unicodeChar" arraysize="*"',
  json: 'datatype="unicodeChar" arraysize="*"',
  integer: 'datatype="long"',
  long: 'datatype="long"',
  float: 'datatype="double"',
  double: 'datatype="double"',
  boolean: 'datatype="boolean"',
}

/** Start of a document, up to and including the last FIELD. */
export function votableStart(columns: readonly TableColumn[], facts: TableFacts): string {
  const systems = systemLines(columns, facts)
  const description = facts.title === undefined ? [] : [describe(facts.title)]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
    '<RESOURCE type="results">',
    ...description,
    '<INFO name="QUERY_STATUS" value="OK"/>',
    ...systems,
    '<TABLE>',
    ...fieldLines(columns, facts),
    '',
  ].join('\n')
}

/** End of a document, from the end of the TABLE on; says so when rows were left out. */
export function votableEnd(facts: TableFacts): string {
  const overflow = facts.isTruncated ? overflowLine(facts.truncatedCount) : ''
  return `</TABLE>\n${overflow}</RESOURCE>\n</VOTABLE>\n`
}

function overflowLine(count: number | undefined): string {
  const start = '<INFO name="QUERY_STATUS" value="OVERFLOW"'
  return count === undefined ? `${start}/>\n` : `${start}>${count} more rows</INFO>\n`
}

function systemLines(columns: readonly TableColumn[], facts: TableFacts): string[] {
  const used = new Set(columns.map(column => systemOf(column, facts)))
  const lines: string[] = []
  if (used.has(POSITION_SYSTEM)) lines.push(`<COOSYS ID="${POSITION_SYSTEM}" system="ICRS"/>`)
  if (used.has(TIME_SYSTEM) && facts.timeSystem !== undefined) {
    const { scale, origin } = facts.timeSystem
    // Times are those of the exposure, read at the telescope.
    const system = `timescale="${scale}" timeorigin="${origin}" refposition="TOPOCENTER"`
    lines.push(`<TIMESYS ID="${TIME_SYSTEM}" ${system}/>`)
  }
  return lines
}

/** Equatorial angles belong to the position system, points in time (days) to the time system. */
function systemOf(column: TableColumn, facts: TableFacts): string | undefined {
  if (column.ucd?.startsWith('pos.eq.') && column.unit === 'deg') return POSITION_SYSTEM
  const isTime =
    /^time\.(epoch|start|end|processing)\b/.test(column.ucd ?? '') && column.unit === 'd'
  return isTime && facts.timeSystem !== undefined ? TIME_SYSTEM : undefined
}

function fieldLines(columns: readonly TableColumn[], facts: TableFacts): string[] {
  const ids = new Set([POSITION_SYSTEM, TIME_SYSTEM])
  return columns.map(column => {
    const id = freeId(toXmlId(column.name), ids)
    const attributes = `ID="${id}" name="${escapeXml(column.name)}" ${DATATYPES[column.type]}`
    const more =
      attribute('unit', column.unit) +
      attribute('ucd', column.ucd) +
      attribute('ref', systemOf(column, facts))
    if (column.description === undefined) return `<FIELD ${attributes}${more}/>`
    return `<FIELD ${attributes}${more}>${describe(column.description)}</FIELD>`
  })
}

function describe(text: string): string {
  return `<DESCRIPTION>${escapeXml(text)}</DESCRIPTION>`
}

function attribute(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}="${escapeXml(value)}"`
}

/** The identifier, with a number behind it when it is taken already. */
function freeId(id: string, taken: Set<string>): string {
  let free = id
  for (let number = 2; taken.has(free); number++) free = `${id}_${number}`
  taken.add(free)
  return free
}
