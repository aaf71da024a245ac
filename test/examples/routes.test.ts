/** Every route of the service, on a made-up sky: its examples answer, nonsense is refused. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ztf } from '../../src/surveys/ztf/ztf.js'
import { exampleCases, testExamples } from './examples.js'
import { makeSky, openSkyService } from './made-up-sky.js'

const sky = await makeSky()
const { server, writer, close } = await openSkyService(sky)
after(async () => {
  await close()
  await sky.close()
})

const endpoints = server.endpoints.filter(({ survey }) => survey === ztf.name)

testExamples(() => writer, endpoints)

test('every example of a table finds rows on the made-up sky', async () => {
  const empty: string[] = []
  for (const endpoint of endpoints) {
    if (endpoint.tableFormats.length === 0) continue
    for (const { title, request } of exampleCases(endpoint)) {
      if (!title.endsWith('json answers')) continue
      const { body } = await server.app.inject(request)
      if (body === '[]') empty.push(title)
    }
  }
  assert.deepEqual(empty, [])
})
