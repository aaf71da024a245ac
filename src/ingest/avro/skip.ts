/**
 * Walks over Avro values by their schema, without making anything of them, and checks every length
 * against what is left. The library does not: what it reads behind the end of its bytes are zeros,
 * and a count of billions keeps it busy for as long.
 */
import avro, { type Type } from 'avsc'

const { ArrayType, BooleanType, BytesType, DoubleType, EnumType, FixedType, FloatType } = avro.types
const { IntType, LogicalType, LongType, MapType, NullType, RecordType, StringType } = avro.types
const { UnwrappedUnionType, WrappedUnionType } = avro.types

/** A place in some bytes. */
interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

type Walk = (cursor: Cursor) => void

const MAX_VARINT_BYTES = 10

/**
 * Makes a function that gives the end of the value at `start`.
 *
 * @returns throws RangeError when the value is cut off, or claims more than there is
 */
export function createAvroSkip(type: Type): (bytes: Uint8Array, start: number) => number {
  const walk = walkOf(type, new Map())
  return (bytes, start) => {
    const cursor = { bytes, at: start }
    walk(cursor)
    return cursor.at
  }
}

/** Types may contain themselves, so that each is walked by way of a table. */
function walkOf(type: Type, known: Map<Type, Walk>): Walk {
  const walk = known.get(type)
  if (walk !== undefined) return walk
  let made: Walk = () => undefined
  known.set(type, cursor => made(cursor))
  made = makeWalk(type, inner => walkOf(inner, known))
  return made
}

function makeWalk(type: Type, walkOfPart: (type: Type) => Walk): Walk {
  if (type instanceof NullType) return () => undefined
  if (type instanceof BooleanType) return cursor => advance(cursor, 1)
  if (type instanceof IntType || type instanceof LongType) return skipVarint
  if (type instanceof FloatType) return cursor => advance(cursor, 4)
  if (type instanceof DoubleType) return cursor => advance(cursor, 8)
  if (type instanceof StringType || type instanceof BytesType) return skipBytes
  if (type instanceof FixedType) return cursor => advance(cursor, type.size)
  if (type instanceof EnumType) return skipIndex(type.symbols.length)
  if (type instanceof LogicalType) return walkOfPart(type.underlyingType)
  if (type instanceof ArrayType) return skipBlocks(walkOfPart(type.itemsType))
  if (type instanceof MapType) {
    const value = walkOfPart(type.valuesType)
    return skipBlocks(cursor => {
      skipBytes(cursor)
      value(cursor)
    })
  }
  if (type instanceof UnwrappedUnionType || type instanceof WrappedUnionType) {
    return skipBranch(type.types.map(walkOfPart))
  }
  if (type instanceof RecordType) return skipAll(type.fields.map(({ type }) => walkOfPart(type)))
  throw new TypeError(`values of type ${type.typeName} cannot be read`)
}

function skipAll(parts: readonly Walk[]): Walk {
  return cursor => {
    for (let i = 0; i < parts.length; i++) parts[i]!(cursor)
  }
}

function skipBranch(branches: readonly Walk[]): Walk {
  return cursor => {
    const index = readLong(cursor)
    const branch = branches[index]
    if (branch === undefined) throw new RangeError(`a union has no branch ${index}`)
    branch(cursor)
  }
}

function skipIndex(count: number): Walk {
  return cursor => {
    const index = readLong(cursor)
    if (!(index >= 0 && index < count)) throw new RangeError(`an enumeration has no ${index}`)
  }
}

/** Blocks of items up to an empty one; a negative count comes with a size in bytes. */
function skipBlocks(item: Walk): Walk {
  return cursor => {
    for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
      if (count < 0) skipVarint(cursor)
      // Also for items without bytes: nobody has more of them than that.
      const items = Math.abs(count)
      if (items > cursor.bytes.length - cursor.at) {
        throw new RangeError(`a list claims ${items} items`)
      }
      for (let i = 0; i < items; i++) item(cursor)
    }
  }
}

function skipBytes(cursor: Cursor): void {
  advance(cursor, readLong(cursor))
}

function advance(cursor: Cursor, count: number): void {
  if (!(count >= 0 && count <= cursor.bytes.length - cursor.at)) {
    throw new RangeError('a record is longer than its block')
  }
  cursor.at += count
}

function skipVarint(cursor: Cursor): void {
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    if (nextByte(cursor) < 0x80) return
  }
  throw new RangeError('an integer has no end')
}

/** A zigzag integer; those beyond 2^53 come out rounded, which is far too large for any use. */
function readLong(cursor: Cursor): number {
  let value = 0
  let scale = 1
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = nextByte(cursor)
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    scale *= 128
  }
  throw new RangeError('an integer has no end')
}

function nextByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at]
  if (byte === undefined) throw new RangeError('a record is longer than its block')
  cursor.at++
  return byte
}
