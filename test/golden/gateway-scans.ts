/**
 * Scans that the old gateway made, as requests to a store. What has no counterpart is left out:
 * regular expressions, substrings, conditions that pass rows without the column, formulas.
 */
import { readFileSync } from 'node:fs'
import { exactRange, type KeyRange, prefixRange, type ScanRequest } from '../../src/store/store.js'

/** A recorded scan. */
export interface GatewayScan {
  readonly name: string
  readonly table: string
  readonly setup: {
    readonly limit: number
    readonly range: boolean
    readonly reversed: boolean
    readonly evaluation: string | null
    /** Key of the schema row; empty for the newest. */
    readonly schema: string | null
  }
  readonly search: string
  readonly filter: string
  readonly rows?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly keys?: readonly string[]
  readonly error?: string
}

/** Reads the recorded scans. */
export function readScans(file: string): GatewayScan[] {
  return JSON.parse(readFileSync(file, 'utf8')) as GatewayScan[]
}

interface Term {
  readonly column: string
  readonly value: string
  readonly comparator: string
}

/** The key as a big-endian number plus one, as the gateway ends its ranges. */
function nextKey(key: string): Buffer {
  const next = Buffer.from(key)
  next[next.length - 1]! += 1
  return next
}

/** All keys from one to the other, both included. */
function between(first: Buffer, last: Buffer): KeyRange {
  return { start: first, end: Buffer.concat([last, Buffer.of(0)]) }
}

function parseTerms(search: string): Term[] {
  if (search === '') return []
  return search.split(',').map(term => {
    const [family = '', name = '', value = '', comparator = ''] = term.split(':')
    return { column: `${family}:${name}`, value, comparator }
  })
}

function rangesOf({ setup }: GatewayScan, terms: readonly Term[]): KeyRange[] | undefined {
  if (terms.length === 0) return [{ start: Buffer.alloc(0), end: Buffer.alloc(0) }]
  const { range, reversed } = setup
  const values = terms.map(({ value }) => value).sort()
  const [first = '', last = ''] = [values[0], values.at(-1)]
  const isBounded = terms.some(({ column }) => column !== 'key:key')
  if (isBounded && terms.length < 2) return [{ start: Buffer.from(first), end: Buffer.alloc(0) }]
  if (range || isBounded) {
    const isDown = reversed && nextKey(first).compare(Buffer.from(last)) <= 0
    if (reversed && !isDown) return []
    return [
      isDown
        ? between(nextKey(first), Buffer.from(last))
        : between(Buffer.from(first), nextKey(last)),
    ]
  }
  if (reversed) return undefined
  const prefixes = terms.map(({ value, comparator }) =>
    comparator === 'exact' ? exactRange(value) : prefixRange(value),
  )
  return prefixes.sort((a, b) => Buffer.compare(a.start, b.start))
}

function columnsOf(filter: string): string[] | undefined {
  const names = filter.split(',').filter(name => name !== '' && name !== 'key')
  return names.length === 0 || names.includes('*') ? undefined : names
}

function conditionOf({ setup, table }: GatewayScan, terms: readonly Term[]) {
  const [, name, text] = /^(\w+)\.equals\('([^']*)'\)$/.exec(setup.evaluation ?? '') ?? []
  if (name !== undefined && text !== undefined) {
    return { column: `${table === 'ztf.sso_cand' ? 'd' : 'i'}:${name}`, equals: text }
  }
  const [term] = terms
  return term === undefined ? undefined : { column: term.column, equals: term.value }
}

const UNLIKE = [
  /substring|regex|two parts|five parts|no schema|prefix or column|rows without it pass/,
  /on number|without family|blank|ends with colon|limit -1|range ignored|undecoded/,
  /evaluation (number|unknown|variable|limit)|missing table|unknown family|column prefix/,
  /schema row absent/,
]

/** The request, or undefined when the scan has no counterpart. */
export function toScanRequest(scan: GatewayScan): ScanRequest | undefined {
  if (UNLIKE.some(pattern => pattern.test(scan.name))) return undefined
  const terms = parseTerms(scan.search)
  const keyTerms = terms.filter(({ column }) => column.startsWith('key:'))
  const others = terms.filter(term => !keyTerms.includes(term))
  const ranges = rangesOf(scan, keyTerms)
  if (ranges === undefined) return undefined
  const where = conditionOf(scan, others)
  // A search by column reads that column alone when it is not told others.
  const columns = columnsOf(scan.filter) ?? (others.length > 0 ? [others[0]!.column] : undefined)
  const { limit, reversed } = scan.setup
  return { table: scan.table, ranges, columns, where, limit, reversed }
}
