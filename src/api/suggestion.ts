/**
 * "Did you mean": the known name nearest to a misspelt one by the number of letters to add, drop,
 * replace or swap (optimal string alignment). Case and the choice of `-` or `_` do not count.
 */

/** Longest name for which a suggestion is looked for: the work grows with the square. */
const MAX_NAME_LENGTH = 64

/** The candidate nearest to `name`; undefined when it is off by over a third of the letters. */
export function suggestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > MAX_NAME_LENGTH) return undefined
  const folded = foldName(name)
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue
    const distance = countSlips(folded, foldName(candidate))
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** The end of an error message: `; did you mean "objectId"`, or nothing. */
export function suggestionText(name: string, candidates: Iterable<string>): string {
  const suggestion = suggestName(name, candidates)
  return suggestion === undefined ? '' : `; did you mean "${suggestion}"`
}

function foldName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

function countSlips(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let slips = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        slips = Math.min(slips, beforeLast[j - 2]! + 1)
      }
      row.push(slips)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
