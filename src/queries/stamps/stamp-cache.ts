/**
 * Stamps that were read lately, as stored and in the forms in which they are asked for again. What
 * is kept never changes, because stamps do not.
 */
import { LRUCache } from 'lru-cache'
import type { StampTarget } from '../../cutouts/files/locate.js'
import { toOwnBytes } from '../../cutouts/own-bytes.js'
import type { StampKind } from './stamp-archive.js'

/** Form of a stamp that is as it was stored; the others have the names of their views. */
export const STORED = 'stored'

/** Stands for a stamp that an alert does not have. */
const NONE = new Uint8Array(0)

/** Keeps bytes up to a limit in memory. */
export class StampCache {
  readonly #kept: LRUCache<string, Uint8Array>

  /** @param maxBytes limit of all stamps together */
  constructor(maxBytes: number) {
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (bytes, key) => bytes.length + key.length * 2,
    })
  }

  /** The stamps of an alert, null where it has none; undefined unless all of them are here. */
  find(
    form: string,
    target: StampTarget,
    kinds: readonly StampKind[],
  ): (Uint8Array | null)[] | undefined {
    const found: (Uint8Array | null)[] = []
    for (const kind of kinds) {
      const bytes = this.#kept.get(keyOf(form, target, kind))
      if (bytes === undefined) return undefined
      found.push(bytes === NONE ? null : bytes)
    }
    return found
  }

  /** Keeps a stamp, which nobody changes, alone in its memory. */
  keep(form: string, target: StampTarget, kind: StampKind, bytes: Uint8Array | null): void {
    this.#kept.set(keyOf(form, target, kind), bytes === null ? NONE : toOwnBytes(bytes))
  }
}

function keyOf(form: string, { file, ids }: StampTarget, kind: StampKind): string {
  return [kind, ...Object.values(ids), form, file].join('\n')
}
