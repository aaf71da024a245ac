/**
 * Messages to the master: creating, listing, describing and dropping tables, and following the
 * procedures that do so in the background.
 */
import { decodeTableName, writeTableName } from './messages.js'
import { ProtoReader } from './protobuf-reader.js'
import { ProtoWriter } from './protobuf-writer.js'

/** A column family and its settings. */
export interface FamilyDescription {
  readonly name: string
  /** Such as `COMPRESSION` to `LZ4`; what is absent has the server's default. */
  readonly settings: Readonly<Record<string, string>>
}

/** A table as the master describes it. */
export interface TableDescription {
  readonly name: string
  readonly families: readonly FamilyDescription[]
}

/** `CreateTableRequest`; `splitKeys` are the boundaries between its first regions. */
export function encodeCreateTable(
  table: TableDescription,
  splitKeys: readonly Uint8Array[],
): Buffer {
  const writer = new ProtoWriter().message(1, schema => {
    schema.message(1, name => writeTableName(name, table.name))
    for (const family of table.families) {
      schema.message(3, inner => {
        inner.text(1, family.name)
        for (const [name, value] of Object.entries(family.settings)) {
          inner.message(2, pair => pair.text(1, name).text(2, value))
        }
      })
    }
  })
  for (const key of splitKeys) writer.bytes(2, key)
  return writer.finish()
}

/** `EnableTableRequest`, `DisableTableRequest` and `DeleteTableRequest`, which are alike. */
export function encodeTableRequest(table: string): Buffer {
  return new ProtoWriter().message(1, name => writeTableName(name, table)).finish()
}

/** `GetTableDescriptorsRequest` for one table. */
export function encodeDescribeTable(table: string): Buffer {
  return new ProtoWriter()
    .message(1, name => writeTableName(name, table))
    .bool(3, false)
    .finish()
}

/** `GetTableNamesRequest` for the tables of users. */
export function encodeTableNames(): Buffer {
  return new ProtoWriter().bool(2, false).finish()
}

/** `GetTableNamesResponse`. */
export function decodeTableNames(message: Buffer): string[] {
  const names: string[] = []
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field === 1) names.push(decodeTableName(reader.message()))
  }
  return names
}

function decodePair(reader: ProtoReader): [string, string] {
  let first = ''
  let second = ''
  while (reader.next()) {
    if (reader.field === 1) first = reader.text()
    else if (reader.field === 2) second = reader.text()
  }
  return [first, second]
}

function decodeFamily(reader: ProtoReader): FamilyDescription {
  let name = ''
  const settings: [string, string][] = []
  while (reader.next()) {
    if (reader.field === 1) name = reader.text()
    else if (reader.field === 2) settings.push(decodePair(reader.message()))
  }
  return { name, settings: Object.fromEntries(settings) }
}

function decodeTable(reader: ProtoReader): TableDescription {
  let name = ''
  const families: FamilyDescription[] = []
  while (reader.next()) {
    if (reader.field === 1) name = decodeTableName(reader.message())
    else if (reader.field === 3) families.push(decodeFamily(reader.message()))
  }
  return { name, families }
}

/** `GetTableDescriptorsResponse`. */
export function decodeTableDescriptions(message: Buffer): TableDescription[] {
  const tables: TableDescription[] = []
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field === 1) tables.push(decodeTable(reader.message()))
  }
  return tables
}

/** Procedure id of the answers to requests that the master works on in the background. */
export function decodeProcedureId(message: Buffer): bigint | undefined {
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field === 1) return reader.uint64()
  }
  return undefined
}

/** `GetProcedureResultRequest`. */
export function encodeProcedureResult(procedureId: bigint): Buffer {
  return new ProtoWriter().uint64(1, procedureId).finish()
}

/** State of a background procedure. */
export interface ProcedureState {
  readonly isRunning: boolean
  /** Set when it failed. */
  readonly exception: { readonly className: string; readonly message: string } | undefined
}

const PROCEDURE_RUNNING = 1

function decodeForeignException(reader: ProtoReader): ProcedureState['exception'] {
  const exception = { className: '', message: '' }
  while (reader.next()) {
    if (reader.field !== 2) continue
    const generic = reader.message()
    while (generic.next()) {
      if (generic.field === 1) exception.className = generic.text()
      else if (generic.field === 2) exception.message = generic.text()
    }
  }
  return exception
}

/** `GetProcedureResultResponse`. */
export function decodeProcedureState(message: Buffer): ProcedureState {
  let state = 0
  let exception: ProcedureState['exception']
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field === 1) state = reader.uint()
    else if (reader.field === 5) exception = decodeForeignException(reader.message())
  }
  return { isRunning: state === PROCEDURE_RUNNING, exception }
}
