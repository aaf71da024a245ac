/**
 * Reads that go on side by side while their results come out one after the other: each read is
 * started some places ahead of its turn and waits, with its first part at hand, until it has it.
 */

/** Starts a read; it ends early when the signal is aborted. */
export type StartRead<T> = (signal: AbortSignal) => AsyncGenerator<T, void, undefined>

interface Started<T> {
  readonly read: AsyncGenerator<T, void, undefined>
  readonly first: Promise<IteratorResult<T, void>>
}

/**
 * Everything that the reads give, in their order. However the iteration ends, all reads are ended.
 *
 * @param ahead most reads under way at the same time
 */
export async function* inOrder<T>(
  reads: readonly StartRead<T>[],
  { ahead, signal }: { readonly ahead: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<T, void, undefined> {
  signal?.throwIfAborted()
  const stop = new AbortController()
  const passOn = (): void => stop.abort(signal?.reason)
  signal?.addEventListener('abort', passOn, { once: true })
  const open: Started<T>[] = []
  let current: Started<T> | undefined
  try {
    for (let next = 0; next < reads.length || open.length > 0; ) {
      while (open.length < ahead && next < reads.length)
        open.push(start(reads[next++]!, stop.signal))
      current = open.shift()!
      for (let part = await current.first; part.done !== true; part = await current.read.next()) {
        yield part.value
        signal?.throwIfAborted()
      }
      current = undefined
    }
  } finally {
    signal?.removeEventListener('abort', passOn)
    const left = current === undefined ? open : [current, ...open]
    if (left.length > 0) {
      stop.abort()
      await Promise.allSettled(left.map(({ read }) => read.return()))
    }
  }
}

function start<T>(startRead: StartRead<T>, signal: AbortSignal): Started<T> {
  const read = startRead(signal)
  const first = read.next()
  // Seen when its turn comes; not at all when the iteration ends before.
  first.catch(() => undefined)
  return { read, first }
}
