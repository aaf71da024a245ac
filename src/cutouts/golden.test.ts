/**
 * Stamps of real alerts against what the service this one replaces made of them: pictures, arrays
 * and FITS files. Also every stamp of the sample files, read and written once.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { testWithShared } from '../../test/shared.js'
import { parquetCompressors } from '../datalake/parquet/compression.js'
import { convolve, type KernelName } from './pictures/convolution.js'
import { createStampRenderer, type RenderOptions } from './pictures/render.js'
import { type StretchName, stretchStamp } from './pictures/stretch.js'
import { decodeStamp, fitsBytes, type Stamp } from './stamp.js'
import { encodeStampJson } from './stamp-json.js'
import { readPng } from './testing/png-reader.js'

type Kind = 'Science' | 'Template' | 'Difference'

interface Answer {
  readonly status: number
  readonly body?: string
  readonly bodyBase64?: string
  readonly pngBase64?: string
}

interface Request {
  readonly json?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
}

interface Golden {
  readonly request: Request
  readonly response: Answer
  readonly stamp?: Readonly<Record<string, string>>
  readonly image?: { readonly width: number; readonly height: number; readonly mode: string }
  readonly stretched?: { readonly float64LeBase64: string }
}

/** The answers of a folder by file name; alert ids, which exceed 2^53, are made texts. */
function readGoldens(folder: string, pattern: RegExp): [string, Golden][] {
  return readdirSync(folder)
    .filter(name => pattern.test(name))
    .map(name => {
      const text = readFileSync(join(folder, name), 'utf8')
      const safe = text.replace(/("(?:candid|diaSourceId)": ?)(\d+)/g, '$1"$2"')
      return [name, JSON.parse(safe) as Golden]
    })
}

function argumentsOf({ request }: Golden): Readonly<Record<string, string>> {
  return (request.json ?? request.query ?? {}) as Readonly<Record<string, string>>
}

interface AlertRow {
  readonly objectId?: string
  readonly candid?: bigint
  readonly diaSource?: { readonly diaSourceId: bigint }
  readonly [column: `cutout${string}`]: unknown
}

/** Rows of the sample files, each file read once. */
function createAlertFiles(path: (relative: string) => string) {
  const rows = new Map<string, Promise<AlertRow[]>>()
  async function readRows(file: string): Promise<AlertRow[]> {
    const stamps = ['cutoutScience', 'cutoutTemplate', 'cutoutDifference']
    const ids = file.startsWith('lsst') ? ['diaSource'] : ['objectId', 'candid']
    return (await parquetReadObjects({
      file: await asyncBufferFromFile(path(`data/${file}`)),
      columns: [...ids, ...stamps],
      compressors: parquetCompressors,
      utf8: false,
    })) as AlertRow[]
  }
  const read = (file: string) => {
    const known = rows.get(file) ?? readRows(file)
    rows.set(file, known)
    return known
  }
  return {
    read,
    /** The stored stamp of the first row that has the ids. */
    async find(file: string, ids: Readonly<Record<string, string>>, kind: Kind) {
      const files = file.endsWith('.parquet')
        ? [file]
        : readdirSync(path(`data/${file}`)).map(name => `${file}/${name}`)
      for (const name of files) {
        const found = (await read(name)).find(
          row =>
            (ids['objectId'] === undefined || row.objectId === ids['objectId']) &&
            (ids['candid'] === undefined || String(row.candid) === ids['candid']) &&
            (ids['diaSourceId'] === undefined ||
              String(row.diaSource?.diaSourceId) === ids['diaSourceId']),
        )
        if (found !== undefined) return storedStamp(found, kind)
      }
      return assert.fail(`no ${JSON.stringify(ids)} in ${file}`)
    },
  }
}

function storedStamp(row: AlertRow, kind: Kind): Uint8Array {
  const cell = row[`cutout${kind}`] as Uint8Array | { readonly stampData: Uint8Array }
  return cell instanceof Uint8Array ? cell : cell.stampData
}

function kindsOf(kind: string): Kind[] {
  return kind === 'All' ? ['Science', 'Template', 'Difference'] : [kind as Kind]
}

/** The names of the request in the words of the renderer. */
function renderOptions(request: Readonly<Record<string, string>>): RenderOptions {
  return {
    stretch: request['stretch'] as StretchName | undefined,
    colorMap: request['colormap'],
    kernel: request['convolution_kernel'] as KernelName | undefined,
  }
}

const renderer = createStampRenderer()

function assertSamePicture(actual: Buffer, expected: Buffer): void {
  const ours = readPng(actual)
  const theirs = readPng(expected)
  assert.deepEqual([ours.width, ours.height], [theirs.width, theirs.height])
  assert.equal(ours.channels, theirs.channels)
  ours.samples.forEach((level, i) => {
    const other = theirs.samples[i]!
    assert.ok(Math.abs(level - other) <= 1, `sample ${i} is ${level}, was ${other}`)
  })
}

function assertSameBrightness(stamp: Stamp, options: RenderOptions, base64: string): void {
  const bytes = Buffer.from(base64, 'base64')
  const shares = stretchStamp(stamp, options)
  const { kernel } = options
  const values = kernel === undefined ? shares : convolve(shares, stamp.width, kernel)
  values.forEach((value, i) => {
    assert.ok(Math.abs(value - bytes.readDoubleLE(8 * i)) <= 1e-9, `pixel ${i}`)
  })
}

/** Explicit percentiles act here and did not there; without a stretch, pixels overflowed bytes. */
const changed = /031-ztf-linear-pmin-pmax|035-ztf-linear-pmin-out|039-ztf-stretch-null/

testWithShared('renderPng() draws the recorded pictures within one level', async (path, t) => {
  const files = createAlertFiles(path)
  let count = 0
  for (const [name, golden] of readGoldens(path('golden/cutouts'), /json$/)) {
    const { image, stamp, stretched, response } = golden
    if (image === undefined || stamp === undefined || changed.test(name)) continue
    await t.test(name, async () => {
      const { file, kind, ...ids } = stamp
      const decoded = decodeStamp(await files.find(file!, ids, kind as Kind))
      const options = renderOptions(argumentsOf(golden))
      const picture = renderer.renderPng(decoded, options)
      assertSamePicture(picture, Buffer.from(response.pngBase64!, 'base64'))
      assertSameBrightness(decoded, options, stretched!.float64LeBase64)
    })
    count++
  }
  assert.equal(count, 55)
})

testWithShared('renderPng() draws the pictures of the whole old service', async path => {
  const files = createAlertFiles(path)
  const recorded = readGoldens(path('golden/ztf'), /^(287|288|290)-cutouts/)
  assert.equal(recorded.length, 3)
  // Without a candid, the first row of the file is drawn.
  const file = 'ztf/fink/tde_ZTF20abfcszi_202008.parquet'
  for (const [, golden] of recorded) {
    const { objectId = '', kind } = argumentsOf(golden)
    const stamp = decodeStamp(await files.find(file, { objectId }, kind as Kind))
    const picture = renderer.renderPng(stamp, renderOptions(argumentsOf(golden)))
    assertSamePicture(picture, Buffer.from(golden.response.bodyBase64!, 'base64'))
  }
})

testWithShared('renderPng() draws where the old service failed or ignored', async path => {
  const files = createAlertFiles(path)
  const goldens = readGoldens(path('golden/cutouts'), /negative-degenerate-(?!sigmoid)|031-|035-/)
  assert.equal(goldens.length, 7)
  for (const [name, golden] of goldens) {
    const { file, kind, ...ids } = golden.stamp!
    const stamp = decodeStamp(await files.find(file!, ids, kind as Kind))
    const request = argumentsOf(golden)
    const { stretch } = renderOptions(request)
    const [pmin, pmax] = [request['pmin'], request['pmax']].map(Number)
    const draw = (options: RenderOptions) => renderer.renderPng(stamp, { stretch, ...options })
    if (name.startsWith('035')) assert.throws(() => draw({ pmin, pmax }), RangeError)
    else if (name.startsWith('031')) assert.notDeepEqual(draw({ pmin, pmax }), draw({}))
    else assert.deepEqual(draw({}), draw({ pmin: 0.5, pmax: 99.5 }))
  }
})

testWithShared(
  'encodeStampJson() writes the recorded arrays, letter for letter',
  async (path, t) => {
    const files = createAlertFiles(path)
    let count = 0
    for (const [name, golden] of [
      ...readGoldens(path('golden/cutout-api'), /json$/),
      ...readGoldens(path('golden/cutouts'), /array/),
    ]) {
      const body = golden.response.body ?? ''
      if (golden.response.status !== 200 || !body.includes('[[')) continue
      await t.test(name, async () => {
        const request = argumentsOf(golden)
        const { file, kind, ids } = sourceOf(golden, request)
        const texts: Record<string, string> = {}
        for (const one of kindsOf(kind)) {
          const stamp = decodeStamp(await files.find(file, ids, one))
          texts[one] = encodeStampJson(stamp).toString()
        }
        const wanted = body.trimEnd().replaceAll('NaN', 'null')
        if (body.startsWith('[')) assert.equal(`[${Object.values(texts).join()}]`, wanted)
        else {
          const tail = body.includes('_stampData') ? '_stampData' : ''
          const entries = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1))
          const members = entries.map(([one, text]) => `"b:cutout${one}${tail}":${text}`)
          assert.equal(`{${members.join()}}`, wanted)
        }
      })
      count++
    }
    assert.equal(count, 21)
  },
)

/** Where a request of either recorded service finds its stamp. */
function sourceOf(golden: Golden, request: Readonly<Record<string, string>>) {
  const { objectId, candid, diaSourceId } = request
  const given = { objectId, candid, diaSourceId }
  const ids = Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const file = golden.stamp?.['file'] ?? fileOfHdfsPath(request['hdfsPath']!)
  return { file, kind: request['kind']!, ids }
}

function fileOfHdfsPath(hdfsPath: string): string {
  return hdfsPath.includes('archive/')
    ? 'ztf/fink/regular_20250614.parquet'
    : hdfsPath.replace('/data/', '')
}

testWithShared('fitsBytes() gives the recorded FITS files, byte for byte', async path => {
  const files = createAlertFiles(path)
  let count = 0
  for (const [name, golden] of [
    ...readGoldens(path('golden/cutout-api'), /json$/),
    ...readGoldens(path('golden/cutouts'), /fits/),
  ]) {
    if (golden.response.bodyBase64 === undefined) continue
    const { file, kind, ids } = sourceOf(golden, argumentsOf(golden))
    const fits = fitsBytes(await files.find(file, ids, kind as Kind))
    assert.ok(Buffer.from(golden.response.bodyBase64, 'base64').equals(fits), name)
    count++
  }
  assert.equal(count, 11)
})

interface Vector {
  readonly name: string
  readonly in: number[][]
  readonly out: Readonly<
    Record<string, { readonly uint8?: number[][]; readonly uint8_row0?: number[][] }>
  >
}

testWithShared('renderPng() draws the made-up images of the vectors', path => {
  const file = readFileSync(path('spec/data/vectors-cutouts.json'), 'utf8')
  const { images } = JSON.parse(file) as { readonly images: readonly Vector[] }
  let count = 0
  for (const image of images) {
    const pixels = Float64Array.from(image.in.flat())
    const stamp = { width: image.in[0]!.length, height: image.in.length, pixels }
    for (const [how, { uint8, uint8_row0: firstRow }] of Object.entries(image.out)) {
      const [stretch, extra = ''] = how.split('+')
      // A centre darker than the sky is drawn by percentiles; there it came out blank.
      if (image.name === 'neg15' && stretch !== 'sigmoid') continue
      const levels = (uint8 ?? firstRow)?.flat()
      if (levels === undefined) continue
      const { samples } = readPng(
        renderer.renderPng(stamp, {
          stretch: stretch as StretchName,
          ...(extra.startsWith('cmap_') && { colorMap: extra.slice(5) }),
          ...(/^(gauss|box)$/.test(extra) && { kernel: extra as KernelName }),
        }),
      )
      levels.forEach((level, i) => {
        assert.ok(Math.abs(level - samples[i]!) <= 1, `${image.name} ${how} ${i}`)
      })
      count++
    }
  }
  assert.equal(count, 25)
})

testWithShared('every sample stamp is read, drawn and written', async path => {
  const files = createAlertFiles(path)
  const lake = ['ztf/fink', 'lsst/fink', 'lsst/fink/ftransfer_lsst_2026-03-27_750709']
  const names = lake.flatMap(folder =>
    readdirSync(path(`data/${folder}`))
      .filter(name => name.endsWith('.parquet') && name !== 'grb_xmatch.parquet')
      .map(name => `${folder}/${name}`),
  )
  let count = 0
  for (const name of names) {
    for (const row of await files.read(name)) {
      for (const kind of kindsOf('All')) {
        const stamp = decodeStamp(storedStamp(row, kind))
        const { width, height, pixels } = stamp
        const picture = readPng(renderer.renderPng(stamp, { stretch: 'linear' }))
        assert.deepEqual([picture.width, picture.height], [width, height])
        const rows = JSON.parse(encodeStampJson(stamp).toString()) as (number | null)[][]
        assert.deepEqual([rows.length, rows[0]?.length], [height, width])
        const values = rows.flat()
        assert.ok(pixels.every((pixel, i) => Object.is(pixel, values[i] ?? Number.NaN)))
        count++
      }
    }
  }
  assert.equal(count, 990)
})
