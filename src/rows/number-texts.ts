/**
 * Texts of numbers that were written before: the same values of an alert go into several tables one
 * after the other, and finding a text costs a tenth of making it.
 */
import { formatDouble, formatFloat } from './number-text.js'

/** Texts that are remembered, a power of two: those of some ten alerts. */
const SLOTS = 4096
/** Multiplier of Fibonacci hashing (Knuth, The Art of Computer Programming, section 6.4). */
const SPREAD = 0x9e3779b1
const SHIFT = 32 - Math.log2(SLOTS)

/** Remembers the texts of doubles, or of 32-bit floats. */
class TextMemory {
  readonly #format: (value: number) => string
  readonly #values = new Float64Array(SLOTS).fill(Number.NaN)
  readonly #texts: string[] = new Array<string>(SLOTS).fill('')
  readonly #number = new Float64Array(1)
  readonly #halves = new Uint32Array(this.#number.buffer)

  constructor(format: (value: number) => string) {
    this.#format = format
  }

  text(value: number): string {
    // Zero and minus zero are equal and have different texts.
    if (value === 0) return this.#format(value)
    this.#number[0] = value
    const slot = Math.imul(this.#halves[0]! ^ this.#halves[1]!, SPREAD) >>> SHIFT
    if (this.#values[slot] === value) return this.#texts[slot]!
    const text = this.#format(value)
    this.#values[slot] = value
    this.#texts[slot] = text
    return text
  }
}

/** Texts of numbers as `formatDouble` and `formatFloat` make them. */
export class NumberTexts {
  readonly #doubles = new TextMemory(formatDouble)
  readonly #floats = new TextMemory(formatFloat)

  double(value: number): string {
    return this.#doubles.text(value)
  }

  float(value: number): string {
    return this.#floats.text(value)
  }
}
