import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testExamples } from '../../../test/examples/examples.js'
import { openMemoryApp } from '../../../test/routes/memory-app.js'

const service = await openMemoryApp({})
after(service.close)

testExamples(
  () => service.app,
  service.endpoints.filter(({ name }) => name === 'classes'),
)

test('classes tells the names in three groups', async () => {
  const { status, text } = await service.get('classes')
  assert.equal(status, 200)
  const sizes = Object.entries(JSON.parse(text) as Record<string, string[]>).map(
    ([group, names]) => [group.split(' (')[0], names.length],
  )
  assert.deepEqual(Object.fromEntries(sizes), {
    'Cross-match with SIMBAD': 315,
    'Cross-match with TNS': 43,
    'Fink classifiers': 11,
  })
})
