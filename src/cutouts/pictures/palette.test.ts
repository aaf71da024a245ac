import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import { colorMapNames, decodePalette, isColorMapName } from './palette.js'

test('colorMapNames lists every map and its reverse once', () => {
  assert.equal(colorMapNames.length, 182)
  assert.equal(new Set(colorMapNames).size, 182)
  for (const name of ['viridis', 'viridis_r', 'Blues', 'Grays', 'gist_yarg_r', 'tab20c']) {
    assert.ok(colorMapNames.includes(name), name)
  }
})

test('decodePalette() reads every listed name and keeps the sizes of the maps', () => {
  for (const name of colorMapNames) {
    const { size, colors } = decodePalette(name)
    assert.equal(colors.length, size + 1)
    assert.ok(colors.subarray(0, size).every(color => (color & 255) === 255))
    assert.equal(colors[size], 0)
  }
  const sizes = ['Set1', 'tab10', 'tab20', 'Paired', 'twilight', 'magma'].map(
    name => decodePalette(name).size,
  )
  assert.deepEqual(sizes, [9, 10, 20, 12, 510, 256])
})

test('decodePalette() mirrors the map for a reversed name', () => {
  const { size, colors } = decodePalette('viridis')
  const { colors: reversed } = decodePalette('viridis_r')
  assert.equal(colors[0], 0x440154ff)
  assert.equal(colors[255], 0xfde724ff)
  assert.deepEqual(reversed.subarray(0, size), colors.slice(0, size).reverse())
})

test('isColorMapName() and decodePalette() take exact names only', () => {
  const wrong = [
    'nope',
    '',
    '_r',
    'Viridis',
    'viridis_r_r',
    'constructor',
    '__proto__',
    'toString_r',
  ]
  for (const name of wrong) {
    assert.equal(isColorMapName(name), false)
    assert.throws(() => decodePalette(name), {
      name: 'RangeError',
      message: `Cannot find the colour map "${name}": expected a Matplotlib name`,
    })
  }
  assert.ok(colorMapNames.every(isColorMapName))
})

interface ReferenceMap {
  readonly N: number
  readonly rgb: string
  readonly rgb_r?: string
}

testWithShared('decodePalette() equals all maps of Matplotlib and their reverses', path => {
  const file = JSON.parse(readFileSync(path('spec/data/colormaps.json'), 'utf8')) as {
    readonly colormaps: Readonly<Record<string, ReferenceMap>>
  }
  const rgbOf = (name: string) =>
    Array.from(decodePalette(name).colors.subarray(0, -1)).flatMap(color => [
      color >>> 24,
      (color >>> 16) & 255,
      (color >>> 8) & 255,
    ])
  const maps = Object.entries(file.colormaps)
  assert.equal(colorMapNames.length, 2 * maps.length)
  for (const [name, { N, rgb, rgb_r: reversed }] of maps) {
    assert.equal(decodePalette(name).size, N)
    assert.equal(Buffer.from(rgbOf(name)).toString('hex'), rgb, name)
    if (reversed === undefined) continue
    const levels = rgbOf(`${name}_r`)
    Buffer.from(reversed, 'hex').forEach((level, i) => {
      assert.ok(Math.abs(level - levels[i]!) <= 1, `${name}_r, byte ${i}`)
    })
  }
})
