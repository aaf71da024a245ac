/** Texts with a grammar of their own: positions, times, sky maps as text, cells of tables. */
import { gzipSync } from 'node:zlib'
import { encodeStampHint, parseStampHint } from '../../../src/cutouts/files/stamp-hint.js'
import { toLakePath } from '../../../src/datalake/stored-path.js'
import { skyMapParam } from '../../../src/params/sky-map.js'
import { parsePosition } from '../../../src/science/sky/angle.js'
import { parseTime } from '../../../src/science/time/time-text.js'
import { type FuzzTarget, kinds, type OpenTarget, texts, toText } from '../target.js'

/** Right ascension and declination on two lines. */
const position: FuzzTarget = {
  name: 'position',
  about: 'coordinates in all their spellings',
  samples: texts(
    '193.822\n2.89732',
    '193d49m18.267s\n2d53m50.35s',
    '12h55m17.218s\n+02d53m50.35s',
    '12:55:17.218\n-02:53:50.35',
    '12 55 17.218\n02 53 50.35',
    '3.38rad\n2.9N',
  ),
  words: ['h', 'd', 'm', 's', ':', '-', '°', '′', '″', 'e308', 'rad', 'hourangle', '60', '24'],
  shortRun: 2_000,
  read: input => {
    const [ra = '', dec = ''] = toText(input).split('\n', 2)
    const { raDeg, decDeg } = parsePosition(ra, dec)
    if (!(raDeg >= 0 && raDeg < 360 && decDeg >= -90 && decDeg <= 90)) {
      throw new Error(`Position ${raDeg}, ${decDeg}`)
    }
  },
  isDocumented: kinds(SyntaxError, RangeError),
}

const time: FuzzTarget = {
  name: 'time',
  about: 'dates in all their spellings',
  samples: texts(
    '2021-06-10',
    '2021-06-10 12:30:59.999',
    '2016-12-31T23:59:60.5Z',
    '2021:161:12:30:00',
    'J2021.5',
    'B1950.0',
    '2459375.5',
    '59375.25',
  ),
  words: ['-', ':', 'T', 'Z', 'J', 'B', '60', '24', '31', '0000', '9999', '02-29', '366', 'e300'],
  shortRun: 2_000,
  read: input => {
    const { dayNumber, dayFraction } = parseTime(toText(input))
    if (!(Number.isInteger(dayNumber) && dayFraction >= 0 && dayFraction < 1)) {
      throw new Error(`Day ${dayNumber}, fraction ${dayFraction}`)
    }
  },
  isDocumented: kinds(SyntaxError, RangeError),
}

const packed = gzipSync(Buffer.from('SIMPLE  =                    T'))

function pythonText(bytes: Uint8Array): string {
  return `b'${[...bytes].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`
}

const skyMapText: FuzzTarget = {
  name: 'sky-map-text',
  about: 'sky maps as base64 or as Python writes bytes',
  samples: texts(packed.toString('base64'), pythonText(packed), `b"\\t\\r\\n\\\\\\'\\"abc"`, 'b""'),
  words: ["b'", 'b"', '\\x', '\\', '\\u00ff', '\\N{DEGREE SIGN}', '=', '==', '-', '_', "'"],
  shortRun: 2_000,
  read: input => skyMapParam().parse(toText(input)),
  isDocumented: kinds(SyntaxError, RangeError, TypeError),
}

const PAGE = {
  offset: 1234,
  length: 56_789,
  firstRow: 40,
  codec: 'SNAPPY',
  maxDefinition: 2,
} as const
const FILE = 'a/b.parquet'

const stampHint: FuzzTarget = {
  name: 'stamp-hint',
  about: 'cells that tell where stamps are',
  samples: texts(
    encodeStampHint({ file: FILE, row: 7, pages: { Science: PAGE, Template: PAGE } }),
    encodeStampHint({
      file: FILE,
      row: 0,
      pages: {
        Science: { ...PAGE, dictionary: { offset: 4, length: 100 } },
        Difference: {
          ...PAGE,
          window: { offset: 1300, length: 50, literal: 40, skip: 3, size: 45, mark: 77 },
        },
      },
    }),
  ),
  words: ['.', '-', '~', '..', 'zzzzzzzzzz', 's2-'],
  shortRun: 2_000,
  read: input => parseStampHint(toText(input), FILE),
  isDocumented: kinds(SyntaxError),
}

const storedPath: FuzzTarget = {
  name: 'stored-path',
  about: 'names of files in tables: none may lead out of the lake',
  samples: texts(
    'hdfs://host:8020/user/fink/archive/science/a.parquet',
    '/user/fink/archive/year=2021/part-0.parquet',
    's3a://bucket/archive/a.parquet',
    'year=2021/a.parquet',
  ),
  words: ['..', '/', '/../', './', '//', ':8020', '://', '\0', '%2e%2e', '\\', 'file:'],
  shortRun: 2_000,
  read: input => {
    const path = toLakePath(toText(input), '/user/fink/archive')
    if (path.startsWith('/') || path.split('/').some(part => part === '..' || part === '')) {
      throw new Error(`Path ${path}`)
    }
  },
  isDocumented: kinds(RangeError),
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = {
  position: () => position,
  time: () => time,
  'sky-map-text': () => skyMapText,
  'stamp-hint': () => stampHint,
  'stored-path': () => storedPath,
}
