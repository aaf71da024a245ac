/** Dumps of tables, one JSON object a line. */
import { ConflictError } from '../../../src/errors.js'
import { openMemoryStore } from '../../../src/store/memory.js'
import { loadDump } from '../../../src/transfer/load.js'
import { type FuzzTarget, kinds, type OpenTarget, texts, toText } from '../target.js'

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n')
}

const HEADER =
  '{"table":"t","schema":{"i:a":"string","i:jd":"double","i:n":"long","i:f":"float","d:b":"boolean"}}'

const dump: FuzzTarget = {
  name: 'dump',
  about: 'dumps of tables',
  samples: texts(
    `${HEADER}\n{"key":"a_1","cells":{"i:a":"x","i:jd":"2459000.5","i:n":"-5","d:b":"true"}}\n{"key":"b","cells":{"i:f":"NaN"}}\n`,
    `${HEADER}\n{"key":"a","cells":{"c:n":"","i:a":"y"},"hex":{"c:n":"00000000000000ff"}}`,
    HEADER,
  ),
  words: [
    'null',
    '{}',
    '[]',
    '"key":',
    '"cells":',
    '"hex":',
    '"__proto__":',
    '"type":',
    '\n',
    '"constructor"',
    '1e999',
    'Infinity',
  ],
  read: input => loadDump(openMemoryStore(), linesOf(toText(input))),
  isDocumented: kinds(SyntaxError, ConflictError),
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = { dump: () => dump }
