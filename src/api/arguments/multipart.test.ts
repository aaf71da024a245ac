import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeMultipart } from './multipart.js'

const TYPE = 'multipart/form-data; boundary=XX'

function form(parts: readonly [string, Buffer | string][]): Buffer {
  const pieces = parts.map(([head, content]) =>
    Buffer.concat([
      Buffer.from(`--XX\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
  )
  return Buffer.concat([...pieces, Buffer.from('--XX--\r\n')])
}

test('decodeMultipart() reads text fields and files', () => {
  const bytes = Buffer.from([0x1f, 0x8b, 0, 255, 13, 10])
  const body = form([
    ['name="credible_level"', '0.2'],
    ['name="file"; filename="a.fits.gz"', bytes],
  ])
  const fields = decodeMultipart(body, TYPE)
  assert.equal(fields.get('credible_level'), '0.2')
  assert.deepEqual(fields.get('file'), bytes)
})

test('decodeMultipart() reads a quoted boundary, a preamble and other part headers', () => {
  const body = Buffer.from(
    'preamble\r\n--a b\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; name="n"\r\n\r\n5\r\n--a b--',
  )
  assert.equal(decodeMultipart(body, 'multipart/form-data; boundary="a b"').get('n'), '5')
})

test('decodeMultipart() keeps the first of repeated fields', () => {
  const body = form([
    ['name="n"', '1'],
    ['name="n"', '2'],
  ])
  assert.equal(decodeMultipart(body, TYPE).get('n'), '1')
})

test('decodeMultipart() refuses what is no form', () => {
  for (const body of ['', 'abc', '--XX', '--XX\r\n', '--XX\r\n\r\nx\r\n--XX--', '--XXabc--']) {
    assert.throws(() => decodeMultipart(Buffer.from(body), TYPE), SyntaxError, JSON.stringify(body))
  }
  assert.throws(() => decodeMultipart(form([]), 'multipart/form-data'), SyntaxError)
})

test('decodeMultipart() refuses a long part header and text that is not UTF-8', () => {
  const long = form([[`name="a"; x="${'y'.repeat(9000)}"`, '1']])
  assert.throws(() => decodeMultipart(long, TYPE), RangeError)
  assert.throws(() => decodeMultipart(form([['name="a"', Buffer.from([0xff])]]), TYPE), SyntaxError)
})

test('decodeMultipart() gives back any file and field', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/)
  fc.assert(
    fc.property(name, fc.uint8Array({ maxLength: 200 }), (field, content) => {
      const bytes = Buffer.from(content)
      fc.pre(!bytes.includes('\r\n--XX'))
      const fields = decodeMultipart(form([[`name="${field}"; filename="x"`, bytes]]), TYPE)
      assert.deepEqual(fields.get(field), bytes)
    }),
  )
})

test('decodeMultipart() never crashes on random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), content => {
      const body = Buffer.concat([Buffer.from('--XX\r\n'), content])
      try {
        decodeMultipart(body, TYPE)
      } catch (error) {
        assert.ok(error instanceof SyntaxError || error instanceof RangeError)
      }
    }),
  )
})
