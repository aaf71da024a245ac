/** Parsers with faults that fuzzing must find. */
import { type FuzzTarget, kinds, type OpenTarget, texts } from '../target.js'

/** The fault shows itself for inputs with this byte. */
const TRIGGER = 0x21

function plant(name: string, misbehave: () => unknown): OpenTarget {
  const target: FuzzTarget = {
    name,
    about: 'a planted fault',
    samples: texts('abcdefgh'),
    words: ['!'],
    read: input => {
      if (input.includes(TRIGGER)) return misbehave()
      throw new SyntaxError('Cannot read it: expected an exclamation mark')
    },
    isDocumented: kinds(SyntaxError, RangeError),
  }
  return () => target
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = {
  'planted-error': plant('planted-error', () => {
    throw new TypeError('planted')
  }),
  'planted-engine-error': plant('planted-engine-error', () => new Float64Array(-1)),
  'planted-hang': plant('planted-hang', () => {
    for (;;);
  }),
  'planted-hunger': plant('planted-hunger', () => {
    const kept: Buffer[] = []
    for (;;) kept.push(Buffer.alloc(2 ** 24, 1))
  }),
  'planted-heap': plant('planted-heap', () => {
    const kept: number[][] = []
    for (;;) kept.push(new Array<number>(100_000).fill(kept.length))
  }),
  'planted-exit': plant('planted-exit', () => process.exit(3)),
}
