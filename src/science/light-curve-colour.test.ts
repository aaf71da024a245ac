import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../test/shared.js'
import { type LightCurveColours, lightCurveColours } from './light-curve-colour.js'

/** Time, band, magnitude, uncertainty. */
type Point = readonly [number, number, number, number]

function coloursOf(points: readonly Point[]): LightCurveColours {
  return lightCurveColours({
    jd: Float64Array.from(points, point => point[0]),
    band: Float64Array.from(points, point => point[1]),
    mag: Float64Array.from(points, point => point[2]),
    sigmaMag: Float64Array.from(points, point => point[3]),
  })
}

const columnsOf = (colours: LightCurveColours): Float64Array[] => [
  colours.rate,
  colours.sigmaRate,
  colours.colour,
  colours.sigmaColour,
  colours.colourRate,
  colours.sigmaColourRate,
]

type Cell = number | 'inf' | '-inf' | null
const toNumber = (cell: Cell): number =>
  cell === null ? Number.NaN : cell === 'inf' ? Infinity : cell === '-inf' ? -Infinity : cell

function isClose(actual: number, expected: number): boolean {
  if (Object.is(actual, expected)) return true
  return Math.abs(actual - expected) <= 1e-9 * Math.abs(expected)
}

testWithShared('lightCurveColours() gives every value of the reference vectors', path => {
  type Row = readonly [string, ...Cell[]]
  const vectors = JSON.parse(readFileSync(path('spec/data/vectors-rates.json'), 'utf8')) as {
    readonly case: string
    readonly in: Row[]
    readonly out: Row[]
  }[]
  assert.equal(vectors.length, 12)
  for (const { case: name, in: input, out } of vectors) {
    for (const object of new Set(input.map(row => row[0]))) {
      const numbers = (rows: Row[]): number[][] =>
        rows.filter(row => row[0] === object).map(row => (row.slice(1) as Cell[]).map(toNumber))
      const points = numbers(input).sort((a, b) => a[0]! - b[0]!)
      const columns = columnsOf(
        coloursOf(points.map(([jd, band, mag, sigma]) => [jd!, band!, mag!, sigma!] as const)),
      )
      const left = points.map((point, i) => [...point, ...columns.map(column => column[i]!)])
      for (const expected of numbers(out)) {
        // The recorded order of points at one time is not defined: each is looked up.
        const found = left.findIndex(row => row.every((value, k) => isClose(value, expected[k]!)))
        assert.notEqual(found, -1, `${name}: ${expected} not in ${JSON.stringify(left)}`)
        left.splice(found, 1)
      }
      assert.equal(left.length, 0, name)
    }
  }
})

test('lightCurveColours() takes rates between consecutive points of a band', () => {
  const { rate, sigmaRate } = coloursOf([
    [0, 1, 18, 0.3],
    [1, 2, 20, 0.1],
    [2, 1, 17, 0.4],
    [3, 3, 15, 0.1],
  ])
  assert.deepEqual([...rate], [Number.NaN, Number.NaN, -0.5, Number.NaN])
  assert.deepEqual([...sigmaRate], [Number.NaN, Number.NaN, 0.25, Number.NaN])
})

test('lightCurveColours() gives points of any band the colour of the nearest coloured g', () => {
  const { colour, sigmaColour, colourRate, sigmaColourRate } = coloursOf([
    [0, 1, 18, 0.3],
    [0.25, 2, 17.5, 0.4],
    [0.3, 3, 16, 0.1],
    [0.5, 3, 16, 0.1],
    [2, 1, 19, 0.3],
    [2, 2, 17.5, 0.4],
  ])
  const none = Number.NaN
  assert.deepEqual([...colour], [0.5, 0.5, 0.5, none, 1.5, 1.5])
  assert.deepEqual([...sigmaColour], [0.5, 0.5, 0.5, none, 0.5, 0.5])
  assert.deepEqual([...colourRate], [none, none, none, none, 0.5, 0.5])
  assert.ok(Math.abs(sigmaColourRate[4]! - Math.SQRT1_2 / 2) < 1e-12)
})

test('lightCurveColours() leaves out g points whose r point has no magnitude', () => {
  const { colour } = coloursOf([
    [0, 1, 18, 0.1],
    [0.1, 2, Number.NaN, 0.1],
  ])
  assert.deepEqual([...colour], [Number.NaN, Number.NaN])
})

test('lightCurveColours() passes over points without a time', () => {
  const { rate, colour } = coloursOf([
    [0, 1, 18, 0.1],
    [Number.NaN, 1, 18, 0.1],
    [1, 1, 19, 0.1],
    [1, 2, 17, 0.1],
  ])
  assert.deepEqual([...rate], [Number.NaN, Number.NaN, 1, Number.NaN])
  assert.deepEqual([...colour], [Number.NaN, Number.NaN, 2, 2])
})

test('lightCurveColours() gives six empty columns for no points', () => {
  for (const column of columnsOf(coloursOf([]))) assert.equal(column.length, 0)
})

/** The nearest of some times as defined, by looking at all; of equally near the earlier one. */
function nearestByDefinition(times: readonly number[], timeJd: number): number {
  const before = times.findLastIndex(time => time <= timeJd)
  const after = times.findIndex(time => time >= timeJd)
  const gap = (i: number): number => (i < 0 ? Infinity : Math.abs(times[i]! - timeJd))
  const best = gap(before) <= gap(after) ? before : after
  return gap(best) <= 0.3 ? best : -1
}

test('lightCurveColours() agrees with the definition on random light curves', () => {
  const point = fc.tuple(
    fc.integer({ min: 0, max: 60 }).map(tenths => tenths / 10),
    fc.constantFrom(1, 2, 3),
    fc.oneof(fc.integer({ min: 15, max: 20 }), fc.constant(Number.NaN)),
    fc.constant(0.1),
  )
  fc.assert(
    fc.property(fc.array(point, { maxLength: 60 }), unsorted => {
      const points = unsorted.toSorted((a, b) => a[0] - b[0])
      const { colour } = coloursOf(points)
      const g = points.filter(p => p[1] === 1)
      const r = points.filter(p => p[1] === 2)
      const times = r.map(p => p[0])
      const coloured = g.flatMap(p => {
        const match = nearestByDefinition(times, p[0])
        if (match < 0 || Number.isNaN(r[match]![2])) return []
        return [{ jd: p[0], colour: p[2] - r[match]![2] }]
      })
      points.forEach((p, i) => {
        const match = nearestByDefinition(
          coloured.map(c => c.jd),
          p[0],
        )
        assert.equal(colour[i], match < 0 ? Number.NaN : coloured[match]!.colour)
      })
    }),
  )
})
