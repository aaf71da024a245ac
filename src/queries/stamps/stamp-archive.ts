/** The stamps of the alerts of a survey, as queries and routes reach them. */
import { resolve } from 'node:path'
import type { Compressors } from 'hyparquet'
import { StampFiles } from '../../cutouts/files/stamp-files.js'
import type { StampRenderer } from '../../cutouts/pictures/render.js'
import type { Datalake } from '../../datalake/datalake.js'
import { parseLakeAddress } from '../../datalake/open.js'
import { toLakePath } from '../../datalake/stored-path.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import { StampCache } from './stamp-cache.js'

export { STAMP_KINDS, type StampKind } from '../../cutouts/files/stamp-hint.js'

/** A lake with files of stamps. */
export interface StampLake {
  readonly lake: Datalake
  /** By the names of the codecs of Parquet. */
  readonly decompressors: Compressors
  /** Limit of the memory for stamps that were read lately. */
  readonly maxStampBytes: number
  /**
   * Path in the lake of a file as the tables name it.
   *
   * @throws RangeError when it is not inside the lake
   */
  pathOf(stored: string): string
}

/** The files of one survey. */
export interface StampArchive extends Pick<StampLake, 'pathOf'> {
  readonly files: StampFiles
  readonly cache: StampCache
}

/** What routes about stamps need. */
export interface StampServices {
  readonly renderer: StampRenderer
  /** @throws DatalakeError when there is no lake, or it cannot be opened */
  open(survey: Survey): Promise<StampArchive>
}

/** Memory for what is known of the files of one survey: 64 MiB. */
const MAX_FACT_BYTES = 2 ** 26

/** Stamps in a lake that is opened when the first one is asked for, and closed with the services. */
export function createStampServices(
  openLake: () => Promise<StampLake>,
  renderer: StampRenderer,
): StampServices & { close(): Promise<void> } {
  const archives = new Map<string, StampArchive>()
  let opened: Promise<StampLake> | undefined
  const open = async (): Promise<StampLake> => {
    opened ??= openLake()
    try {
      return await opened
    } catch (error) {
      opened = undefined
      throw error
    }
  }
  return {
    renderer,
    async open(survey) {
      const known = archives.get(survey.name)
      if (known !== undefined) return known
      const { lake, decompressors, maxStampBytes, pathOf } = await open()
      const { layout } = surveyFact(survey, 'stamps')
      const files = new StampFiles({ lake, decompressors }, layout, { maxBytes: MAX_FACT_BYTES })
      const cache = new StampCache(maxStampBytes)
      const archive = archives.get(survey.name) ?? { files, cache, pathOf }
      archives.set(survey.name, archive)
      return archive
    },
    async close() {
      // One that could not be opened needs no closing.
      const lake = await opened?.catch(() => undefined)
      await lake?.lake.close()
    },
  }
}

/**
 * From files as tables name them to paths in the lake at an address. A plain absolute path is one
 * of this machine, good in a lake that is a folder; an address is one of the broker.
 *
 * @param root folder of the broker that the lake begins at; that of the address when absent
 * @returns throws RangeError for files that are not inside the lake
 * @throws SyntaxError when the address cannot be read
 */
export function pathFinder(address: string, root?: string): (stored: string) => string {
  const parsed = parseLakeAddress(address)
  const begin = root ?? (parsed.kind === 'webhdfs' ? parsed.root : '/')
  const folder = parsed.kind === 'local' ? resolve(parsed.folder) : begin
  return stored => {
    const isHere = stored.startsWith('/') && root === undefined
    return toLakePath(stored, isHere ? folder : begin)
  }
}
