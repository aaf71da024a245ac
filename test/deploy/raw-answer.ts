/** Requests as bytes on a connection, for what no HTTP client would send; and errors in answers. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'

const TIMEOUT_MS = 20_000

/** An answer, as far as tests of errors look at it. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Sends bytes and reads one answer, by its length or to the end of the connection. */
export async function sendBytes(
  port: number,
  bytes: string,
  options: { readonly localAddress?: string } = {},
): Promise<RawAnswer> {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')))
  socket.write(bytes)
  let seen = ''
  for await (const piece of socket) {
    seen += String(piece)
    const answer = readAnswer(seen)
    if (answer === undefined) continue
    socket.destroy()
    return answer
  }
  throw new Error(`The connection ended without a whole answer: ${seen}`)
}

function readAnswer(seen: string): RawAnswer | undefined {
  const [head = '', ...rest] = seen.split('\r\n\r\n')
  if (rest.length === 0) return undefined
  const text = rest.join('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    }),
  )
  if (text.length < Number(headers.get('content-length') ?? 0)) return undefined
  return { status: Number(first.split(' ')[1]), headers, text }
}

/** Gives an answer of `fetch` the same form. */
export async function toRawAnswer(response: Response): Promise<RawAnswer> {
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** An error answer has the one shape, an id, and is open to web pages. */
export function checkError(answer: RawAnswer, status: number, code: string): void {
  const { headers, text } = answer
  assert.equal(answer.status, status, text)
  assert.equal(headers.get('content-type'), 'application/json', text)
  assert.equal(headers.get('access-control-allow-origin'), '*')
  assert.match(headers.get('access-control-expose-headers') ?? '', /X-Request-Id/)
  const error = JSON.parse(text) as Readonly<Record<string, unknown>>
  assert.deepEqual(Object.keys(error), ['status', 'code', 'text', 'request'])
  assert.equal(error.status, 'error')
  assert.equal(error.code, code)
  assert.ok(typeof error.text === 'string' && error.text.length > 0 && !error.text.endsWith('.'))
  assert.equal(error.request, headers.get('x-request-id'))
}
