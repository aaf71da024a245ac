import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLakePath } from './stored-path.js'

test('toLakePath() keeps what follows the first :8020', () => {
  assert.equal(toLakePath('hdfs://host:8020///user/x/y.parquet'), 'user/x/y.parquet')
  assert.equal(toLakePath('hdfs://127.0.0.1:8020/a/b.parquet'), 'a/b.parquet')
  assert.equal(toLakePath('hdfs://host:8020/a/b:8020/c.parquet'), 'a/b:8020/c.parquet')
  assert.equal(
    toLakePath('hdfs://host:8020/a/year=2024/month=11/part-0.parquet'),
    'a/year=2024/month=11/part-0.parquet',
  )
})

test('toLakePath() takes off scheme and host of other addresses', () => {
  assert.equal(toLakePath('hdfs://nameservice/user/x.parquet'), 'user/x.parquet')
  assert.equal(toLakePath('hdfs:///user/x.parquet'), 'user/x.parquet')
  assert.equal(toLakePath('file:///data/x.parquet'), 'data/x.parquet')
  assert.equal(toLakePath('file:/data/x.parquet'), 'data/x.parquet')
  assert.equal(toLakePath('s3a://bucket/night/x.parquet'), 'night/x.parquet')
})

test('toLakePath() leaves paths in the lake as they are', () => {
  assert.equal(toLakePath('archive/science/x.parquet'), 'archive/science/x.parquet')
  assert.equal(toLakePath('archive/science/x.parquet', '/user/fink'), 'archive/science/x.parquet')
})

test('toLakePath() takes off the root of the lake and refuses other folders', () => {
  const stored = 'hdfs://host:8020///user/fink/archive/x.parquet'
  assert.equal(toLakePath(stored, '/user/fink'), 'archive/x.parquet')
  assert.equal(toLakePath(stored, '/user/fink/'), 'archive/x.parquet')
  assert.equal(toLakePath('/user/fink/x', '/user/fink'), 'x')
  assert.throws(() => toLakePath(stored, '/user/finkel'), RangeError)
  assert.throws(() => toLakePath('hdfs://host:8020/user/finkel/x', '/user/fink'), RangeError)
})

test('toLakePath() refuses texts that lead nowhere or elsewhere', () => {
  for (const stored of ['', 'hdfs://host:8020', 'hdfs://host:8020/', '/a/../b', '../a', 'a/../b']) {
    assert.throws(() => toLakePath(stored), RangeError, stored)
  }
})
