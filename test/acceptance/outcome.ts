/** How a criterion can end beside being met: without data, failed, or without a service. */

/** The service lacks what the criterion is about; nothing is said about the program. */
export class NoData extends Error {
  override readonly name = 'NoData'
}

/** The service does not answer. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** @throws NoData unless the condition holds */
export function need(condition: boolean, what: string): asserts condition {
  if (!condition) throw new NoData(what)
}
