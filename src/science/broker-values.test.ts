import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../test/shared.js'
import { classify } from './classification.js'
import { constellationAt } from './constellation.js'
import { ringPixel } from './healpix.js'
import { formatJulianDate } from './julian-date.js'
import { lightCurveColours } from './light-curve-colour.js'

interface Vector {
  readonly case: string
  readonly in: Readonly<Record<string, number | string | null>>
  readonly out: string
}

const number = (value: number | string | null | undefined): number =>
  typeof value === 'number' ? value : Number.NaN

testWithShared('classify() equals the reference vectors', path => {
  const vectors = JSON.parse(
    readFileSync(path('spec/data/vectors-classification.json'), 'utf8'),
  ) as Vector[]
  for (const { case: name, in: input, out } of vectors) {
    const label = classify({
      cdsxmatch: String(input.cdsxmatch),
      roid: number(input.roid),
      mulens: number(input.mulens),
      snnSniaVsNonia: number(input.snn_snia_vs_nonia),
      snnSnVsAll: number(input.snn_sn_vs_all),
      rfSniaVsNonia: number(input.rf_snia_vs_nonia),
      rfKnVsNonkn: number(input.rf_kn_vs_nonkn),
      ndethist: number(input.ndethist),
      drb: number(input.drb),
      classtar: number(input.classtar),
      jd: number(input.jd),
      jdstarthist: number(input.jdstarthist),
      tracklet: String(input.tracklet),
    })
    assert.equal(label, out, name)
  }
})

testWithShared('lightCurveColours() equals the reference vectors', path => {
  type Line = [string, number, number, number | null, number | null, ...(number | null)[]]
  const vectors = JSON.parse(readFileSync(path('spec/data/vectors-rates.json'), 'utf8')) as {
    readonly case: string
    readonly in: Line[]
    readonly out: Line[]
  }[]
  for (const { case: name, in: input, out } of vectors) {
    for (const objectId of new Set(input.map(line => line[0]))) {
      const expected = out.filter(line => line[0] === objectId).reverse()
      // The recorded order of equal times is that of the input.
      const lines = input.filter(line => line[0] === objectId).sort((a, b) => a[1] - b[1])
      const colours = lightCurveColours({
        jd: Float64Array.from(lines, line => line[1]),
        band: Float64Array.from(lines, line => line[2]),
        mag: Float64Array.from(lines, line => number(line[3])),
        sigmaMag: Float64Array.from(lines, line => number(line[4])),
      })
      const columns = Object.values(colours) as Float64Array[]
      const rows = lines.map((line, i) => [...line.slice(1, 3), ...columns.map(c => c[i]!)])
      for (const row of rows) {
        const isSame = (line: Line): boolean =>
          [line[1], line[2], ...line.slice(5)].every((value, k) =>
            isClose(row[k] as number, number(value)),
          )
        assert.ok(expected.some(isSame), `${name}: ${JSON.stringify(row)}`)
      }
    }
  }
})

function isClose(actual: number, expected: number): boolean {
  if (!Number.isFinite(expected)) return !Number.isFinite(actual)
  return Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected))
}

const SPELLINGS: Readonly<Record<string, string>> = {
  Chamaleon: 'Chamaeleon',
  Ophiucus: 'Ophiuchus',
  'Crux ': 'Crux',
  'Pisces Austrinus': 'Piscis Austrinus',
}

testWithShared('constellationAt() equals the reference vectors', path => {
  const file = JSON.parse(readFileSync(path('spec/data/vectors-constellation.json'), 'utf8')) as {
    readonly named: { readonly ra: number; readonly dec: number; readonly name: string }[]
    readonly random: unknown[]
  }
  for (const { ra, dec, name } of file.named) {
    assert.equal(constellationAt(ra, dec), SPELLINGS[name] ?? name)
  }
  for (const entry of file.random) {
    const [ra, dec, name] = Array.isArray(entry)
      ? (entry as [number, number, string])
      : [
          (entry as { ra: number }).ra,
          (entry as { dec: number }).dec,
          (entry as { name: string }).name,
        ]
    assert.equal(constellationAt(ra, dec), SPELLINGS[name] ?? name)
  }
})

testWithShared('formatJulianDate() equals the reference vectors', path => {
  const file = JSON.parse(readFileSync(path('spec/data/vectors-time.json'), 'utf8'))
  const lists = Object.entries(file as Record<string, unknown>).filter(([key]) =>
    /jd.*iso/i.test(key),
  )
  assert.ok(lists.length > 0, Object.keys(file).join(' '))
  for (const [, list] of lists) {
    for (const entry of list as (readonly [number, string])[]) {
      // Days with a leap second are longer; the last one was before the first survey night.
      if (entry[0] > 2_457_755) assert.equal(formatJulianDate(Number(entry[0])), entry[1])
    }
  }
})

testWithShared('ringPixel() equals the reference vectors', path => {
  const { ang2pix } = JSON.parse(readFileSync(path('spec/data/vectors-healpix.json'), 'utf8')) as {
    readonly ang2pix: number[][]
  }
  for (const [ra, dec, ring128, , ring1024, , ring4096] of ang2pix) {
    assert.equal(ringPixel(128, ra!, dec!), ring128)
    assert.equal(ringPixel(1024, ra!, dec!), ring1024)
    assert.equal(ringPixel(4096, ra!, dec!), ring4096)
  }
})

test('missing values give no value', () => {
  assert.equal(formatJulianDate(Number.NaN), undefined)
  assert.equal(constellationAt(Number.NaN, 1), undefined)
})
