/** What queries may reach beside the store: remote services and the files of published tables. */
import type { Compressors } from 'hyparquet'
import type { Datalake } from '../datalake/datalake.js'
import type { Remotes } from '../upstream/remotes.js'

/** Published tables as Parquet files in a lake. */
export interface TableLake {
  readonly lake: Datalake
  /** By the names of the codecs of Parquet. */
  readonly decompressors: Compressors
}

/** Sources outside the store. */
export interface OuterSources {
  /** Name resolvers, ephemerides, sky maps. */
  readonly remotes: Remotes
  /** Opens the lake with the tables of Solar System objects; undefined when there is none. */
  readonly openTableLake: () => Promise<TableLake | undefined>
}
