/**
 * Bits, finite state entropy tables and Huffman tables of Zstandard (RFC 8878, sections 4.1 and
 * 4.2). Pure; the frames and blocks that use them are in `zstd.ts`.
 */

/** Highest number of bits one `read` gives. */
const MAX_READ_BITS = 25

/** Reads a bit stream from its last bit to its first; before the first, all bits are zero. */
export class BackwardBits {
  readonly #bytes: Uint8Array
  readonly #start: number
  /** Bits that are left, negative once the stream was read past its beginning. */
  left: number

  /**
   * @throws SyntaxError when the last byte has no end mark
   */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start ? bytes[end - 1]! : 0
    if (last === 0) throw new SyntaxError('Cannot read Zstandard: a bit stream has no end mark')
    this.#bytes = bytes
    this.#start = start
    this.left = (end - start) * 8 - (Math.clz32(last) - 24) - 1
  }

  /** The next `count` bits (at most 25) as an unsigned number. */
  read(count: number): number {
    this.left -= count
    return this.#at(this.left, count)
  }

  /** The next bits without moving on. */
  peek(count: number): number {
    return this.#at(this.left - count, count)
  }

  /** Like `read`, for up to 32 bits. */
  readLong(count: number): number {
    if (count <= MAX_READ_BITS) return this.read(count)
    const high = this.read(count - 16)
    return high * 65536 + this.read(16)
  }

  #at(position: number, count: number): number {
    if (count === 0) return 0
    if (position < 0) {
      const inside = position + count
      return inside <= 0 ? 0 : this.#at(0, inside) << -position
    }
    const at = this.#start + (position >> 3)
    const bytes = this.#bytes
    // Bytes after the stream are masked away, so it does not matter what stands there.
    const word =
      at + 3 < bytes.length
        ? bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
        : wordAtEnd(bytes, at)
    return (word >>> (position & 7)) & ((1 << count) - 1)
  }
}

function wordAtEnd(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
}

/** Decoding table of finite state entropy: what each state gives and which state follows. */
export interface EntropyTable {
  readonly accuracyLog: number
  readonly symbols: Uint8Array
  readonly bits: Uint8Array
  readonly bases: Uint16Array
}

/** Table of the given normalised counts (-1 is "less than one"). RFC 8878, section 4.1.1. */
export function buildEntropyTable(counts: readonly number[], accuracyLog: number): EntropyTable {
  const size = 1 << accuracyLog
  const symbols = new Uint8Array(size)
  let high = size
  counts.forEach((count, symbol) => {
    if (count === -1) symbols[--high] = symbol
  })
  spreadSymbols(symbols, counts, high)
  const bits = new Uint8Array(size)
  const bases = new Uint16Array(size)
  const next = counts.map(count => (count === -1 ? 1 : count))
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state]!
    const value = next[symbol]!
    next[symbol] = value + 1
    bits[state] = accuracyLog - (31 - Math.clz32(value))
    bases[state] = (value << bits[state]!) - size
  }
  return { accuracyLog, symbols, bits, bases }
}

function spreadSymbols(symbols: Uint8Array, counts: readonly number[], high: number): void {
  const size = symbols.length
  const step = (size >> 1) + (size >> 3) + 3
  let at = 0
  counts.forEach((count, symbol) => {
    for (let i = 0; i < count; i++) {
      symbols[at] = symbol
      do at = (at + step) & (size - 1)
      while (at >= high)
    }
  })
}

/** Table that always gives the one symbol. */
export function constantTable(symbol: number): EntropyTable {
  return {
    accuracyLog: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    bases: new Uint16Array(1),
  }
}

/**
 * Reads a table description from `bytes` at `start`; gives the table and where it ends.
 *
 * @throws SyntaxError when the description is not valid
 */
export function readEntropyTable(
  bytes: Uint8Array,
  start: number,
  maxLog: number,
): { table: EntropyTable; end: number } {
  let bit = start * 8
  const take = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++, bit++) value |= (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) << i
    return value
  }
  const accuracyLog = take(4) + 5
  if (accuracyLog > maxLog) throw new SyntaxError('Cannot read Zstandard: accuracy log too high')
  const counts: number[] = []
  let left = (1 << accuracyLog) + 1
  while (left > 1 && counts.length < 256) {
    const width = 32 - Math.clz32(left)
    const low = take(width - 1)
    const spare = (1 << width) - 1 - left
    let value = low
    if (low >= spare) {
      value = low | (take(1) << (width - 1))
      if (value >= 1 << (width - 1)) value -= spare
    }
    const count = value - 1
    counts.push(count)
    left -= Math.abs(count)
    if (count === 0) {
      for (let repeat = 3; repeat === 3; ) {
        repeat = take(2)
        for (let i = 0; i < repeat; i++) counts.push(0)
      }
    }
  }
  if (left !== 1) throw new SyntaxError('Cannot read Zstandard: counts do not add up')
  return { table: buildEntropyTable(counts, accuracyLog), end: (bit + 7) >> 3 }
}

/** Decoding table of a Huffman code, one entry per `maxBits` bits of input. */
export interface HuffmanTable {
  readonly maxBits: number
  readonly symbols: Uint8Array
  readonly lengths: Uint8Array
}

const MAX_HUFFMAN_BITS = 11

/**
 * Reads a Huffman tree description. RFC 8878, section 4.2.1.
 *
 * @throws SyntaxError when it is not valid
 */
export function readHuffmanTable(
  bytes: Uint8Array,
  start: number,
): { table: HuffmanTable; end: number } {
  const header = bytes[start] ?? 0
  const body = start + 1
  if (header >= 128) {
    const count = header - 127
    const weights = Array.from({ length: count }, (_, i) => {
      const pair = bytes[body + (i >> 1)] ?? 0
      return i % 2 === 0 ? pair >> 4 : pair & 15
    })
    return { table: buildHuffmanTable(weights), end: body + ((count + 1) >> 1) }
  }
  const end = body + header
  return { table: buildHuffmanTable(readWeights(bytes, body, end)), end }
}

function readWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, end: streamStart } = readEntropyTable(bytes, start, 6)
  const stream = new BackwardBits(bytes, streamStart, end)
  const weights: number[] = []
  // Two states take turns; the stream ends when one of them would need bits that are not there.
  const states = [stream.read(table.accuracyLog), stream.read(table.accuracyLog)]
  for (let turn = 0; weights.length < 255; turn ^= 1) {
    const state = states[turn]!
    weights.push(table.symbols[state]!)
    const bits = table.bits[state]!
    if (stream.left < bits) {
      weights.push(table.symbols[states[turn ^ 1]!]!)
      return weights
    }
    states[turn] = table.bases[state]! + stream.read(bits)
  }
  throw new SyntaxError('Cannot read Zstandard: too many Huffman weights')
}

function buildHuffmanTable(weights: readonly number[]): HuffmanTable {
  const sum = weights.reduce((total, weight) => total + (weight > 0 ? 1 << (weight - 1) : 0), 0)
  const maxBits = sum === 0 ? 0 : 32 - Math.clz32(sum)
  const rest = (1 << maxBits) - sum
  if (maxBits === 0 || maxBits > MAX_HUFFMAN_BITS || (rest & (rest - 1)) !== 0) {
    throw new SyntaxError('Cannot read Zstandard: Huffman weights do not add up')
  }
  const all = [...weights, 32 - Math.clz32(rest)]
  const symbols = new Uint8Array(1 << maxBits)
  const lengths = new Uint8Array(1 << maxBits)
  let at = 0
  for (let weight = 1; weight <= maxBits; weight++) {
    all.forEach((own, symbol) => {
      if (own !== weight) return
      const end = at + (1 << (weight - 1))
      symbols.fill(symbol, at, end)
      lengths.fill(maxBits + 1 - weight, at, end)
      at = end
    })
  }
  return { maxBits, symbols, lengths }
}
