import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as shared from '../errors.js'
import * as own from './http-errors.js'

test('ERROR_CODES lists the code of every error class, each once', () => {
  const listed = own.ERROR_CODES.map(entry => entry.code)
  assert.equal(new Set(listed).size, listed.length)
  const classes = Object.entries({ ...shared, ...own }).filter(([name]) => name.endsWith('Error'))
  const abstract = ['ServiceError', 'ClientError', 'UpstreamError']
  for (const [name, value] of classes) {
    if (abstract.includes(name) || typeof value !== 'function') continue
    const error: unknown = Reflect.construct(value, ['service', 'message'])
    assert.ok(error instanceof shared.ServiceError)
    const entry = own.ERROR_CODES.find(({ code }) => code === error.code)
    assert.ok(entry?.statuses.includes(error.status), `${name} is missing from ERROR_CODES`)
  }
})

test('ERROR_CODES are in the order of their statuses', () => {
  const first = own.ERROR_CODES.map(({ statuses }) => statuses[0]!)
  assert.deepEqual(
    first.filter(status => status < 500),
    first.filter(status => status < 500).sort((a, b) => a - b),
  )
})
