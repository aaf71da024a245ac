/**
 * A cache in memory with a limit in bytes that loads what it lacks: callers who want the same
 * thing at the same time share one load.
 */
import { LRUCache } from 'lru-cache'

/** Loads a value; the signal tells that nobody waits for it any more. */
export type Load<V> = (signal: AbortSignal) => Promise<V>

interface Flight<V> {
  readonly value: Promise<V>
  readonly controller: AbortController
  waiting: number
}

/** A bounded cache; failed loads are not kept. */
export class LoadingCache<V extends object> {
  readonly #values: LRUCache<string, V>
  readonly #flights = new Map<string, Flight<V>>()

  /**
   * @param options.maxBytes limit of all values together; larger single values are not kept
   * @param options.sizeOf bytes of a value
   * @param options.onDrop called when a value leaves the cache
   */
  constructor(options: {
    readonly maxBytes: number
    readonly sizeOf: (value: V) => number
    readonly onDrop?: (key: string) => void
  }) {
    const { maxBytes, sizeOf, onDrop } = options
    this.#values = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: value => Math.max(1, sizeOf(value)),
      ...(onDrop && { dispose: (_value: V, key: string) => onDrop(key) }),
    })
  }

  /** The value when it is in the cache. */
  peek(key: string): V | undefined {
    return this.#values.get(key)
  }

  /** The value from the cache, from a load under way, or from a load of its own. */
  async get(key: string, load: Load<V>, signal?: AbortSignal): Promise<V> {
    const kept = this.#values.get(key)
    if (kept !== undefined) return kept
    signal?.throwIfAborted()
    return this.#wait(key, this.#flights.get(key) ?? this.#start(key, load), signal)
  }

  /** Keeps a value that was not loaded but came along with another one. */
  keep(key: string, value: V): void {
    this.#values.set(key, value)
  }

  /** Forgets the values whose key begins with the prefix, those under way too. */
  drop(prefix: string): void {
    for (const key of this.#values.keys()) if (key.startsWith(prefix)) this.#values.delete(key)
    for (const key of this.#flights.keys()) if (key.startsWith(prefix)) this.#flights.delete(key)
  }

  #start(key: string, load: Load<V>): Flight<V> {
    const controller = new AbortController()
    const flight = { value: load(controller.signal), controller, waiting: 0 }
    this.#flights.set(key, flight)
    const land = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
    flight.value.then(value => {
      if (this.#flights.get(key) === flight) this.#values.set(key, value)
      land()
    }, land)
    return flight
  }

  async #wait(key: string, flight: Flight<V>, signal?: AbortSignal): Promise<V> {
    flight.waiting++
    if (signal === undefined) return flight.value
    let stop = (): void => undefined
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => {
        flight.waiting--
        if (flight.waiting === 0) {
          this.#flights.delete(key)
          flight.controller.abort(signal.reason)
        }
        reject(signal.reason)
      }
      signal.addEventListener('abort', stop, { once: true })
    })
    try {
      return await Promise.race([flight.value, aborted])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
