import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ConnectionFailure,
  OverloadFailure,
  RegionGapFailure,
  RemoteFailure,
  TableFailure,
  TimeoutFailure,
} from './failures.js'
import { type Reaction, reactionTo, toStoreError } from './reaction.js'

function remote(
  className: string,
  flags: { doNotRetry?: boolean; isServerOverloaded?: boolean } = {},
) {
  return new RemoteFailure('rs:1', { className, ...flags })
}

test('reactionTo() knows the exception classes by their full Java names', () => {
  const prefix = 'org.apache.hadoop.hbase.'
  const expected: Readonly<Record<string, Reaction>> = {
    NotServingRegionException: 'relocate',
    'exceptions.RegionMovedException': 'relocate',
    'exceptions.RegionOpeningException': 'retry',
    'regionserver.RegionServerStoppedException': 'reconnect',
    'regionserver.RegionServerAbortedException': 'reconnect',
    'exceptions.MasterStoppedException': 'reconnect',
    'ipc.ServerNotRunningYetException': 'reconnect',
    CallQueueTooBigException: 'retry',
    CallDroppedException: 'retry',
    RegionTooBusyException: 'retry',
    'quotas.RpcThrottlingException': 'retry',
    MultiActionResultTooLarge: 'retry',
    PleaseHoldException: 'retry',
    UnknownScannerException: 'reopen',
    'exceptions.ScannerResetException': 'reopen',
    'exceptions.OutOfOrderScannerNextException': 'reopen',
    'regionserver.LeaseException': 'reopen',
  }
  for (const [name, reaction] of Object.entries(expected)) {
    // Servers mark some of these "do not retry"; it must not matter.
    assert.equal(reactionTo(remote(prefix + name, { doNotRetry: true })), reaction, name)
  }
})

test('reactionTo() looks unknown exceptions up again unless the server forbids it', () => {
  assert.equal(reactionTo(remote('java.io.IOException')), 'relocate')
  assert.equal(reactionTo(remote('java.io.IOException', { isServerOverloaded: true })), 'retry')
  assert.equal(reactionTo(remote('a.B', { doNotRetry: true })), 'give up')
})

test('reactionTo() sorts our own failures', () => {
  assert.equal(reactionTo(new ConnectionFailure('x')), 'reconnect')
  assert.equal(reactionTo(new ConnectionFailure('x', { isPermanent: true })), 'give up')
  assert.equal(reactionTo(new TimeoutFailure('x')), 'relocate')
  assert.equal(reactionTo(new RegionGapFailure('x')), 'relocate')
  assert.equal(reactionTo(new OverloadFailure('x')), 'retry')
  assert.equal(reactionTo(new TableFailure('x')), 'give up')
  assert.equal(reactionTo(new SyntaxError('x')), 'give up')
})

test('toStoreError() says whether a retry may help, and why it failed', () => {
  const kinds = [
    [new TimeoutFailure('late'), 'timeout', 504],
    [new ConnectionFailure('lost'), 'unavailable', 503],
    [remote('org.apache.hadoop.hbase.UnknownScannerException'), 'unavailable', 503],
    [new TableFailure('the table "x" does not exist'), 'failed', 502],
  ] as const
  for (const [failure, kind, status] of kinds) {
    const error = toStoreError('scan the table "x"', failure)
    assert.equal(error.failure, kind)
    assert.equal(error.status, status)
    assert.equal(error.service, 'HBase')
    assert.equal(error.message, `Cannot scan the table "x": ${failure.message}`)
    assert.equal(error.cause, failure)
  }
})

test('RemoteFailure shows the class without package and the message without trace', () => {
  const className = 'org.apache.hadoop.hbase.regionserver.NoSuchColumnFamilyException'
  const failure = new RemoteFailure('rs:1', {
    className,
    stackTrace: `${className}: Column family z does not exist\n\tat a.b(C.java:1)\n\tat d`,
  })
  assert.equal(failure.className, 'NoSuchColumnFamilyException')
  assert.equal(
    failure.message,
    'rs:1 answered NoSuchColumnFamilyException: Column family z does not exist',
  )
  const bare = new RemoteFailure('rs:1', { className: 'a.B', stackTrace: 'a.B\n\tat x' })
  assert.equal(bare.message, 'rs:1 answered a.B')
  const long = new RemoteFailure('rs:1', {
    className: 'a.B',
    stackTrace: `a.B: ${'x'.repeat(9_999)}`,
  })
  assert.ok(long.message.length < 600)
})
