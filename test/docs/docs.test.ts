/** The documentation agrees with the program. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { referencePages } from './reference.js'

const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => join('docs', name)),
]

test('the reference pages are those that the declarations make (npm run docs)', async () => {
  for (const [name, text] of Object.entries(await referencePages())) {
    const path = join('docs/reference', name)
    assert.ok(existsSync(path), `${path} is missing`)
    assert.equal(readFileSync(path, 'utf8'), text, path)
  }
})

test('links between pages lead somewhere', () => {
  const broken: string[] = []
  for (const page of PAGES) {
    for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      if (!existsSync(join(dirname(page), target))) broken.push(`${page}: ${target}`)
    }
  }
  assert.deepEqual(broken, [])
})

test('each package that is depended on has its reason', () => {
  const page = readFileSync('docs/decisions/dependencies.md', 'utf8')
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const names = Object.keys({ ...dependencies, ...devDependencies })
  assert.deepEqual(
    names.filter(name => !page.includes(`\`${name}\``)),
    [],
  )
})

test('the README is at most 100 lines', () => {
  assert.ok(readFileSync('README.md', 'utf8').split('\n').length <= 101)
})

test('files named in the pages exist', () => {
  const broken: string[] = []
  for (const page of PAGES.filter(name => !name.startsWith('docs/reference'))) {
    for (const [, path = ''] of readFileSync(page, 'utf8').matchAll(
      /`((?:src|test|bench|docs|bin|deploy)\/[\w./-]+)`/g,
    )) {
      // The page about adding a route makes this folder.
      if (path.startsWith('src/routes/last-alert/')) continue
      if (!existsSync(path)) broken.push(`${page}: ${path}`)
    }
  }
  assert.deepEqual(broken, [])
})
