/** The recorded requests and answers of the reference data. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseExactJson } from './compare.js'

/** One recorded request with its answer. */
export interface GoldenCase {
  readonly file: string
  readonly survey: string
  readonly route: string
  readonly variant: string
  readonly request: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'HEAD'
    readonly path: string
    readonly query?: Readonly<Record<string, string>>
    readonly json?: unknown
    readonly rawBody?: string
    readonly contentType?: string
  }
  readonly response: {
    readonly status: number
    readonly contentType: string
    readonly body?: string
    readonly bodyBase64?: string
    readonly parquet?: {
      readonly columns: readonly (readonly [string, string])[]
      readonly rows: readonly Readonly<Record<string, unknown>>[]
    }
  }
  readonly note?: string
  readonly bug?: string
  readonly exception?: string
  readonly rowOrder: string
  readonly upstream?: readonly Readonly<Record<string, unknown>>[]
}

/** Cases of one folder (`ztf`, `lsst`) for the given routes, by file name. */
export function readCases(folder: string, routes: readonly string[]): GoldenCase[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .sort()
    .map(file => readCase(folder, file))
    .filter(({ route }) => routes.includes(route))
}

function readCase(folder: string, file: string): GoldenCase {
  const text = readFileSync(join(folder, file), 'utf8')
  const recorded = { file, ...(JSON.parse(text) as Omit<GoldenCase, 'file'>) }
  if (recorded.response.parquet === undefined) return recorded
  // Rows of Parquet answers stand in the file as numbers, ids beyond 2^53 among them.
  const { response } = parseExactJson(text) as GoldenCase
  return { ...recorded, response }
}

/** The JSON body of a request, with texts of Python bytes filled in from the files they name. */
export function bodyOf(json: unknown, dataFolder: string): unknown {
  if (Array.isArray(json)) return json.map(item => bodyOf(item, dataFolder))
  if (typeof json !== 'object' || json === null) return json
  const named = (json as Record<string, unknown>).$pythonBytesReprOf
  if (typeof named === 'string') return pythonBytesText(readFileSync(join(dataFolder, named)))
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, bodyOf(value, dataFolder)]),
  )
}

/** The text Python's `str` makes of bytes: `b'\x1f\x8b...'`. */
export function pythonBytesText(bytes: Uint8Array): string {
  const special: Record<number, string> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' }
  const quote = bytes.includes(39) && !bytes.includes(34) ? '"' : "'"
  let text = ''
  for (const byte of bytes) {
    const escaped = special[byte]
    if (escaped !== undefined) text += escaped
    else if (byte === quote.charCodeAt(0)) text += `\\${quote}`
    else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte)
    else text += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `b${quote}${text}${quote}`
}
