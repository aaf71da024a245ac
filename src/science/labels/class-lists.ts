/**
 * The lists of classes a client can ask for, in the three groups and with the prefixes the class
 * search understands, and the correspondence between old and new SIMBAD labels. Facts only: which
 * table holds a class is not known here.
 */
import { FINK_CLASSES, TNS_TYPES } from './class-names.js'
import { SIMBAD_TYPES } from './simbad-otypes.js'

/** Every SIMBAD label, of the old and the new taxonomy, sorted without regard to case. */
export const SIMBAD_LABELS: readonly string[] = sortLabels(
  new Set(SIMBAD_TYPES.flatMap(({ oldLabel, newLabel }) => [oldLabel, newLabel])),
)

const NEW_LABELS: ReadonlyMap<string, string> = new Map(
  SIMBAD_TYPES.map(({ oldLabel, newLabel }) => [oldLabel, newLabel]),
)

const TNS_TYPE_SET: ReadonlySet<string> = new Set(TNS_TYPES)

/** Class names by group, each list sorted without regard to case; the answer of `/classes`. */
export const CLASS_LISTS: Readonly<Record<string, readonly string[]>> = {
  'Cross-match with SIMBAD (see http://simbad.u-strasbg.fr/simbad/sim-display?data=otypes)':
    SIMBAD_LABELS.map(label => `(SIMBAD) ${label}`),
  'Cross-match with TNS': sortLabels(TNS_TYPES).map(type => `(TNS) ${type}`),
  'Fink classifiers': sortLabels(FINK_CLASSES),
}

/** Label of the new SIMBAD taxonomy for one of the old; other texts come back as they are. */
export function toNewSimbadLabel(label: string): string {
  return NEW_LABELS.get(label) ?? label
}

/** Whether a text is a type of the Transient Name Server, in its exact spelling. */
export function isTnsType(text: string): boolean {
  return TNS_TYPE_SET.has(text)
}

/** Sorted by lower-case text; labels that differ in case alone stay in the order of code points. */
function sortLabels(labels: Iterable<string>): readonly string[] {
  return [...labels].sort(
    (a, b) => byCodePoint(a.toLowerCase(), b.toLowerCase()) || byCodePoint(a, b),
  )
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
