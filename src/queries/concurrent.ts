/** Doing several things at the same time, but not too many. */

/**
 * The results of `run` for all items, in their order, with at most `limit` of them under way. After
 * a failure no further one is begun.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length)
  const entries = items.entries()
  let hasFailed = false
  const work = async (): Promise<void> => {
    for (const [i, item] of entries) {
      if (hasFailed) return
      try {
        results[i] = await run(item)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
  return results
}
