/**
 * From the file names that the tables hold (`d:hdfs_path`, `r:hdfs_path`) to paths in the lake.
 * The broker stores what Spark calls the name of its input file, a full address such as
 * `hdfs://host:8020///user/fink/archive/x.parquet`; this service stores paths in the lake.
 */
import { checkLakePath, quotePath } from './lake-path.js'

/** What separates the address of the name node from the path, wherever it first occurs. */
const NAME_NODE_PORT = ':8020'
const ADDRESS = /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/[^/]*)?/

/** The absolute path in a full address, undefined when the text is a path in the lake. */
function findAbsolute(stored: string): string | undefined {
  const at = stored.indexOf(NAME_NODE_PORT)
  if (at >= 0) return stored.slice(at + NAME_NODE_PORT.length)
  const address = ADDRESS.exec(stored)?.[0]
  if (address !== undefined) return stored.slice(address.length)
  return stored.startsWith('/') ? stored : undefined
}

/** The path that a file has without scheme and host; one in the lake, a relative one, stays as it is. */
export function toFilePath(stored: string): string {
  const absolute = findAbsolute(stored)
  return absolute === undefined ? stored : `/${toNames(absolute).join('/')}`
}

function toNames(path: string): string[] {
  return path.split('/').filter(name => name !== '')
}

/**
 * The path in the lake of a file that a table names.
 *
 * An address keeps the part after the first `:8020`, else the part after its host; `root` is the
 * folder, as absolute path, that the lake begins at, and is taken off. A relative path is one in
 * the lake already.
 *
 * @throws RangeError when the file is outside `root` or its path is not allowed
 */
export function toLakePath(stored: string, root = '/'): string {
  const absolute = findAbsolute(stored)
  const path = absolute === undefined ? stored : withoutRoot(stored, absolute, root)
  checkLakePath(path)
  return path
}

function withoutRoot(stored: string, absolute: string, root: string): string {
  const names = toNames(absolute)
  const rootNames = toNames(root)
  const isInside = rootNames.every((name, i) => names[i] === name)
  if (isInside) return names.slice(rootNames.length).join('/')
  throw new RangeError(`Cannot open ${quotePath(stored)}: expected a file in ${quotePath(root)}`)
}
