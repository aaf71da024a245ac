/** The stamps of the alerts of a survey, as queries and routes reach them. */
import { resolve } from 'node:path'
import type { Compressors } from 'hyparquet'
import { StampFiles } from '../../cutouts/files/stamp-files.js'
import type { StampRenderer } from '../../cutouts/pictures/render.js'
import type { Datalake } from '../../datalake/datalake.js'
import { parseLakeAddress } from '../../datalake/open.js'
import { toLakePath } from '../../datalake/stored-path.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import type { CutoutService } from '../../upstream/cutout-service.js'
import { StampCache } from './stamp-cache.js'
import { lakeOrigin, type StampOrigin, serviceOrigin } from './stamp-origin.js'

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

/** The stamps of one survey. */
export interface StampArchive extends StampOrigin {
  readonly cache: StampCache
}

/** What routes about stamps need. */
export interface StampServices {
  readonly renderer: StampRenderer
  /** @throws DatalakeError when there is no lake, or it cannot be opened */
  open(survey: Survey): Promise<StampArchive>
}

/** Where stamps are, of all surveys. */
export interface StampStock {
  /** Limit of the memory for stamps that were read lately. */
  readonly maxStampBytes: number
  originOf(survey: Survey): StampOrigin
  close(): Promise<void>
}

/** Memory for what is known of the files of one survey: 64 MiB. */
const MAX_FACT_BYTES = 2 ** 26

/** Stamps in a lake; it is closed with the stock. */
export function lakeStock({ lake, decompressors, maxStampBytes, pathOf }: StampLake): StampStock {
  return {
    maxStampBytes,
    originOf(survey) {
      const { layout } = surveyFact(survey, 'stamps')
      const source = { lake, decompressors }
      return lakeOrigin(new StampFiles(source, layout, { maxBytes: MAX_FACT_BYTES }), pathOf)
    },
    close: () => lake.close(),
  }
}

/** Stamps that a cutout service reads. */
export function serviceStock(service: CutoutService, maxStampBytes: number): StampStock {
  const origin = serviceOrigin(service)
  return { maxStampBytes, originOf: () => origin, close: async () => undefined }
}

/** Stamps in a stock that is opened when the first one is asked for, and closed with the services. */
export function createStampServices(
  openStock: () => Promise<StampStock>,
  renderer: StampRenderer,
): StampServices & { close(): Promise<void> } {
  const archives = new Map<string, StampArchive>()
  let opened: Promise<StampStock> | undefined
  const open = async (): Promise<StampStock> => {
    opened ??= openStock()
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
      const stock = await open()
      const cache = new StampCache(stock.maxStampBytes)
      const archive = archives.get(survey.name) ?? { ...stock.originOf(survey), cache }
      archives.set(survey.name, archive)
      return archive
    },
    async close() {
      // One that could not be opened needs no closing.
      const stock = await opened?.catch(() => undefined)
      await stock?.close()
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
