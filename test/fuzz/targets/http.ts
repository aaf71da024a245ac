/** Requests: raw bytes on a connection of the whole service, and the parsers of their parts. */
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { parseJsonBody } from '../../../src/api/arguments/json-body.js'
import { decodeMultipart } from '../../../src/api/arguments/multipart.js'
import { parseQuery } from '../../../src/api/arguments/query-string.js'
import { buildApp } from '../../../src/app.js'
import { openMemoryStore } from '../../../src/store/memory.js'
import { derivationOf } from '../../../src/surveys/surveys.js'
import { type FuzzTarget, kinds, type OpenTarget, texts, toText } from '../target.js'

const QUERY_WORDS = ['%', '%00', '%ff', '%e2%82', '&', '=', '+', '__proto__', '%C0%80', '\ud800']

const queryString: FuzzTarget = {
  name: 'query-string',
  about: 'arguments in an address or a form',
  samples: texts(
    'objectId=ZTF21abfmbix&columns=i:jd,i:magpsf&output-format=csv',
    'ra=12%3A55%3A17.218&dec=%2B02+53+50.35&radius=5',
    'a=%E2%82%AC&b=%F0%9F%98%80&a=2&=x&c',
    Array.from({ length: 210 }, (_, i) => `n${i}=${i}`).join('&'),
  ),
  words: QUERY_WORDS,
  shortRun: 2_000,
  read: input => parseQuery(toText(input)),
  isDocumented: kinds(SyntaxError, RangeError),
}

const JSON_WORDS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '\\u0000',
  ':',
  ',',
  'null',
  '1e999',
  '-0',
  '"a":',
]

const jsonBody: FuzzTarget = {
  name: 'json-body',
  about: 'JSON bodies',
  samples: texts(
    '{"objectId":"ZTF21abfmbix","withupperlim":true,"n":5}',
    '{"candid":1622215345315015012,"a":-9223372036854775808,"b":[1.5e10,"16222153453150150\\""]}',
    '[[[[[[]]]]]]',
  ),
  words: JSON_WORDS,
  shortRun: 2_000,
  read: input => parseJsonBody(toText(input)),
  isDocumented: kinds(SyntaxError),
}

const FORM = [
  '--xx\r\nContent-Disposition: form-data; name="credible_level"\r\n\r\n0.2\r\n',
  '--xx\r\nContent-Disposition: form-data; name="file"; filename="a.fits"\r\n',
  'Content-Type: application/octet-stream\r\n\r\n\x1f\x8b\x00\r\n--xx--\r\n',
].join('')

/** The first line is the content type, the rest the body. */
const multipart: FuzzTarget = {
  name: 'multipart',
  about: 'forms with files',
  samples: texts(
    `multipart/form-data; boundary=xx\n${FORM}`,
    `multipart/form-data; boundary="xx"\npreamble\r\n${FORM}epilogue`,
  ),
  words: ['\r\n', '--xx', '--xx--', '\r\n--xx', '\r\n\r\n', 'name="', 'filename*=', 'boundary='],
  shortRun: 2_000,
  read: input => {
    const lineEnd = Math.max(input.indexOf('\n'), 0)
    return decodeMultipart(input.subarray(lineEnd + 1), input.toString('latin1', 0, lineEnd))
  },
  isDocumented: kinds(SyntaxError, RangeError),
}

const HOST = 'Host: 127.0.0.1\r\n'

function post(route: string, body: string, type = 'application/json'): string {
  const length = Buffer.byteLength(body)
  const head = `Content-Type: ${type}\r\nContent-Length: ${length}\r\n`
  return `POST /api/v1/${route} HTTP/1.1\r\n${HOST}${head}\r\n${body}`
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\n${HOST}\r\n`
}

const REQUESTS = [
  get('/api/v1/objects?objectId=ZTF21abfmbix&columns=i:jd,i:magpsf&withupperlim=true'),
  get('/api/v1/conesearch?ra=12:55:17.218&dec=%2B02%2053%2050.35&radius=5&startdate=2021-11-05'),
  get('/api/v1/latests?class=SN%20candidate&n=5&startdate=2024-11-03%2012:30:00&trend=rising'),
  get('/api/v1/cutouts?objectId=ZTF21abfmbix&kind=Science&stretch=asinh&pmin=1&pmax=99'),
  get('/api/v1/tracklet?date=2021-10-22%2009:19:49&output-format=votable'),
  get('/ztf/api/v1/statistics?date=2021&columns=basic:raw,class:Solar%20System%20MPC'),
  post('objects', '{"objectId":"ZTF21abfmbix","columns":"i:jd","output-format":"parquet"}'),
  post('conesearch/batch', '{"positions":[{"name":"a","ra":1,"dec":2}],"radius":5}'),
  post('sso', '{"n_or_d":"10P","withEphem":true}'),
  post('ssocand', '{"kind":"lightcurves","ssoCandId":"FF1","maxnumber":10}'),
  post('resolver', '{"resolver":"tns","name":"SN 2023","reverse":true}'),
  post('skymap', `${FORM}`, 'multipart/form-data; boundary=xx'),
  post('metadata', '{"objectId":"a","internal_name":"b","username":"c","token":"d"}'),
  get('/status'),
]

const HTTP_WORDS = [
  ...QUERY_WORDS,
  ...JSON_WORDS,
  '\r\n',
  '\r\n\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 5\r\n',
  'Expect: 100-continue\r\n',
  'X-Request-Id: \x1b[2J\r\n',
  'Accept-Encoding: gzip\r\n',
  'Authorization: Bearer x\r\n',
  'HEAD ',
  'OPTIONS ',
  ' HTTP/1.0',
  '../',
]

/** Answers that tell of a fault of the program. */
const FAULTS = /^HTTP\/1\.1 5(?!0[34])/m

async function openHttp(): Promise<FuzzTarget> {
  const { app } = buildApp({
    store: openMemoryStore({ derivationOf }),
    defaultSurvey: 'ztf',
    rowLimit: 100,
    strictParameters: false,
    requestTimeoutMs: 5_000,
    bodyLimitBytes: 64 * 1024,
    logLevel: 'silent',
    version: 'fuzz',
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    name: 'http',
    about: 'raw bytes on a connection of the service; no answer may tell of a fault of it',
    samples: texts(...REQUESTS),
    words: HTTP_WORDS,
    shortRun: 300,
    read: async input => {
      const answer = await exchange(port, input)
      if (FAULTS.test(answer)) throw new Error(`The service answers ${answer.slice(0, 1000)}`)
    },
    isDocumented: () => false,
    close: () => app.close(),
  }
}

/** Sends bytes and ends; what comes back until the service ends, too. */
async function exchange(port: number, input: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const parts: Buffer[] = []
  socket.on('data', part => parts.push(part))
  // The service may end a connection that carries nonsense at any time.
  socket.on('error', () => socket.destroy())
  socket.end(input)
  await once(socket, 'close')
  return Buffer.concat(parts).toString('latin1')
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = {
  http: openHttp,
  'query-string': () => queryString,
  'json-body': () => jsonBody,
  multipart: () => multipart,
}
