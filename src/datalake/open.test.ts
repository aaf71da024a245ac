import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { DatalakeError } from '../errors.js'
import { openDatalake, parseLakeAddress, s3CredentialsFrom } from './open.js'

test('parseLakeAddress() reads folders', () => {
  for (const address of ['/data/lake', 'data/lake', './lake', '/data/a:b']) {
    assert.deepEqual(parseLakeAddress(address), { kind: 'local', folder: address })
  }
  assert.deepEqual(parseLakeAddress('file:///data/my%20lake'), {
    kind: 'local',
    folder: '/data/my lake',
  })
})

test('parseLakeAddress() reads HDFS addresses', () => {
  assert.deepEqual(parseLakeAddress('webhdfs://nn:9870/user/fink?user=fink'), {
    kind: 'webhdfs',
    hosts: ['nn:9870'],
    root: '/user/fink',
    user: 'fink',
    isSecure: false,
  })
  assert.deepEqual(parseLakeAddress('swebhdfs://nn1:9871,[::1]:9871'), {
    kind: 'webhdfs',
    hosts: ['nn1:9871', '[::1]:9871'],
    root: '/',
    user: undefined,
    isSecure: true,
  })
})

test('parseLakeAddress() reads buckets', () => {
  assert.deepEqual(parseLakeAddress('s3://fink/nights/2024?endpoint=http://h:9000&region=eu-1'), {
    kind: 's3',
    bucket: 'fink',
    prefix: 'nights/2024',
    endpoint: 'http://h:9000',
    region: 'eu-1',
  })
  assert.deepEqual(parseLakeAddress('s3://fink'), {
    kind: 's3',
    bucket: 'fink',
    prefix: '',
    endpoint: 'https://s3.us-east-1.amazonaws.com',
    region: 'us-east-1',
  })
})

test('parseLakeAddress() refuses what it cannot open, without passwords in the message', () => {
  const refused = [
    '',
    'hdfs://nn:8020/',
    'webhdfs://nn/',
    'webhdfs:///user',
    'webhdfs://nn:9870/?usr=a',
    'webhdfs://nn:9870/%zz',
    'webhdfs://a:9870,b/',
    's3://',
    's3://fink?endpoint=nowhere',
    's3://fink?endpoint=http://u:p@h',
    'file://host/x',
  ]
  for (const address of refused) {
    assert.throws(() => parseLakeAddress(address), SyntaxError, address)
  }
  const secret = 's3://key:secret@fink'
  assert.throws(() => parseLakeAddress(secret), /"s3:\/\/\*\*\*@fink"/)
})

test('s3CredentialsFrom() needs both keys', () => {
  const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  assert.deepEqual(s3CredentialsFrom(env), {
    accessKeyId: 'a',
    secretAccessKey: 'b',
    sessionToken: undefined,
  })
  assert.equal(s3CredentialsFrom({ ...env, AWS_SESSION_TOKEN: 'c' })?.sessionToken, 'c')
  assert.equal(s3CredentialsFrom({ AWS_ACCESS_KEY_ID: 'a' }), undefined)
  assert.equal(s3CredentialsFrom({ ...env, AWS_SECRET_ACCESS_KEY: '' }), undefined)
})

test('openDatalake() opens a folder and refuses a missing one', async () => {
  const lake = await openDatalake(tmpdir())
  await lake.close()
  await assert.rejects(openDatalake('/no/such/folder'), DatalakeError)
})
