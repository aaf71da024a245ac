/** Stamps of ZTF alerts: gzipped FITS files in records beside the name of the file they were. */
import { doubleKey, joinKey } from '../../ingest/row-key.js'
import type { ColumnSpec } from '../../rows/layout.js'
import { columnOf, type PackedRow, readNumber, readText } from '../../rows/packed-row.js'
import type { StampFileLayout, StampSource } from '../stamps.js'
import { isCompleteId, keyPrefix } from './object-id.js'

/** The files of ZTF alerts that have stamps. */
export const ZTF_STAMP_LAYOUT: StampFileLayout = {
  stamps: {
    Science: 'cutoutScience.stampData',
    Template: 'cutoutTemplate.stampData',
    Difference: 'cutoutDifference.stampData',
  },
  ids: ['candid', 'objectId'],
}

/** Column that this service adds to what the broker writes: where in the file the stamps are. */
export const STAMP_HINT_COLUMN: ColumnSpec = { name: 'd:stamps', type: 'string' }

const OBJECT_COLUMN = 'i:objectId'
const TIME_COLUMN = 'i:jd'

/** In the table of light curves keys are the same: object and time. */
function keyOf(alert: PackedRow): string | undefined {
  if (isCompleteId(alert.key.slice(0, alert.key.indexOf('_')))) return alert.key
  const object = readText(alert, columnOf(alert, OBJECT_COLUMN))
  const time = readNumber(alert, columnOf(alert, TIME_COLUMN))
  return object === undefined || Number.isNaN(time) ? undefined : joinKey([object, doubleKey(time)])
}

/** Where ZTF stamps are. */
export const ztfStamps: StampSource = {
  table: 'ztf.cutouts',
  path: 'd:hdfs_path',
  hint: STAMP_HINT_COLUMN.name,
  layout: ZTF_STAMP_LAYOUT,
  idColumn: 'candid',
  magnitude: 'i:magpsf',
  keyColumns: [OBJECT_COLUMN, TIME_COLUMN],
  columnOf: kind => `b:cutout${kind}_stampData`,
  keyPrefix: id => (isCompleteId(id) ? keyPrefix(id) : `${keyPrefix(id)}_`),
  keyOf,
  serviceIds: (key, alert) => ({ objectId: key.slice(0, key.indexOf('_')), candid: alert }),
  groupOf: key => key.slice(0, key.indexOf('_') + 1),
}
