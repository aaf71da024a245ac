import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder, type StartRead } from './ordered-reads.js'

/** Reads that note what happens to them; read `i` gives `parts[i]` parts. */
function notedReads(parts: readonly number[]) {
  const notes: string[] = []
  const reads = parts.map(
    (count, i): StartRead<string> =>
      async function* () {
        notes.push(`start ${i}`)
        try {
          for (let part = 0; part < count; part++) yield `${i}.${part}`
        } finally {
          notes.push(`end ${i}`)
        }
      },
  )
  return { reads, notes }
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

test('inOrder() gives all parts in order, with a bounded number of reads ahead', async () => {
  const { reads, notes } = notedReads([2, 0, 1, 3])
  const seen: string[] = []
  for await (const part of inOrder(reads, { ahead: 2 })) {
    if (seen.length === 0) assert.deepEqual(notes, ['start 0', 'start 1', 'end 1'])
    seen.push(part)
  }
  assert.deepEqual(seen, ['0.0', '0.1', '2.0', '3.0', '3.1', '3.2'])
  assert.deepEqual(await collect(inOrder([], { ahead: 2 })), [])
})

test('inOrder() ends all reads when it is left', async () => {
  const { reads, notes } = notedReads([5, 5, 5, 5])
  for await (const part of inOrder(reads, { ahead: 3 })) {
    assert.equal(part, '0.0')
    break
  }
  assert.deepEqual(notes.filter(note => note.startsWith('end')).sort(), ['end 0', 'end 1', 'end 2'])
})

test('inOrder() passes failures on, in their turn', async () => {
  const { reads } = notedReads([2])
  const failing: StartRead<string> = async function* () {
    yield* []
    throw new Error('lost')
  }
  const seen: string[] = []
  await assert.rejects(async () => {
    for await (const part of inOrder([reads[0]!, failing], { ahead: 4 })) seen.push(part)
  }, /lost/)
  assert.deepEqual(seen, ['0.0', '0.1'])
})

test('inOrder() stops when its signal is aborted, and tells the reads', async () => {
  const abort = new AbortController()
  const waiting: StartRead<string> = async function* (signal) {
    yield 'first'
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  }
  const reading = collect(inOrder([waiting], { ahead: 1, signal: abort.signal }))
  setImmediate(() => abort.abort(new Error('enough')))
  await assert.rejects(reading, /enough/)
})
