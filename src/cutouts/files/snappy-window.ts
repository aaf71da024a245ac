/**
 * Parts of a Snappy stream that can be decompressed without the rest (Snappy format description,
 * 2011). A stream is the length of its output and then elements, each a literal, whose bytes stand
 * in the stream as they are, or a copy of output that came before:
 *
 *     tag       literal   length-1 in the upper six bits of the tag, or in the 1 to 4 bytes behind
 *     ....00
 *     tag       copy      01: length-4 in three bits, distance in three bits and one byte
 *     ....01 to           10: length-1 in six bits, distance in two bytes
 *     ....11              11: length-1 in six bits, distance in four bytes
 *
 * A window begins inside a literal or before a copy and has all that its own copies refer to.
 */

/** Bytes of a stream, and how to get a part of the output from them alone. */
export interface SnappyWindow {
  /** Place of the first byte in the stream, and the number of bytes. */
  readonly offset: number
  readonly length: number
  /** Bytes at the beginning that are output as they are, before the first element. */
  readonly literal: number
  /** Bytes of output before the wanted ones. */
  readonly skip: number
}

/** The elements of a stream, for finding windows in it. */
export interface SnappyElements {
  /** For each element: its place in the stream, where its output begins, and the distance of a copy. */
  readonly places: Uint32Array
  readonly outputs: Uint32Array
  /** 0 for literals. */
  readonly distances: Uint32Array
  readonly count: number
  /** Bytes of the whole output, and of the stream. */
  readonly outputLength: number
  readonly length: number
}

/** Bytes of length behind the tag of a literal from this value of its upper six bits on. */
const LONG_LITERAL = 60
/** Bytes of each kind of copy, and of its distance. */
const COPY_BYTES = [0, 2, 3, 5] as const

/**
 * Takes a stream apart.
 *
 * @throws RangeError when it is broken
 */
export function findSnappyElements(stream: Uint8Array): SnappyElements {
  const { value: outputLength, next } = readLength(stream)
  let size = 1024
  let places = new Uint32Array(size)
  let outputs = new Uint32Array(size)
  let distances = new Uint32Array(size)
  let count = 0
  let output = 0
  for (let at = next; at < stream.length; count++) {
    if (count === size) {
      size *= 2
      places = grown(places, size)
      outputs = grown(outputs, size)
      distances = grown(distances, size)
    }
    places[count] = at
    outputs[count] = output
    const tag = stream[at]!
    if ((tag & 3) === 0) {
      const { body, length } = readLiteral(stream, at)
      at = body + length
      output += length
    } else {
      const distance = readDistance(stream, at)
      if (distance === 0 || distance > output) throw broken('a copy of what is not there')
      distances[count] = distance
      at += COPY_BYTES[tag & 3]!
      output += copyLength(tag)
    }
    if (at > stream.length || output > outputLength) throw broken('an element beyond the end')
  }
  if (output !== outputLength) throw broken(`${outputLength} bytes announced, got ${output}`)
  return { places, outputs, distances, count, outputLength, length: stream.length }
}

function grown(values: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(size)
  larger.set(values)
  return larger
}

function broken(reason: string): RangeError {
  return new RangeError(`Cannot read Snappy: ${reason}`)
}

function readLength(stream: Uint8Array): { value: number; next: number } {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = stream[i]
    if (byte === undefined) break
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, next: i + 1 }
  }
  throw broken('its length has no end')
}

/** Where the bytes of the literal at `at` begin, and how many they are. */
function readLiteral(bytes: Uint8Array, at: number): { body: number; length: number } {
  const upper = bytes[at]! >>> 2
  if (upper < LONG_LITERAL) return { body: at + 1, length: upper + 1 }
  const count = upper - LONG_LITERAL + 1
  return { body: at + 1 + count, length: littleEndian(bytes, at + 1, count) + 1 }
}

function readDistance(bytes: Uint8Array, at: number): number {
  const tag = bytes[at]!
  if ((tag & 3) === 1) return (tag >>> 5) * 256 + (bytes[at + 1] ?? 0)
  return littleEndian(bytes, at + 1, COPY_BYTES[tag & 3]! - 1)
}

function copyLength(tag: number): number {
  return (tag & 3) === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = 0; i < count; i++) value += (bytes[at + i] ?? 0) * 2 ** (8 * i)
  return value
}

/**
 * The smallest window that gives the output from `start` to `end`.
 *
 * @throws RangeError when the output has no such bytes, or none are asked for
 */
export function findSnappyWindow(
  stream: Uint8Array,
  elements: SnappyElements,
  { start, end }: { readonly start: number; readonly end: number },
): SnappyWindow {
  const { outputs, distances, outputLength } = elements
  if (!(0 <= start && start < end && end <= outputLength)) {
    throw new RangeError(`Cannot find bytes ${start} to ${end} in ${outputLength} bytes of output`)
  }
  const last = elementAt(elements, end - 1)
  let first = elementAt(elements, start)
  let from = start
  for (let i = last; i >= first; i--) {
    if (distances[i] === 0) continue
    // A copy is repeated as a whole, with all that it may refer to.
    from = Math.min(from, outputs[i]! - distances[i]!)
    first = elementAt(elements, from)
  }
  // What is needed first is never a copy: that would need something before it.
  const begin = spanOf(stream, elements, first)
  const offset = begin.body + from - outputs[first]!
  const finish = spanOf(stream, elements, last)
  const close = distances[last] === 0 ? finish.body + end - outputs[last]! : finish.end
  const literal = Math.min(begin.end, close) - offset
  return { offset, length: close - offset, literal, skip: start - from }
}

/** Number of the element that makes a byte of the output. */
function elementAt({ outputs, count }: SnappyElements, at: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (outputs[middle]! <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Where in the stream the bytes of an element begin and where it ends. */
function spanOf(
  stream: Uint8Array,
  { places, distances, count, length }: SnappyElements,
  element: number,
): { body: number; end: number } {
  const at = places[element]!
  const end = element + 1 < count ? places[element + 1]! : length
  return { body: distances[element] === 0 ? readLiteral(stream, at).body : at, end }
}

/**
 * The wanted output of a window: the `length` bytes after the skipped ones.
 *
 * @param bytes of the window; the result may be a part of them
 * @throws RangeError when they are broken
 */
export function decodeSnappyWindow(
  bytes: Uint8Array,
  { literal, skip, length }: Pick<SnappyWindow, 'literal' | 'skip'> & { readonly length: number },
): Uint8Array {
  const needed = skip + length
  if (needed <= literal && literal <= bytes.length) return bytes.subarray(skip, needed)
  const output = new Uint8Array(needed)
  let filled = copyLiteral(bytes, 0, literal, output, 0)
  for (let at = literal; filled < needed; ) {
    const tag = bytes[at]
    if (tag === undefined) throw broken('a window ends early')
    if ((tag & 3) === 0) {
      const { body, length } = readLiteral(bytes, at)
      at = body + length
      filled = copyLiteral(bytes, body, length, output, filled)
    } else {
      const distance = readDistance(bytes, at)
      if (distance === 0 || distance > filled) throw broken('a copy of what is not in the window')
      at += COPY_BYTES[tag & 3]!
      const end = Math.min(needed, filled + copyLength(tag))
      // Byte by byte: a copy may go on into what it has just made.
      for (; filled < end; filled++) output[filled] = output[filled - distance]!
    }
  }
  return output.subarray(skip)
}

/** Copies as much of a literal as there is room for, and gives where the output ends then. */
function copyLiteral(
  bytes: Uint8Array,
  at: number,
  length: number,
  output: Uint8Array,
  filled: number,
): number {
  const count = Math.min(length, output.length - filled)
  if (at + count > bytes.length) throw broken('a literal ends early')
  output.set(bytes.subarray(at, at + count), filled)
  return filled + count
}
