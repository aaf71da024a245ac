/** The example tests run on two toy routes: they must find nothing, and find planted faults. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { text } from '../../src/api/declarations/params.js'
import { checkAnyAnswer, exampleCases, testExamples } from './examples.js'
import { buildToyServer, defineToyRoute, toyJson, toyTable } from './toy-routes.js'

const { app, endpoints } = buildToyServer()
after(() => app.close())

testExamples(() => app, endpoints)

async function findFailures(routes: Parameters<typeof buildToyServer>[0]): Promise<string[]> {
  const server = buildToyServer(routes)
  const failures: string[] = []
  for (const { title, request, check } of exampleCases(server.endpoints[0]!)) {
    try {
      const response = await server.app.inject(request)
      checkAnyAnswer(response)
      await check(response, server.app)
    } catch {
      failures.push(title)
    }
  }
  await server.app.close()
  return failures
}

test('exampleCases() finds a handler that crashes on one value', async () => {
  const route = defineToyRoute({
    name: 'crashing',
    summary: 'Crash on request',
    description: '',
    params: () => ({ name: text({ description: '', examples: ['a'], required: true }) }),
    outputs: [toyJson],
    handle: ({ name }) => {
      if (name.includes('passwd')) throw new TypeError('planted')
      return { kind: 'table', table: toyTable([name], [1]) }
    },
  })
  const failures = await findFailures([route])
  assert.deepEqual(failures, ['GET/POST /api/v1/crashing: name as "../../etc/passwd" is harmless'])
})

test('exampleCases() finds an example that does not answer', async () => {
  const route = defineToyRoute({
    name: 'stale',
    summary: 'Stale example',
    description: '',
    params: () => ({ name: text({ description: '', maxLength: 3 }) }),
    outputs: [toyJson],
    examples: () => [{ title: 'Too long', arguments: { name: 'abcd' }, method: 'GET' }],
    handle: () => ({ kind: 'table', table: toyTable([], []) }),
  })
  const failures = await findFailures([route])
  assert.ok(failures.includes('GET/POST /api/v1/stale: GET "Too long" json answers'))
})
