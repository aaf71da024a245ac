/** Placeholder until the tables are in. */
import type { TableSpec } from '../table-spec.js'

export const ZTF_TABLES: readonly TableSpec[] = []
