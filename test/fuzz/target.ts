/** What is fuzzed: something that reads bytes from outside, and the errors it may throw. */

/** A parser under test. */
export interface FuzzTarget {
  readonly name: string
  /** What it reads, for people. */
  readonly about: string
  /** Good inputs, which mutation starts from. At least one. */
  readonly samples: readonly Uint8Array[]
  /** Words that mean something to it. */
  readonly words: readonly (string | Uint8Array)[]
  /** Longest input; 64 KiB when absent. */
  readonly maxBytes?: number
  /** Inputs for a short run; `SHORT_RUN` when absent. */
  readonly shortRun?: number
  /** Reads an input. Its result is not looked at; what it throws is. */
  read(input: Buffer): unknown
  /** True for an error that the documentation of the parser names. */
  isDocumented(error: unknown): boolean
  /** Frees what it holds, when it holds anything. */
  close?(): Promise<void>
}

/** Makes the target when it is wanted: samples may take time. */
export type OpenTarget = () => FuzzTarget | Promise<FuzzTarget>

/** Inputs of a short run. */
export const SHORT_RUN = 400

type ErrorClass = abstract new (...args: never[]) => unknown

/**
 * Texts of the engine that a parser of ours should never let pass as its own message: they tell of
 * a value that was used before it was checked. Errors of our own classes may quote them.
 */
const ENGINE_TEXT =
  /call stack|^Invalid (typed )?array length|^Array buffer allocation|outside the bounds|Cannot read propert|is not (a function|iterable|defined)|^Invalid string length|^Cannot (convert|mix)|out of range\. It must be|undefined \(reading/
const ENGINE_CLASSES: readonly unknown[] = [Error, RangeError, SyntaxError, TypeError]

/** Documented are errors of these kinds; those of the engine's classes with a message of our own. */
export function kinds(...classes: readonly ErrorClass[]): (error: unknown) => boolean {
  return error =>
    error instanceof Error &&
    classes.some(kind => error instanceof kind) &&
    !(ENGINE_CLASSES.includes(error.constructor) && ENGINE_TEXT.test(error.message))
}

/** Input as text: any bytes make some. */
export function toText(input: Buffer): string {
  return input.toString('utf8')
}

/** Samples of texts. */
export function texts(...values: readonly string[]): readonly Uint8Array[] {
  return values.map(value => Buffer.from(value))
}
