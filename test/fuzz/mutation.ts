/**
 * Inputs for parsers, each a pure function of a seed and a number: good samples with bits flipped,
 * parts cut, doubled, swapped and spliced, lengths set to extremes and words put in; and plain noise.
 */
import { type Random, seededRandom } from '../../src/simulate/random.js'
import type { FuzzTarget } from './target.js'

/** Longest input when the target does not say. */
const MAX_BYTES = 64 * 1024
/** Share of inputs that are noise, and that are samples as they are. */
const NOISE = 0.05
const UNTOUCHED = 0.01
const MAX_NOISE_BYTES = 512
/** Most changes of one input. */
const MAX_CHANGES = 8
/** Mixes the number of an input into the seed (Knuth's multiplicative constant). */
const SPREAD = 2_654_435_761

type Samples = Pick<FuzzTarget, 'samples' | 'words' | 'maxBytes'>

/** Input number `index` of a run. */
export function makeInput(target: Samples, seed: number, index: number): Buffer {
  const random = seededRandom(Math.imul(seed + 1, SPREAD) ^ Math.imul(index + 1, 0x9e3779b1))
  const { maxBytes = MAX_BYTES } = target
  if (random.chance(NOISE)) return noise(random, random.integer(0, MAX_NOISE_BYTES))
  let bytes: Buffer = Buffer.from(random.pick(target.samples))
  if (random.chance(UNTOUCHED)) return bytes
  // Few changes far more often than many: those get past the first checks.
  const changes = 1 + Math.floor(random.next() ** 2 * MAX_CHANGES)
  for (let i = 0; i < changes; i++) {
    bytes = random.pick(CHANGES)({ bytes, random, target })
  }
  return bytes.subarray(0, maxBytes)
}

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(0, 255)))
}

interface Subject {
  readonly bytes: Buffer
  readonly random: Random
  readonly target: Samples
}

type Change = (subject: Subject) => Buffer

/** A place in the bytes, at their end included; often near the begin, where headers are. */
function place({ bytes, random }: Subject): number {
  const share = random.chance(0.5) ? random.next() : random.next() ** 4
  return Math.floor(share * (bytes.length + 1))
}

function stretch(subject: Subject): { readonly start: number; readonly end: number } {
  const start = place(subject)
  const left = subject.bytes.length - start
  return { start, end: start + Math.ceil(subject.random.next() ** 3 * left) }
}

function replace(bytes: Buffer, start: number, end: number, put: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(end)])
}

const flipBit: Change = subject => {
  const { bytes, random } = subject
  const at = Math.min(place(subject), bytes.length - 1)
  if (at >= 0) bytes[at]! ^= 1 << random.integer(0, 7)
  return bytes
}

const setByte: Change = subject => {
  const { bytes, random } = subject
  const at = Math.min(place(subject), bytes.length - 1)
  const value = random.pick([0, 1, 0x7f, 0x80, 0xff, random.integer(0, 255)])
  if (at >= 0) bytes[at] = value
  return bytes
}

/** Numbers at which lengths, counts and offsets go wrong. */
const EXTREMES = [
  0n,
  1n,
  -1n,
  0x7fn,
  0x80n,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
]

/** A number in place of as many bytes, or of one that it is added to. */
const setNumber: Change = subject => {
  const { bytes, random } = subject
  const size = random.pick([1, 2, 4, 8])
  const at = place(subject)
  if (at + size > bytes.length) return bytes
  const near = BigInt(bytes.length + random.integer(-2, 2))
  const value = BigInt.asUintN(64, random.pick([...EXTREMES, near]))
  const all = Buffer.alloc(8)
  const isBig = random.chance(0.5)
  if (isBig) all.writeBigUInt64BE(value)
  else all.writeBigUInt64LE(value)
  const part = isBig ? all.subarray(8 - size) : all.subarray(0, size)
  return replace(bytes, at, at + size, part)
}

/** A variable-length integer in place of one byte, as in protobuf, Thrift and Avro. */
const setVarint: Change = subject => {
  const { bytes, random } = subject
  const at = place(subject)
  const parts: number[] = []
  let rest = BigInt.asUintN(64, random.pick(EXTREMES))
  for (; rest >= 0x80n; rest >>= 7n) parts.push(Number(rest & 0x7fn) | 0x80)
  parts.push(Number(rest))
  return replace(bytes, at, Math.min(at + 1, bytes.length), Buffer.from(parts))
}

/** Digits in place of digits. */
const setDigits: Change = ({ bytes, random }) => {
  const text = bytes.toString('latin1')
  const found = [...text.slice(0, MAX_BYTES).matchAll(/\d+/g)]
  if (found.length === 0) return bytes
  const { index, 0: digits } = random.pick(found)
  const value = random.pick(['0', '-1', '1e999', '9'.repeat(20), '4294967296', 'NaN', ''])
  // Of the same length half of the time: headers have fixed columns.
  const put = random.chance(0.5) ? value.padStart(digits.length).slice(-digits.length) : value
  return replace(bytes, index, index + digits.length, Buffer.from(put))
}

const cut: Change = subject => {
  const { bytes, random } = subject
  const at = place(subject)
  return random.chance(0.8) ? bytes.subarray(0, at) : bytes.subarray(at)
}

const drop: Change = subject => {
  const { start, end } = stretch(subject)
  return replace(subject.bytes, start, end, Buffer.alloc(0))
}

const double: Change = subject => {
  const { start, end } = stretch(subject)
  const part = subject.bytes.subarray(start, end)
  return replace(subject.bytes, end, end, Buffer.concat([part, part]))
}

const insertWord: Change = subject => {
  const { random, target, bytes } = subject
  if (target.words.length === 0) return bytes
  const word = random.pick(target.words)
  const at = place(subject)
  const put = typeof word === 'string' ? Buffer.from(word) : word
  // In place of as much, or between.
  return replace(bytes, at, random.chance(0.5) ? at + put.length : at, put)
}

const insertNoise: Change = subject => {
  const at = place(subject)
  return replace(subject.bytes, at, at, noise(subject.random, subject.random.integer(1, 16)))
}

/** The begin of this input and the end of another sample. */
const splice: Change = subject => {
  const other = Buffer.from(subject.random.pick(subject.target.samples))
  const at = place({ ...subject, bytes: other })
  return Buffer.concat([subject.bytes.subarray(0, place(subject)), other.subarray(at)])
}

/** The same byte many times: nesting, and runs. */
const repeat: Change = subject => {
  const { bytes, random } = subject
  const at = Math.min(place(subject), bytes.length - 1)
  const byte = at < 0 ? 0x5b : bytes[at]!
  const count = Math.floor(10 ** (random.next() * 4.5))
  return replace(bytes, Math.max(at, 0), Math.max(at, 0), Buffer.alloc(count, byte))
}

const CHANGES: readonly Change[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  setNumber,
  setNumber,
  setVarint,
  setDigits,
  cut,
  drop,
  double,
  insertWord,
  insertWord,
  insertNoise,
  splice,
  repeat,
]
