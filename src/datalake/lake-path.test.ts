import assert from 'node:assert/strict'
import { resolve, sep } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkLakePath, MAX_PATH_BYTES } from './lake-path.js'

test('checkLakePath() lets partition folders and dots in names pass', () => {
  for (const path of ['a', 'a/b', 'year=2024/month=11/part-0.snappy.parquet', '..a/b..', 'é ☃']) {
    checkLakePath(path)
  }
})

test('checkLakePath() refuses what could lead elsewhere, naming the path', () => {
  for (const path of ['', '/a', '..', 'a/..', './a', 'a//b', 'a/', 'file:///a', 'c:/a', 'a\nb']) {
    assert.throws(() => checkLakePath(path), RangeError, path)
  }
  assert.throws(() => checkLakePath('x'.repeat(MAX_PATH_BYTES + 1)), /at most 1024 bytes/)
  assert.throws(() => checkLakePath('a\ud800'), RangeError)
  assert.throws(() => checkLakePath('/etc/passwd'), /"\/etc\/passwd"/)
})

test('a path that passes stays in its root, whatever it is', () => {
  const part = fc.constantFrom('..', '.', '', '/', 'a', '%2e%2e', '\\', 'b:', ':', '\0')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), parts => {
      const path = parts.join('/')
      try {
        checkLakePath(path)
      } catch (error) {
        assert.ok(error instanceof RangeError)
        return
      }
      assert.ok(resolve('/root/lake', path).startsWith(`/root/lake${sep}`))
      const names = path.split('/').map(encodeURIComponent)
      assert.equal(new URL(`http://h/r/${names.join('/')}`).pathname, `/r/${names.join('/')}`)
    }),
  )
})
