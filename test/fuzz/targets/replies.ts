/** Answers of remote services and of data lakes. */

import {
  parseGoodReply,
  parseRedirect,
  toHdfsError,
} from '../../../src/datalake/hdfs/webhdfs-error.js'
import type { HttpReply } from '../../../src/datalake/http-exchange.js'
import { parseS3Fault, toS3Error } from '../../../src/datalake/s3/s3-error.js'
import { DatalakeError, ResolverError } from '../../../src/errors.js'
import { openMiriade } from '../../../src/upstream/miriade.js'
import { openQuaero } from '../../../src/upstream/quaero.js'
import { decodeSesame } from '../../../src/upstream/sesame.js'
import { openSsodnet } from '../../../src/upstream/ssodnet.js'
import { playedEphemeris } from '../../upstream/play-answers.js'
import { type FuzzTarget, kinds, type OpenTarget, texts, toText } from '../target.js'

function replyOf(status: number, body: Buffer): HttpReply {
  return { status, body, header: () => body.toString('latin1', 0, 200) }
}

const XML_WORDS = ['<', '>', '</', '/>', '&lt;', '&#0;', '&#x110000;', '<!--', '-->', '<![CDATA[']

const s3Error: FuzzTarget = {
  name: 's3-error',
  about: 'errors of S3',
  samples: texts(
    '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>no &lt;key&gt;</Message></Error>',
    '<Error><Code>SlowDown</Code><Region>eu-west-1</Region></Error>',
  ),
  words: [...XML_WORDS, '<Code>', '</Code>', '<Message>'],
  shortRun: 1_000,
  read: input => {
    parseS3Fault(input)
    return toS3Error(replyOf(500, input), 'a.parquet', 10).message
  },
  isDocumented: () => false,
}

const webhdfsError: FuzzTarget = {
  name: 'webhdfs-error',
  about: 'answers and errors of WebHDFS',
  samples: texts(
    '{"RemoteException":{"exception":"FileNotFoundException","javaClassName":"java.io.X","message":"File does not exist: /a\\n\\tat x"}}',
    '{"RemoteException":{"exception":"StandbyException","message":"not active"}}',
    '{"FileStatus":{"length":1234,"type":"FILE"}}',
    'http://127.0.0.1:9864/webhdfs/v1/a?op=OPEN',
  ),
  words: ['null', '{}', '[]', '"message":', '"exception":', '{"toString":1}', 'out of the range'],
  shortRun: 1_000,
  read: input => {
    // Never throws; the object in a good answer may.
    toHdfsError(replyOf(403, input), { path: 'a' })
    parseRedirect(replyOf(307, input))
    return parseGoodReply(replyOf(200, input))
  },
  isDocumented: kinds(DatalakeError),
}

const sesame: FuzzTarget = {
  name: 'sesame',
  about: 'XML of the name resolver Sesame',
  samples: texts(
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- x -->\n<Sesame><Target option="S"><name>Mrk 2</name><Resolver name="S=Simbad (CDS)"><oid>1</oid><oname>Mrk 2</oname><jradeg>28.7</jradeg><alias><![CDATA[a < b]]></alias></Resolver></Target></Sesame>',
    '<Sesame><Target><INFO>*** Nothing found ***</INFO></Target></Sesame>',
  ),
  words: [...XML_WORDS, '<!DOCTYPE x [<!ENTITY a "b">]>', '<Resolver>', 'name="', ']]>'],
  shortRun: 1_000,
  read: input => decodeSesame(toText(input)),
  isDocumented: kinds(SyntaxError),
}

const EPOCH = 2_459_000.5

/** One answer given to each of the services that speak JSON. */
async function readReplies(input: Buffer): Promise<void> {
  const fetch = async (): Promise<Response> => new Response(new Uint8Array(input))
  const limits = { callsPerSecond: 1e9, burst: 1e9, failuresToOpen: 1e9 }
  const tools = { fetch, limits }
  const { signal } = new AbortController()
  const asteroid = { kind: 'name', text: 'Benoitcarry' } as const
  const asked = { name: 'a', isComet: false, observer: 'I41', epochsJd: [EPOCH] }
  const calls = [
    () => openQuaero('http://a', tools).find(asteroid, signal),
    () => openSsodnet('http://a', tools).find('a', signal),
    () => openMiriade('http://a', tools).readEphemeris(asked, signal),
  ]
  for (const call of calls) {
    await call().catch((error: unknown) => {
      if (!kinds(ResolverError)(error)) throw error
    })
  }
}

const jsonReplies: FuzzTarget = {
  name: 'json-replies',
  about: 'JSON of quaero, SsODNet and Miriade',
  samples: texts(
    '{"total":1,"data":[{"id":"Benoitcarry","type":"Asteroid","name":"Benoitcarry","aliases":["8467","1981 XX"]}]}',
    '{"data":[{"name":"Benoitcarry","aliases":"8467, 1981 XX, J81X00X"}]}',
    JSON.stringify({ sso: { name: 'a' }, data: [playedEphemeris(EPOCH)] }),
    '{"flag":-1}',
  ),
  words: ['null', '{}', '[]', '"data":', '"name":', '"aliases":', '"__proto__":', '[[', '1e999'],
  shortRun: 150,
  read: readReplies,
  isDocumented: kinds(ResolverError),
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = {
  's3-error': () => s3Error,
  'webhdfs-error': () => webhdfsError,
  sesame: () => sesame,
  'json-replies': () => jsonReplies,
}
