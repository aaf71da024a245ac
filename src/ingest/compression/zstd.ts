/**
 * Zstandard decompression (RFC 8878), because Node 20 has none and DuckDB and Polars write
 * Parquet with it. Whole buffers only; no dictionaries; check sums are not verified.
 */
import {
  BackwardBits,
  buildEntropyTable,
  constantTable,
  type EntropyTable,
  type HuffmanTable,
  readEntropyTable,
  readHuffmanTable,
} from './zstd-bits.js'

const MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const MAX_BLOCK_BYTES = 128 * 1024

const LITERAL_LENGTH_COUNTS = [
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
  -1, -1, -1, -1,
]
const MATCH_LENGTH_COUNTS = [
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
]
const OFFSET_COUNTS = [
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
]

/** Extra bits of the length codes; the base of each code follows from them. */
const LITERAL_LENGTH_BITS = [
  ...new Array<number>(16).fill(0),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
]
const MATCH_LENGTH_BITS = [
  ...new Array<number>(32).fill(0),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
]
const LITERAL_LENGTH_BASES = basesOf(LITERAL_LENGTH_BITS, 0)
const MATCH_LENGTH_BASES = basesOf(MATCH_LENGTH_BITS, 3)

/** What the three symbol tables of a block may be; RFC 8878, section 3.1.1.3.2. */
const LITERAL_LENGTHS = { maxLog: 9, standard: buildEntropyTable(LITERAL_LENGTH_COUNTS, 6) }
const OFFSETS = { maxLog: 8, standard: buildEntropyTable(OFFSET_COUNTS, 5) }
const MATCH_LENGTHS = { maxLog: 9, standard: buildEntropyTable(MATCH_LENGTH_COUNTS, 6) }

function basesOf(bits: readonly number[], first: number): number[] {
  let base = first
  return bits.map(count => {
    const own = base
    base += 2 ** count
    return own
  })
}

/** What blocks of a frame hand on to the next. */
interface FrameState {
  readonly output: Uint8Array
  length: number
  readonly frameStart: number
  huffman: HuffmanTable | undefined
  readonly tables: (EntropyTable | undefined)[]
  readonly recentOffsets: number[]
}

/**
 * Decompresses all frames of `input`.
 *
 * @param outputLength length of the result in bytes
 * @throws SyntaxError when the input is not valid or has another length
 */
export function decodeZstd(input: Uint8Array, outputLength: number): Uint8Array {
  const output = new Uint8Array(outputLength)
  let length = 0
  for (let at = 0; at < input.length; ) {
    const magic = littleEndian(input, at, 4)
    if (magic - (magic % 16) === SKIPPABLE_MAGIC) at += 8 + littleEndian(input, at + 4, 4)
    else if (magic === MAGIC) {
      const state: FrameState = {
        output,
        length,
        frameStart: length,
        huffman: undefined,
        tables: [undefined, undefined, undefined],
        recentOffsets: [1, 4, 8],
      }
      at = decodeFrame(input, at + 4, state)
      length = state.length
    } else throw new SyntaxError('Cannot read Zstandard: no frame where one should begin')
  }
  if (length !== outputLength) {
    throw new SyntaxError(`Cannot read Zstandard: ${length} bytes instead of ${outputLength}`)
  }
  return output
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  if (at + count > bytes.length) throw new SyntaxError('Cannot read Zstandard: input ends early')
  let value = 0
  for (let i = count - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!
  return value
}

function decodeFrame(input: Uint8Array, start: number, state: FrameState): number {
  const descriptor = littleEndian(input, start, 1)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  let at = start + 1 + (isSingleSegment ? 0 : 1)
  if (dictionaryBytes > 0 && littleEndian(input, at, dictionaryBytes) !== 0) {
    throw new SyntaxError('Cannot read Zstandard: the frame needs a dictionary')
  }
  at += dictionaryBytes + sizeBytes
  for (let isLast = false; !isLast; ) {
    const header = littleEndian(input, at, 3)
    isLast = (header & 1) === 1
    at = decodeBlock(input, at + 3, { type: (header >> 1) & 3, size: header >> 3 }, state)
  }
  const hasChecksum = (descriptor & 4) !== 0
  return hasChecksum ? at + 4 : at
}

/** Types of blocks and of literals sections. */
const RAW = 0
const REPEATED = 1
const COMPRESSED = 2

function decodeBlock(
  input: Uint8Array,
  at: number,
  { type, size }: { type: number; size: number },
  state: FrameState,
): number {
  if (type === REPEATED) {
    const end = room(state, size)
    state.output.fill(littleEndian(input, at, 1), state.length, end)
    state.length = end
    return at + 1
  }
  const blockEnd = at + size
  if (blockEnd > input.length) throw new SyntaxError('Cannot read Zstandard: input ends early')
  if (type === RAW) append(state, input.subarray(at, blockEnd))
  else if (type === COMPRESSED) decodeCompressed(input, at, blockEnd, state)
  else throw new SyntaxError('Cannot read Zstandard: unknown type of block')
  return blockEnd
}

/** Where output of `count` more bytes would end. */
function room({ output, length }: FrameState, count: number): number {
  if (length + count > output.length) {
    throw new SyntaxError(`Cannot read Zstandard: more than ${output.length} bytes`)
  }
  return length + count
}

/** Copies shorter than this are cheaper byte by byte than by a call out of the engine. */
const SHORT_COPY_BYTES = 64

function append(state: FrameState, bytes: Uint8Array, from = 0, to = bytes.length): void {
  const end = room(state, to - from)
  const { output } = state
  if (to - from > SHORT_COPY_BYTES) output.set(bytes.subarray(from, to), state.length)
  else for (let at = state.length, i = from; i < to; i++) output[at++] = bytes[i]!
  state.length = end
}

function decodeCompressed(input: Uint8Array, start: number, end: number, state: FrameState): void {
  const { literals, at } = readLiterals(input, start, end, state)
  decodeSequences(input, at, end, literals, state)
}

/** Literals section; RFC 8878, section 3.1.1.3.1. */
function readLiterals(input: Uint8Array, start: number, end: number, state: FrameState) {
  const first = littleEndian(input, start, 1)
  const type = first & 3
  const format = (first >> 2) & 3
  if (type === RAW || type === REPEATED) {
    const headerBytes = [1, 2, 1, 3][format]!
    const size = littleEndian(input, start, headerBytes) >> (headerBytes === 1 ? 3 : 4)
    const at = start + headerBytes
    if (size > MAX_BLOCK_BYTES) throw new SyntaxError('Cannot read Zstandard: too many literals')
    if (type === RAW) return { literals: input.subarray(at, at + size), at: at + size }
    return { literals: new Uint8Array(size).fill(littleEndian(input, at, 1)), at: at + 1 }
  }
  const headerBytes = [3, 3, 4, 5][format]!
  const sizeBits = [10, 10, 14, 18][format]!
  const header = Math.floor(littleEndian(input, start, headerBytes) / 16)
  const size = header % 2 ** sizeBits
  const packed = Math.floor(header / 2 ** sizeBits)
  let at = start + headerBytes
  const packedEnd = at + packed
  if (packedEnd > end || size > MAX_BLOCK_BYTES) {
    throw new SyntaxError('Cannot read Zstandard: literals do not fit their block')
  }
  if (type === COMPRESSED) {
    const read = readHuffmanTable(input, at)
    state.huffman = read.table
    at = read.end
  }
  if (state.huffman === undefined) throw new SyntaxError('Cannot read Zstandard: no Huffman table')
  const literals = new Uint8Array(size)
  if (format === 0) decodeStream(input, at, packedEnd, state.huffman, literals)
  else decodeFourStreams(input, at, packedEnd, state.huffman, literals)
  return { literals, at: packedEnd }
}

function decodeFourStreams(
  input: Uint8Array,
  start: number,
  end: number,
  table: HuffmanTable,
  literals: Uint8Array,
): void {
  const quarter = (literals.length + 3) >> 2
  let at = start + 6
  for (let i = 0; i < 4; i++) {
    const streamEnd = i < 3 ? at + littleEndian(input, start + i * 2, 2) : end
    if (streamEnd > end) throw new SyntaxError('Cannot read Zstandard: stream outside its block')
    const part = literals.subarray(i * quarter, i < 3 ? (i + 1) * quarter : literals.length)
    decodeStream(input, at, streamEnd, table, part)
    at = streamEnd
  }
}

function decodeStream(
  input: Uint8Array,
  start: number,
  end: number,
  { maxBits, symbols, lengths }: HuffmanTable,
  target: Uint8Array,
): void {
  const stream = new BackwardBits(input, start, end)
  for (let i = 0; i < target.length; i++) {
    const code = stream.peek(maxBits)
    target[i] = symbols[code]!
    stream.left -= lengths[code]!
  }
  if (stream.left !== 0) throw new SyntaxError('Cannot read Zstandard: a stream has spare bits')
}

/** Sequences section and their execution; RFC 8878, sections 3.1.1.3.2 and 3.1.1.4. */
function decodeSequences(
  input: Uint8Array,
  start: number,
  end: number,
  literals: Uint8Array,
  state: FrameState,
): void {
  let at = start
  let count = littleEndian(input, at++, 1)
  if (count >= 128) {
    if (count === 255) {
      count = littleEndian(input, at, 2) + 0x7f00
      at += 2
    } else count = ((count - 128) << 8) + littleEndian(input, at++, 1)
  }
  if (count === 0) {
    append(state, literals)
    return
  }
  const modes = littleEndian(input, at++, 1)
  const table = (slot: number, mode: number, kind: typeof OFFSETS): EntropyTable => {
    const read = readSymbolTable(input, at, mode, kind, state.tables[slot])
    state.tables[slot] = read.table
    at = read.end
    return read.table
  }
  const literalLengths = table(0, modes >> 6, LITERAL_LENGTHS)
  const offsets = table(1, (modes >> 4) & 3, OFFSETS)
  const matchLengths = table(2, (modes >> 2) & 3, MATCH_LENGTHS)
  const stream = new BackwardBits(input, at, end)
  execute(stream, count, { literalLengths, offsets, matchLengths }, literals, state)
}

function readSymbolTable(
  input: Uint8Array,
  at: number,
  mode: number,
  { standard, maxLog }: typeof OFFSETS,
  before: EntropyTable | undefined,
): { table: EntropyTable; end: number } {
  if (mode === 0) return { table: standard, end: at }
  if (mode === 1) return { table: constantTable(littleEndian(input, at, 1)), end: at + 1 }
  if (mode === 2) return readEntropyTable(input, at, maxLog)
  if (before === undefined) throw new SyntaxError('Cannot read Zstandard: no table to repeat')
  return { table: before, end: at }
}

interface SequenceTables {
  readonly literalLengths: EntropyTable
  readonly offsets: EntropyTable
  readonly matchLengths: EntropyTable
}

function execute(
  stream: BackwardBits,
  count: number,
  { literalLengths, offsets, matchLengths }: SequenceTables,
  literals: Uint8Array,
  state: FrameState,
): void {
  let lengthState = stream.read(literalLengths.accuracyLog)
  let offsetState = stream.read(offsets.accuracyLog)
  let matchState = stream.read(matchLengths.accuracyLog)
  let literalAt = 0
  for (let i = 0; i < count; i++) {
    const offsetCode = offsets.symbols[offsetState]!
    const matchCode = matchLengths.symbols[matchState]!
    const lengthCode = literalLengths.symbols[lengthState]!
    if (offsetCode > 31 || matchCode > 52 || lengthCode > 35) {
      throw new SyntaxError('Cannot read Zstandard: unknown length or offset code')
    }
    const offsetValue = 2 ** offsetCode + stream.readLong(offsetCode)
    const matchLength = MATCH_LENGTH_BASES[matchCode]! + stream.read(MATCH_LENGTH_BITS[matchCode]!)
    const literalLength =
      LITERAL_LENGTH_BASES[lengthCode]! + stream.read(LITERAL_LENGTH_BITS[lengthCode]!)
    const offset = resolveOffset(state.recentOffsets, offsetValue, literalLength)
    if (literalAt + literalLength > literals.length) {
      throw new SyntaxError('Cannot read Zstandard: a sequence needs more literals than there are')
    }
    append(state, literals, literalAt, literalAt + literalLength)
    literalAt += literalLength
    copyMatch(state, offset, matchLength)
    if (i === count - 1) break
    lengthState = nextState(literalLengths, lengthState, stream)
    matchState = nextState(matchLengths, matchState, stream)
    offsetState = nextState(offsets, offsetState, stream)
  }
  if (stream.left !== 0) throw new SyntaxError('Cannot read Zstandard: sequences have spare bits')
  append(state, literals, literalAt)
}

function nextState({ bases, bits }: EntropyTable, state: number, stream: BackwardBits): number {
  return bases[state]! + stream.read(bits[state]!)
}

/** Offset of a match, and the list of recent offsets brought up to date; section 3.1.1.5. */
function resolveOffset(recent: number[], value: number, literalLength: number): number {
  if (value > 3) {
    recent[2] = recent[1]!
    recent[1] = recent[0]!
    recent[0] = value - 3
    return value - 3
  }
  const index = value - (literalLength === 0 ? 0 : 1)
  const offset = index === 3 ? recent[0]! - 1 : recent[index]!
  if (index > 1) recent[2] = recent[1]!
  if (index > 0) recent[1] = recent[0]!
  recent[0] = offset
  return offset
}

function copyMatch(state: FrameState, offset: number, length: number): void {
  const end = room(state, length)
  const { output } = state
  let from = state.length - offset
  if (offset < 1 || from < state.frameStart) {
    throw new SyntaxError('Cannot read Zstandard: a match begins before the frame')
  }
  if (offset >= length && length > SHORT_COPY_BYTES)
    output.copyWithin(state.length, from, from + length)
  else for (let at = state.length; at < end; at++) output[at] = output[from++]!
  state.length = end
}
