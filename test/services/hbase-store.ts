/** Many stores on one real HBase: each sees only the tables whose names begin with its prefix. */
import type { HBaseClient } from '../../src/store/hbase/client.js'
import type { HBaseTables } from '../../src/store/hbase/tables/client-tables.js'

/** The tables of a cluster with a prefix, under the names without it; `close` does nothing. */
export function prefixedTables(client: HBaseClient, prefix: string): HBaseTables {
  return {
    scan: (table, options) => client.scan(prefix + table, options),
    get: (table, get, limits) => client.get(prefix + table, get, limits),
    put: (table, rows, limits) => client.put(prefix + table, rows, limits),
    multi: (table, actions, limits) => client.multi(prefix + table, actions, limits),
    async tableNames(limits) {
      const names = await client.tableNames(limits)
      return names.filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length))
    },
    describeTable: (table, limits) => client.describeTable(prefix + table, limits),
    createTable: (table, limits) =>
      client.createTable({ ...table, name: prefix + table.name }, limits),
    close: () => undefined,
  }
}
