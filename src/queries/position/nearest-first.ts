/** Sorting by distance in linear time, for things that lie evenly on the sky. */

/** Something at a distance. */
export interface Distant {
  readonly separationDeg: number
}

/** Things of one ring that are sorted by inserting them. */
const FEW = 16

/**
 * The things by distance, nearest first. They are put into as many rings of equal area as there are
 * things, which an even sky fills with one each; crowded rings are sorted as such.
 */
export function sortNearestFirst<T extends Distant>(things: readonly T[]): T[] {
  let farthest = 0
  for (const { separationDeg } of things) if (separationDeg > farthest) farthest = separationDeg
  const count = things.length
  const ringOf = ({ separationDeg }: Distant): number =>
    farthest === 0 ? 0 : Math.floor((separationDeg / farthest) ** 2 * (count - 1))
  /** Where the things of each ring end; while they are placed, where the next one goes. */
  const ends = new Uint32Array(count + 1)
  for (const thing of things) ends[ringOf(thing) + 1]!++
  for (let ring = 1; ring <= count; ring++) ends[ring]! += ends[ring - 1]!
  const sorted: T[] = new Array(count)
  for (const thing of things) sorted[ends[ringOf(thing)]!++] = thing
  for (let ring = 0, start = 0; ring < count; ring++) {
    const end = ends[ring]!
    if (end - start > 1) sortPart(sorted, start, end)
    start = end
  }
  return sorted
}

function sortPart<T extends Distant>(things: T[], start: number, end: number): void {
  if (end - start > FEW) {
    const part = things.slice(start, end).sort((a, b) => a.separationDeg - b.separationDeg)
    for (const [i, thing] of part.entries()) things[start + i] = thing
    return
  }
  for (let i = start + 1; i < end; i++) {
    const thing = things[i]!
    let at = i
    for (; at > start && things[at - 1]!.separationDeg > thing.separationDeg; at--) {
      things[at] = things[at - 1]!
    }
    things[at] = thing
  }
}
