/** Values of Parquet files as the columns of answers: types, and texts for what is nested. */
import type { SchemaTree } from 'hyparquet'
import type { ColumnType, ColumnValues } from '../../formats/table.js'
import { formatFloat } from '../../rows/number-text.js'

/** True for lists, records and JSON texts. */
export function isNested({ element, children }: SchemaTree): boolean {
  return children.length > 0 || element.converted_type === 'JSON'
}

/** Type of an answer column for a field of a Parquet schema that is not nested. */
export function columnTypeOf({ element }: SchemaTree): ColumnType {
  switch (element.type) {
    case 'DOUBLE':
      return 'double'
    case 'FLOAT':
      return 'float'
    case 'BOOLEAN':
      return 'boolean'
    case 'INT32':
      return isPlainInteger(element.converted_type) ? 'integer' : 'string'
    case 'INT64':
      return isPlainInteger(element.converted_type) ? 'long' : 'string'
    default:
      return 'string'
  }
}

function isPlainInteger(convertedType: string | undefined): boolean {
  return convertedType === undefined || /^U?INT_/.test(convertedType)
}

/** The values of a field, as hyparquet gives them, for a column of that type; what is nested as JSON. */
export function toColumnValues(
  field: SchemaTree,
  type: ColumnType,
  values: readonly unknown[],
): ColumnValues {
  switch (type) {
    case 'double':
      return { kind: 'numbers', values: Float64Array.from(values, toNumber) }
    case 'float':
      return { kind: 'numbers', values: Float64Array.from(values, shortFloat) }
    case 'integer':
    case 'long':
      return { kind: 'integers', values: values.map(toInteger) }
    case 'boolean':
      return {
        kind: 'booleans',
        values: values.map(value => (isMissing(value) ? null : value === true)),
      }
    case 'json':
      return { kind: 'json', values: values.map(value => toBytes(toJsonText(value, field))) }
    default: {
      const write = isNested(field) ? (value: unknown) => toJsonText(value, field) : toText
      return { kind: 'texts', values: values.map(write) }
    }
  }
}

const isMissing = (value: unknown): boolean => value === null || value === undefined

const toNumber = (value: unknown): number => (isMissing(value) ? Number.NaN : Number(value))

/** The double nearest to the shortest text of a 32-bit float, as alerts show them. */
function shortFloat(value: unknown): number {
  const number = toNumber(value)
  return Number.isFinite(number) ? Number(formatFloat(number)) : number
}

function toInteger(value: unknown): number | bigint | null {
  return typeof value === 'bigint' || typeof value === 'number' ? value : null
}

function toText(value: unknown): string | null {
  if (isMissing(value)) return null
  return value instanceof Date ? value.toISOString() : String(value)
}

/** True when the values at the bottom are 32-bit floats. */
function isFloatInside({ element, children }: SchemaTree): boolean {
  return children.length === 0 ? element.type === 'FLOAT' : children.every(isFloatInside)
}

function toJsonText(value: unknown, field: SchemaTree): string | null {
  return isMissing(value) ? null : toJson(value, isFloatInside(field))
}

const toBytes = (text: string | null): Uint8Array | null =>
  text === null ? null : Buffer.from(text)

function toJson(value: unknown, isFloat: boolean): string {
  if (isMissing(value)) return 'null'
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return 'null'
    return isFloat ? formatFloat(value) : String(value)
  }
  if (value instanceof Date) return JSON.stringify(value.toISOString())
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as Iterable<unknown>, item => toJson(item, isFloat)).join(',')}]`
  }
  const members = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}:${toJson(item, isFloat)}`,
  )
  return `{${members.join(',')}}`
}
