/** Column families of tables, asked of the master where the schema row does not tell them. */

import { familyOf } from '../reads/row-cells.js'
import type { HBaseTables } from './client-tables.js'
import type { StoredSchema } from './schema-row.js'

/** Families of the columns of a schema row. */
export function schemaFamilies(schema: StoredSchema): Set<string> {
  return new Set([...schema.columns.keys()].map(familyOf))
}

/** The families of the tables of one cluster; families are not expected to go away. */
export class TableFamilies {
  readonly #client: HBaseTables
  readonly #known = new Map<string, ReadonlySet<string>>()

  constructor(client: HBaseTables) {
    this.#client = client
  }

  /**
   * Families among which all that are asked for are, when the table has them.
   *
   * @throws StoreError when they cannot be read
   */
  async covering(
    table: string,
    schema: StoredSchema,
    names: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const told = schemaFamilies(schema)
    if (names.every(name => told.has(familyOf(name)))) return told
    const known = this.#known.get(table)
    if (known !== undefined && names.every(name => known.has(familyOf(name)))) return known
    return this.all(table, schema)
  }

  /** All families; those of the schema row when the master does not tell of the table. */
  async all(table: string, schema: StoredSchema): Promise<ReadonlySet<string>> {
    const description = await this.#client.describeTable(table)
    const families =
      description === undefined
        ? schemaFamilies(schema)
        : new Set(description.families.map(({ name }) => name))
    this.#known.set(table, families)
    return families
  }
}
