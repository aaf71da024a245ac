/** The shape of the house, as rules over the imports and sizes of the sources. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join('src', name))
  .sort()

const isTest = (file: string): boolean => /\.test\.ts$|\/contract[\w-]*\.ts$/.test(file)

/** Part of the house a file belongs to: its folder below `src`, or its name at the top. */
function partOf(file: string): string {
  const [, part = ''] = file.split('/')
  return part
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'/gm)]
    .map(match => match[1] ?? match[2] ?? '')
    .filter(path => path !== '')
}

/** Parts that each part may import from, itself aside. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  science: [],
  rows: [],
  formats: ['rows'],
  store: ['rows', 'errors.ts'],
  datalake: ['errors.ts'],
  transfer: ['rows', 'store', 'errors.ts'],
  cutouts: ['datalake', 'rows', 'formats', 'errors.ts'],
  surveys: ['rows', 'formats', 'science', 'ingest'],
  ingest: ['rows', 'store', 'datalake', 'errors.ts'],
  upstream: ['errors.ts', 'science'],
  api: ['formats', 'rows', 'errors.ts'],
  params: ['api', 'queries', 'surveys', 'science', 'errors.ts'],
  queries: [
    'rows',
    'store',
    'formats',
    'surveys',
    'science',
    'cutouts',
    'datalake',
    'upstream',
    'errors.ts',
  ],
  routes: [
    'api',
    'params',
    'queries',
    'surveys',
    'formats',
    'rows',
    'store',
    'upstream',
    'cutouts',
    'errors.ts',
  ],
  simulate: ['cutouts'],
  tracing: ['api', 'store', 'datalake', 'upstream', 'rows'],
  'config.ts': ['api', 'tracing'],
}

/** Composition: these may use everything. */
const FREE = new Set(['app.ts', 'main.ts', 'cli'])

test('imports point one way', () => {
  const wrong: string[] = []
  for (const file of SOURCES.filter(name => !isTest(name))) {
    const part = partOf(file)
    if (FREE.has(part)) continue
    const allowed = ALLOWED[part]
    assert.ok(allowed !== undefined, `"${file}" is in no part that the rules know`)
    for (const path of importsOf(file).filter(name => name.startsWith('.'))) {
      const target = normalize(join(dirname(file), path)).replace(/\.js$/, '.ts')
      const targetPart = partOf(target)
      if (targetPart !== part && !allowed.includes(targetPart)) wrong.push(`${file} -> ${target}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('pure code neither waits nor reads the clock', () => {
  const wrong = SOURCES.filter(
    file => /^src\/(science|formats|rows)\//.test(file) && !isTest(file),
  ).filter(file =>
    /\bawait\b|\basync\b|Date\.now|new Date\(\)|performance\.now|Math\.random/.test(code(file)),
  )
  assert.deepEqual(wrong, [])
})

test('nothing but the survey values asks which survey it is', () => {
  const wrong = SOURCES.filter(
    file => /^src\/(queries|routes|params|api|store|formats)\//.test(file) && !isTest(file),
  ).filter(file => /survey(\.name)? === '/.test(code(file)))
  assert.deepEqual(wrong, [])
})

test('importing a file does nothing: no let at the top level', () => {
  const wrong = SOURCES.filter(file => !isTest(file)).filter(file =>
    /^(export )?let /m.test(code(file)),
  )
  assert.deepEqual(wrong, [])
})

test('every file opens by saying what it is and keeps within its size', () => {
  const wrong: string[] = []
  for (const file of SOURCES) {
    const text = readFileSync(file, 'utf8')
    const lines = text.split('\n').length
    const isData = /-boundaries|simbad-otypes|class-names|palette-data|columns\.ts|tables\.ts/.test(
      file,
    )
    if (!isTest(file) && !text.startsWith('/**')) wrong.push(`${file}: no opening comment`)
    const most = isTest(file) ? 601 : 401
    if (lines > most && !isData) wrong.push(`${file}: ${lines} lines`)
  }
  assert.deepEqual(wrong, [])
})

test('file names say what is in them', () => {
  const vague = /(^|[-/])(utils?|helpers?|common|misc|manager|base)([-.]|$)/
  assert.deepEqual(
    SOURCES.filter(file => vague.test(file) || !/^[a-z0-9./-]+$/.test(file)),
    [],
  )
})

/** Text of a file without comments, so that prose cannot break a rule. */
function code(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}
