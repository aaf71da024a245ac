/** Names of ZTF objects: in the Transient Name Server, in SIMBAD, and those that users give. */
import type { KeyLookup, NameLookups, NoteSource } from '../names.js'
import { isCompleteId, keyPrefix } from './object-id.js'

const TNS_TABLE = 'ztf.tns_resolver'

/** Keys are the full name, `_` and the internal name of the discoverer, in lower case. */
function tnsPart(id: string): KeyLookup {
  return { table: TNS_TABLE, prefix: '', part: `_${id.toLowerCase()}` }
}

/** How names lead to objects. */
export const ztfNames: NameLookups = {
  tns: {
    byName: name => ({ table: TNS_TABLE, prefix: name.toLowerCase() }),
    byObject: tnsPart,
    nameExample: 'SN 2022and',
  },
  simbad: {
    byObject: id => ({
      table: 'ztf',
      prefix: keyPrefix(id),
      columns: ['i:objectId', 'd:cdsxmatch', 'i:ra', 'i:dec', 'i:candid', 'i:jd'],
    }),
    nameExample: 'Markarian 2',
  },
}

/** What users add. */
export const ztfNotes: NoteSource = {
  table: 'ztf.metadata',
  name: 'd:internal_name',
  encodedName: 'd:internal_name_encoded',
  comments: 'd:comments',
  username: 'd:username',
  isObjectId: isCompleteId,
  idPrefix: 'ZTF',
  idExample: 'ZTF21abfmbix',
}
