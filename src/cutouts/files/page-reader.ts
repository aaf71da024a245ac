/** Reading a page of stamps, with the dictionary where it needs one. */
import type { Compressors } from 'hyparquet'
import type { ByteRange } from './byte-ranges.js'
import { decodeDictionary, decodePage, decodePageFacts, type PageValues } from './parquet-page.js'
import type { StampPage } from './stamp-hint.js'

/** A page as it is in the file, and its values, which may be parts of it. */
export interface StampPageContent {
  readonly bytes: Uint8Array
  readonly values: PageValues
}

/**
 * Reads and decodes a page.
 *
 * @param read gives bytes of the file
 * @throws Error when the bytes are no such page
 */
export async function readStampPage(
  page: StampPage,
  read: (range: ByteRange) => Promise<Uint8Array>,
  decompressors: Compressors,
): Promise<StampPageContent> {
  const format = { type: 'BYTE_ARRAY', ...page } as const
  const bytes = await read(page)
  const { dictionary } = page
  if (dictionary === undefined || !decodePageFacts(bytes).needsDictionary) {
    return { bytes, values: decodePage(bytes, format, { decompressors }) }
  }
  const entries = decodeDictionary(await read(dictionary), format, { decompressors })
  return { bytes, values: decodePage(bytes, format, { decompressors, dictionary: entries }) }
}
