/** Turns decoded Avro records into batches; everything that depends on the schema is done once. */
import { type AlertBatch, type AlertFields, consecutive } from '../alert-batch.js'
import { type CastProblems, castColumn, castLists } from '../cell-cast.js'
import { type AvroDecoder, parseAvroSchema } from './schema.js'

/** A decoder and what makes batches of its records. */
export interface AvroReader {
  readonly decoder: AvroDecoder
  /** @param first position of the first record in its file */
  toBatch(records: readonly unknown[], first: number): AlertBatch
}

/** Readers by schema text: many files of one alert each share a schema of 70 kB. */
export type AvroReaders = (schema: string) => AvroReader

/** Most schemas that are remembered. */
const MAX_SCHEMAS = 64

/**
 * Makes readers for the fields, remembering them for as long as one ingest runs. A reader throws
 * like `parseAvroSchema`.
 */
export function createAvroReaders(fields: AlertFields): AvroReaders {
  const known = new Map<string, AvroReader>()
  const paths = [...fields.cells, ...fields.lists].map(({ path }) => path)
  return schema => {
    const reader = known.get(schema) ?? createReader(parseAvroSchema(schema, paths), fields)
    if (known.size >= MAX_SCHEMAS) known.clear()
    known.set(schema, reader)
    return reader
  }
}

type Extract = (record: unknown) => unknown

function createReader(decoder: AvroDecoder, fields: AlertFields): AvroReader {
  const cells = fields.cells.map(field =>
    decoder.find(field.path) === 'value' ? valueAt(field.path.split('.')) : undefined,
  )
  const lists = fields.lists.map(({ path }): Extract | undefined => {
    const kind = decoder.find(path)
    if (kind === 'record') return membersAt(path.split('.'))
    return kind === 'value' ? listAt(path.split('.')) : undefined
  })
  return {
    decoder,
    toBatch(records, first) {
      const problems: CastProblems = new Map()
      return {
        length: records.length,
        rows: consecutive(first, records.length),
        cells: fields.cells.map((field, i) => {
          const extract = cells[i]
          return extract && castColumn(records.map(extract), field, problems)
        }),
        lists: fields.lists.map((field, i) => {
          const extract = lists[i]
          return extract && castLists(records.map(extract), field, problems)
        }),
        problems,
      }
    },
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined
}

function valueAt(parts: readonly string[]): Extract {
  return record => {
    let value = record
    for (let i = 0; i < parts.length; i++) value = member(value, parts[i]!)
    return value
  }
}

function membersAt(parts: readonly string[]): Extract {
  const record = valueAt(parts)
  return alert => {
    const value = record(alert)
    return typeof value === 'object' && value !== null ? Object.values(value) : null
  }
}

/** Values of a member of the records in an array; the last part names the member. */
function listAt(parts: readonly string[]): Extract {
  const name = parts[parts.length - 1] ?? ''
  const array = valueAt(parts.slice(0, -1))
  return alert => {
    const list = array(alert)
    return Array.isArray(list) ? list.map(entry => member(entry, name)) : null
  }
}
