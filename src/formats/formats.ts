/** The output formats by the name that `output-format` gives them. */
import { csvFormat } from './csv.js'
import { jsonFormat } from './json.js'
import { parquetFormat } from './parquet.js'
import type { TableFormat } from './table.js'
import { votableFormat } from './votable.js'

/** Every output format; the first is the default. */
export const FORMATS: readonly TableFormat[] = [jsonFormat, csvFormat, votableFormat, parquetFormat]

/** The output formats by name. */
export const FORMATS_BY_NAME: ReadonlyMap<string, TableFormat> = new Map(
  FORMATS.map(format => [format.name, format]),
)
