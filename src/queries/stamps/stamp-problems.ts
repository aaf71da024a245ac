/** Stamps of an answer that cannot be read: how many, and why, each reason once. */
import { DatalakeError } from '../../errors.js'
import type { RowStamps } from './stamp-cells.js'

/** Most reasons told one by one; further ones are counted. */
const MAX_REASONS = 5

/** Collects the problems of rows. */
export class StampProblems {
  readonly #counts = new Map<string, number>()
  #first: DatalakeError | undefined
  #hasStamp = false
  #further = 0

  /** Looks at the stamps of a row. */
  add({ cells }: RowStamps): void {
    for (const cell of cells) {
      if (cell instanceof DatalakeError) this.#count(cell)
      else if (cell !== null) this.#hasStamp = true
    }
  }

  #count(failure: DatalakeError): void {
    this.#first ??= failure
    const { message } = failure
    const known = this.#counts.get(message)
    if (known === undefined && this.#counts.size >= MAX_REASONS) this.#further++
    else this.#counts.set(message, (known ?? 0) + 1)
  }

  /** @throws DatalakeError the first one, when there is a problem and no stamp */
  throwIfAll(): void {
    if (this.#first !== undefined && !this.#hasStamp) throw this.#first
  }

  /** One text a reason. */
  tell(): string[] {
    const told = [...this.#counts].map(([text, count]) => `${count} stamps are missing: ${text}`)
    return this.#further === 0 ? told : [...told, `and ${this.#further} more for other reasons`]
  }
}
