/** Parameters about kinds of image stamps. */
import { choice, flag } from '../api/declarations/params.js'
import { STAMP_KINDS, type StampKind } from '../queries/stamps/stamp-archive.js'

/** A kind of stamp, or all of them. */
export type KindChoice = StampKind | 'All'

/** Everything that names kinds. */
export const KIND_CHOICES: readonly KindChoice[] = [...STAMP_KINDS, 'All']

/** The kinds that a choice stands for. */
export function toKinds(kind: KindChoice): readonly StampKind[] {
  return kind === 'All' ? STAMP_KINDS : [kind]
}

/**
 * `withcutouts` and `cutout-kind` of routes that add stamps to their rows.
 *
 * @param options.hasAll all kinds at once can be asked for, and are the default
 */
export function stampParams({ hasAll }: { readonly hasAll: boolean }) {
  return {
    withcutouts: flag({
      description: 'Add the pixels of image stamps, as arrays of rows',
      default: false,
      aliases: ['withCutouts'],
      examples: [true],
    }),
    'cutout-kind': choice<KindChoice>(hasAll ? KIND_CHOICES : STAMP_KINDS, {
      description: 'Which stamps `withcutouts` adds, each in a column of its own',
      default: hasAll ? 'All' : 'Science',
      examples: ['Science'],
    }),
  }
}

/** The kinds asked for; none without `withcutouts`. */
export function stampKindsOf(params: {
  readonly withcutouts: boolean
  readonly 'cutout-kind': KindChoice
}): readonly StampKind[] {
  return params.withcutouts ? toKinds(params['cutout-kind']) : []
}
