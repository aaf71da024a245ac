import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHBaseAddress, parseHBaseAddress } from './address.js'

test('parseHBaseAddress() reads ZooKeeper addresses', () => {
  assert.deepEqual(parseHBaseAddress('hbase://zk1,zk2:2183,zk3/hbase/'), {
    client: { zookeeper: ['zk1:2183', 'zk2:2183', 'zk3:2183'], parentNode: '/hbase' },
  })
  assert.deepEqual(parseHBaseAddress('hbase://zk'), { client: { zookeeper: ['zk:2181'] } })
  assert.deepEqual(parseHBaseAddress('hbase://[::1]:2181/a/b'), {
    client: { zookeeper: ['[::1]:2181'], parentNode: '/a/b' },
  })
})

test('parseHBaseAddress() reads addresses of masters', () => {
  assert.deepEqual(parseHBaseAddress('hbase-rpc://m1,m2'), {
    client: { bootstrap: ['m1:16000', 'm2:16000'] },
  })
  assert.throws(() => parseHBaseAddress('hbase-rpc://m1/hbase'), /no parent node/)
})

test('parseHBaseAddress() reads options', () => {
  const address =
    'hbase://me@zk/hbase?schemaKey=schema_4.0_6.1.1&timeoutMs=5000&callTimeoutMs=900' +
    '&compression=snappy&compressionClass=a.b.C&host=rs1,10.0.0.1&host=rs2,10.0.0.2'
  assert.deepEqual(parseHBaseAddress(address), {
    client: {
      zookeeper: ['zk:2181'],
      parentNode: '/hbase',
      user: 'me',
      timeoutMs: 5000,
      callTimeoutMs: 900,
      compression: 'snappy',
      compressionClass: 'a.b.C',
      hostMap: { rs1: '10.0.0.1', rs2: '10.0.0.2' },
    },
    schemaKey: 'schema_4.0_6.1.1',
  })
  assert.equal(parseHBaseAddress('hbase://zk?user=you').client.user, 'you')
})

test('parseHBaseAddress() says what is wrong', () => {
  for (const [address, why] of [
    ['hbase:zk', /expected "hbase:\/\//],
    ['hbase://', /expected "hbase:\/\//],
    ['hbase://zk?usr=x', /no option "usr"/],
    ['hbase://zk?timeoutMs=0', /milliseconds/],
    ['hbase://zk?compression=lz9', /snappy, gzip/],
    ['hbase://zk?host=a', /host=name,address/],
  ] as const) {
    assert.throws(() => parseHBaseAddress(address), { name: 'SyntaxError', message: why })
  }
})

test('isHBaseAddress() knows both kinds', () => {
  assert.ok(isHBaseAddress('hbase://zk') && isHBaseAddress('hbase-rpc://m'))
  assert.ok(!isHBaseAddress('data/store') && !isHBaseAddress('memory:'))
})
