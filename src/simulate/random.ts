/** A seeded generator of random numbers: the same seed gives the same made-up sky everywhere. */

/** Draws numbers; each draw advances the generator. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform in [from, to). */
  between(from: number, to: number): number
  /** Whole number in [from, to]. */
  integer(from: number, to: number): number
  /** Normal distribution (Box and Muller 1958). */
  normal(mean: number, sigma: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One of the values. */
  pick<T>(values: readonly T[]): T
}

/** Generator for a seed (mulberry32: 32 bits of state, enough for pictures of the sky). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number): number => from + next() * (to - from)
  return {
    next,
    between,
    integer: (from, to) => Math.floor(between(from, to + 1)),
    normal: (mean, sigma) =>
      mean + sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: probability => next() < probability,
    pick: values => values[Math.floor(next() * values.length)]!,
  }
}
