/**
 * The master of a scripted cluster: makes, lists, describes and drops tables, and says where the
 * catalog and the master are. For tests only.
 */
import { decodeReference, encodeReference } from './reference-messages.js'
import { regionInfo } from './scripted-catalog.js'
import type { ScriptedCall } from './scripted-frames.js'
import type { ScriptedResult } from './scripted-server.js'
import type { ScriptedTable } from './scripted-table.js'

const PACKAGE = 'org.apache.hadoop.hbase.'
const RUNNING = 1
const FINISHED = 2
const EMPTY = Buffer.alloc(0)

interface TableNameFields {
  readonly namespace: Buffer
  readonly qualifier: Buffer
}

/** A table to be made, as the master is told of it. */
export interface NewTableFields {
  readonly table_schema: {
    readonly table_name: TableNameFields
    readonly column_families: readonly { readonly name: Buffer }[]
  }
  readonly split_keys: readonly Buffer[]
}

/** What the master works with. */
export interface MasterOptions {
  readonly tables: Map<string, ScriptedTable>
  readonly createTable: (
    name: string,
    about: { readonly families: readonly string[]; readonly splitKeys: readonly string[] },
  ) => void
  /** Ports of the catalog's server and of the master. */
  readonly ports: () => { readonly catalog: number; readonly master: number }
}

/** See the head of the file. */
export class ScriptedMaster {
  readonly #options: MasterOptions
  /** How often a procedure is still running when it is asked after. */
  runningAnswers = 0
  #stillRunning = 0
  #procedures = 0n

  constructor(options: MasterOptions) {
    this.#options = options
  }

  /** Answers a call to the master or the registry; undefined when there is no such method. */
  answer({ method, param }: ScriptedCall): ScriptedResult | undefined {
    switch (method) {
      case 'GetMetaRegionLocations':
        return this.#catalogPlace()
      case 'GetActiveMaster':
        return message('GetActiveMasterResponse', {
          server_name: serverName(this.#options.ports().master),
        })
      case 'CreateTable':
        return this.#create(decodeReference<NewTableFields>('CreateTableRequest', param))
      case 'EnableTable':
      case 'DisableTable':
      case 'DeleteTable':
        return this.#change(method, param)
      case 'getProcedureResult':
        return message('GetProcedureResultResponse', {
          state: this.#stillRunning-- > 0 ? RUNNING : FINISHED,
        })
      case 'GetTableNames':
        return message('GetTableNamesResponse', {
          table_names: [...this.#options.tables.keys()].map(tableName),
        })
      case 'GetTableDescriptors':
        return this.#describe(param)
      default:
        return undefined
    }
  }

  #catalogPlace(): ScriptedResult {
    const region = { startKey: EMPTY, endKey: EMPTY, regionId: 1 }
    const location = {
      region_info: regionInfo('meta', region, false),
      server_name: serverName(this.#options.ports().catalog),
      seq_num: 1,
    }
    return message('GetMetaRegionLocationsResponse', { meta_locations: [location] })
  }

  #create({ table_schema: schema, split_keys: splits }: NewTableFields): ScriptedResult {
    const { tables, createTable } = this.#options
    const name = schema.table_name.qualifier.toString()
    if (tables.has(name)) return refusal('TableExistsException', name)
    createTable(name, {
      families: schema.column_families.map(family => family.name.toString()),
      splitKeys: splits.map(key => key.toString('latin1')),
    })
    return this.#started()
  }

  #change(method: string, param: Buffer): ScriptedResult {
    const { table_name: wanted } = decodeReference<{ table_name: TableNameFields }>(
      'TableRequest',
      param,
    )
    const name = wanted.qualifier.toString()
    const table = this.#options.tables.get(name)
    if (table === undefined) return refusal('TableNotFoundException', name)
    if (method !== 'EnableTable' && method !== 'DisableTable') {
      if (table.isEnabled) return refusal('TableNotDisabledException', name)
      this.#options.tables.delete(name)
    } else table.isEnabled = method === 'EnableTable'
    return this.#started()
  }

  #started(): ScriptedResult {
    this.#stillRunning = this.runningAnswers
    return message('CreateTableResponse', { proc_id: String(++this.#procedures) })
  }

  #describe(param: Buffer): ScriptedResult {
    const { table_names: wanted } = decodeReference<{ table_names: TableNameFields[] }>(
      'GetTableDescriptorsRequest',
      param,
    )
    const found = wanted.flatMap(({ qualifier }) => {
      const table = this.#options.tables.get(qualifier.toString())
      return table === undefined ? [] : [table]
    })
    return message('GetTableDescriptorsResponse', {
      table_schema: found.map(({ name, families = [] }) => ({
        table_name: tableName(name),
        column_families: families.map(family => ({ name: Buffer.from(family) })),
      })),
    })
  }
}

function message(type: string, values: Readonly<Record<string, unknown>>): ScriptedResult {
  return { message: encodeReference(type, values) }
}

function refusal(name: string, about: string): ScriptedResult {
  return { exception: { className: PACKAGE + name, message: about, doNotRetry: true } }
}

function serverName(port: number) {
  return { host_name: '127.0.0.1', port, start_code: 1 }
}

function tableName(name: string): TableNameFields {
  return { namespace: Buffer.from('default'), qualifier: Buffer.from(name) }
}
