import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Region } from './catalog.js'
import { RegionCache } from './region-cache.js'

function regionOf(startKey: string, endKey: string, port = 1): Region {
  return {
    info: {
      regionId: 1,
      table: 't',
      startKey: Buffer.from(startKey),
      endKey: Buffer.from(endKey),
      isOffline: false,
      isSplit: false,
      replicaId: 0,
    },
    name: Buffer.from(`t,${startKey},1`),
    server: { host: 'h', port },
  }
}

const nameOf = (region: Region | undefined) => region?.name.toString()

function cacheOf(...regions: Region[]): RegionCache {
  const cache = new RegionCache()
  cache.add('t', regions)
  return cache
}

test('RegionCache.find() gives the region that holds a row', () => {
  const cache = cacheOf(regionOf('', 'c'), regionOf('c', 'm'), regionOf('m', ''))
  const found = ['', 'b', 'c', 'lz', 'm', 'zz'].map(row =>
    nameOf(cache.find('t', Buffer.from(row))),
  )
  assert.deepEqual(found, ['t,,1', 't,,1', 't,c,1', 't,c,1', 't,m,1', 't,m,1'])
  assert.equal(cache.find('u', Buffer.from('a')), undefined)
})

test('RegionCache.findBefore() gives the region of the rows right before one', () => {
  const cache = cacheOf(regionOf('', 'c'), regionOf('c', 'm'), regionOf('m', ''))
  const found = ['b', 'c', 'ca', 'm', 'z', ''].map(row =>
    nameOf(cache.findBefore('t', Buffer.from(row))),
  )
  assert.deepEqual(found, ['t,,1', 't,,1', 't,c,1', 't,c,1', 't,m,1', 't,m,1'])
  assert.equal(cacheOf(regionOf('m', '')).findBefore('t', Buffer.from('m')), undefined)
  assert.equal(cacheOf(regionOf('', 'c')).findBefore('t', Buffer.from('')), undefined)
})

test('RegionCache.add() drops what overlaps a new region: split and merged ones', () => {
  const cache = cacheOf(regionOf('', 'c'), regionOf('c', 'm'), regionOf('m', ''))
  cache.add('t', [regionOf('c', 'f', 2), regionOf('f', 'm', 2)])
  const ports = ['a', 'c', 'f', 'm'].map(row => cache.find('t', Buffer.from(row))?.server.port)
  assert.deepEqual(ports, [1, 2, 2, 1])
  cache.add('t', [regionOf('', 'm', 3)])
  assert.deepEqual(
    ['a', 'c', 'f', 'm'].map(row => cache.find('t', Buffer.from(row))?.server.port),
    [3, 3, 3, 1],
  )
  cache.add('t', [regionOf('b', '', 4)])
  assert.equal(cache.find('t', Buffer.from('a')), undefined)
})

test('RegionCache.forget() leaves a newer region of the same keys alone', () => {
  const old = regionOf('', 'c')
  const cache = cacheOf(old)
  cache.add('t', [regionOf('', 'c', 2)])
  cache.forget(old)
  assert.equal(cache.find('t', Buffer.from('a'))?.server.port, 2)
})

test('RegionCache.forgetServer() empties a server at once and keeps the table known', () => {
  const cache = cacheOf(regionOf('', 'c', 1), regionOf('c', 'm', 2), regionOf('m', '', 1))
  cache.forgetServer({ host: 'h', port: 1 })
  const found = ['a', 'c', 'm'].map(row => nameOf(cache.find('t', Buffer.from(row))))
  assert.deepEqual(found, [undefined, 't,c,1', undefined])
  assert.ok(cache.hasTable('t'))
  cache.forgetTable('t')
  assert.ok(!cache.hasTable('t'))
})

test('RegionCache agrees with a plain list after any additions', () => {
  const key = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e', 'f')
  const span = fc.tuple(key, key).filter(([start, end]) => end === '' || start < end)
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), spans => {
      const cache = new RegionCache()
      let list: Region[] = []
      for (const [index, [start, end]] of spans.entries()) {
        const region = regionOf(start, end, index + 1)
        cache.add('t', [region])
        const overlaps = (one: Region) => {
          const startsBefore = end === '' || one.info.startKey.toString() < end
          const oneEnd = one.info.endKey.toString()
          return startsBefore && (oneEnd === '' || oneEnd > start)
        }
        list = [...list.filter(one => !overlaps(one)), region]
      }
      for (const row of ['', 'a', 'ab', 'b', 'c', 'd', 'dz', 'e', 'f', 'g']) {
        const expected = list.find(({ info }) => {
          const [start, end] = [info.startKey.toString(), info.endKey.toString()]
          return start <= row && (end === '' || row < end)
        })
        assert.equal(cache.find('t', Buffer.from(row)), expected)
      }
    }),
  )
})
