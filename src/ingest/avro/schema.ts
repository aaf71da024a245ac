/**
 * Avro schemas of alert files made usable: invalid defaults are dropped (ZTF's own schemas have
 * them), 64-bit integers become bigint, and a projection keeps only what is asked for, so that
 * stamps and forced photometry are skipped instead of decoded.
 */
import avro, { type Type } from 'avsc'
import { createAvroSkip } from './skip.js'

const { ArrayType, LogicalType, LongType, MapType, RecordType } = avro.types
const { UnwrappedUnionType, WrappedUnionType } = avro.types

/** Parts of a record to keep; an empty map keeps everything below. */
interface Wanted extends Map<string, Wanted> {}

/** Decodes the wanted parts of records one after the other. */
export interface AvroDecoder {
  /** What a path of the record leads to, undefined when there is no such thing. */
  find(path: string): 'value' | 'record' | 'other' | undefined
  /**
   * The wanted parts of the record at `start`, and where it ends. For records that `skip` has
   * passed over: the library believes their lengths.
   *
   * @throws RangeError when the record is cut off, Error when it does not follow the schema
   */
  decode(bytes: Buffer, start: number): { readonly value: unknown; readonly end: number }
  /**
   * Where the record at `start` ends; every length in it is checked.
   *
   * @throws RangeError when the record is cut off, or claims more than there is
   */
  skip(bytes: Buffer, start: number): number
}

/** 64-bit integers of Avro as bigint, all their digits. */
export const exactLong = LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
})

/**
 * Decoder for records written with the schema.
 *
 * @param schema JSON text of the writer's schema
 * @param paths parts of the record to decode, see `CellField.path`
 * @throws SyntaxError when the text is not JSON, Error when it is no valid schema of a record
 */
export function parseAvroSchema(schema: string, paths: readonly string[]): AvroDecoder {
  const writer = toType(withoutDefaults(JSON.parse(schema)))
  if (!(writer instanceof RecordType)) throw new TypeError('its records are no records')
  const reader = toType(project(writer, toWanted(paths), new Set()))
  const resolver = reader.createResolver(writer)
  return {
    find: path => findPath(writer, path.split('.')),
    decode(bytes, start) {
      const { value, offset } = reader.decode(bytes, start, resolver)
      return { value, end: checkedEnd(offset) }
    },
    skip: createAvroSkip(writer),
  }
}

function checkedEnd(offset: number): number {
  if (offset < 0) throw new RangeError('a record is longer than its block')
  return offset
}

function toType(schema: unknown): Type {
  // The library checks the schema itself and throws when it is not one.
  return avro.Type.forSchema(schema as Parameters<typeof avro.Type.forSchema>[0], {
    registry: { long: exactLong },
    omitRecordMethods: true,
  })
}

function branchesOf(type: Type): readonly Type[] | undefined {
  return type instanceof UnwrappedUnionType || type instanceof WrappedUnionType
    ? type.types
    : undefined
}

function withoutDefaults(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDefaults)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(([name]) => name !== 'default' && name !== 'doc')
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutDefaults(value)]))
}

function toWanted(paths: readonly string[]): Wanted {
  const root: Wanted = new Map()
  for (const path of paths) {
    let node = root
    for (const part of path.split('.')) {
      const next: Wanted = node.get(part) ?? new Map()
      node.set(part, next)
      node = next
    }
  }
  return root
}

/** Schema of the wanted parts of a type; each named type is defined once, where it is first met. */
function project(type: Type, wanted: Wanted, known: Set<string>): unknown {
  const branches = branchesOf(type)
  if (branches !== undefined) return branches.map(branch => project(branch, wanted, known))
  if (type instanceof ArrayType) {
    return { type: 'array', items: project(type.itemsType, wanted, known) }
  }
  if (type instanceof MapType) {
    return { type: 'map', values: project(type.valuesType, new Map(), known) }
  }
  if (type instanceof LogicalType) return project(type.underlyingType, wanted, known)
  if (type instanceof LongType) return 'long'
  if (!(type instanceof RecordType)) return type.schema()
  const name = type.name ?? ''
  if (known.has(name)) return name
  known.add(name)
  const fields = type.fields.filter(field => wanted.size === 0 || wanted.has(field.name))
  return {
    type: 'record',
    name,
    fields: fields.map(field => ({
      name: field.name,
      type: project(field.type, wanted.get(field.name) ?? new Map(), known),
    })),
  }
}

function findPath(type: Type, parts: readonly string[]): ReturnType<AvroDecoder['find']> {
  const branches = branchesOf(type)?.filter(({ typeName }) => typeName !== 'null')
  if (branches !== undefined) {
    const found = branches.map(branch => findPath(branch, parts))
    return found.find(kind => kind !== undefined)
  }
  if (type instanceof ArrayType) {
    return parts.length === 0 ? 'other' : findPath(type.itemsType, parts)
  }
  const [part, ...rest] = parts
  if (type instanceof MapType) return part === undefined ? 'other' : findPath(type.valuesType, rest)
  if (type instanceof RecordType) {
    if (part === undefined) return 'record'
    const field = type.fields.find(({ name }) => name === part)
    return field === undefined ? undefined : findPath(field.type, rest)
  }
  return part === undefined ? 'value' : undefined
}
