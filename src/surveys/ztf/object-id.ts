/** Ids of ZTF objects: `ZTF`, the year in two digits and seven letters. */

const COMPLETE_ID = /^ZTF\d\d[a-z]{7}$/
const ID_BEGINNING = /^[\w.@:-]{1,64}$/

/** True for a complete id. */
export function isCompleteId(text: string): boolean {
  return COMPLETE_ID.test(text)
}

/**
 * Key prefix of an object's rows: a complete id is followed by `_`, a shorter one is a prefix.
 *
 * @throws SyntaxError when the text cannot begin an id
 */
export function keyPrefix(id: string): string {
  if (isCompleteId(id)) return `${id}_`
  if (ID_BEGINNING.test(id)) return id
  throw new SyntaxError(`expected an object id such as ZTF21abfmbix, got "${id.slice(0, 80)}"`)
}

/** True for the prefix of one object, which its times follow, all with seven digits before the dot. */
export function isInTimeOrder(prefix: string): boolean {
  return prefix.endsWith('_') && isCompleteId(prefix.slice(0, -1))
}
