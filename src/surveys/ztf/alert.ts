/**
 * From ZTF alerts to the rows of every table: keys, selection rules and column subsets of the
 * broker's HBase tables. Pure.
 */
import type { AlertFields, Cell } from '../../ingest/alert-batch.js'
import { doubleKey, joinKey } from '../../ingest/row-key.js'
import type {
  AddRow,
  AlertOrigin,
  AlertRow,
  CompleteBatch,
  RowTarget,
} from '../../ingest/survey-ingest.js'
import type { ColumnSpec } from '../../rows/layout.js'
import { formatJavaDouble } from '../../rows/number-text.js'
import { ringPixel } from '../../science/healpix/healpix.js'
import { classify } from '../../science/labels/classification.js'
import { addHistoryRows, HISTORY_LISTS } from './alert-history.js'
import { STAMP_HINT_COLUMN } from './stamps.js'
import {
  ADDED_COLUMNS,
  ALERT_COLUMNS,
  CANDIDATE_COLUMNS,
  CLASSIFICATION_COLUMN,
  CUTOUT_COLUMNS,
  FEATURE_COLUMNS,
  INDEX_COLUMNS,
  NEWER_BLAZAR_COLUMNS,
  PIXEL_COLUMNS,
  ROOT_COLUMNS,
} from './tables.js'

const PIXEL_NSIDE = 128
const KNOWN_SSO = 3
/** Above this, a light curve is a candidate superluminous supernova. */
const SLSN_THRESHOLD = 0.5

const unprefixed = ({ name }: ColumnSpec): string => name.slice(name.indexOf(':') + 1)

/** What is read from ZTF alerts. */
export const ztfFields: AlertFields = {
  cells: [
    ...ROOT_COLUMNS.map(c => ({ path: unprefixed(c), column: c.name, type: c.type })),
    ...CANDIDATE_COLUMNS.map(c => ({
      path: `candidate.${unprefixed(c)}`,
      column: c.name,
      type: c.type,
    })),
    ...ADDED_COLUMNS.map(({ name, ...field }) => ({ column: name, ...field })),
    ...NEWER_BLAZAR_COLUMNS.map(({ name, path, type }) => ({ column: name, path, type })),
  ],
  lists: [
    ...HISTORY_LISTS,
    ...FEATURE_COLUMNS.map(c => ({ path: unprefixed(c), type: 'double' as const })),
  ],
  required: ['objectId', 'candid', 'candidate.jd', 'candidate.ra', 'candidate.dec'],
}

const positions = new Map(ztfFields.cells.map(({ column }, position) => [column, position]))

/** Position of a column among the cells of a batch. */
export function cellPosition(column: string): number {
  const position = positions.get(column)
  if (position === undefined) throw new RangeError(`No cell "${column}" in ZTF alerts`)
  return position
}

/** Reads one cell of an alert as a number; NaN when it is missing. */
export function numberCell(column: string): (batch: CompleteBatch, row: number) => number {
  const position = cellPosition(column)
  return ({ cells }, row) => {
    const value = cells[position]![row]
    return typeof value === 'number' ? value : Number.NaN
  }
}

/** Reads one cell of an alert as a text; null when it is missing. */
export function textCell(column: string): (batch: CompleteBatch, row: number) => string | null {
  const position = cellPosition(column)
  return ({ cells }, row) => {
    const value = cells[position]![row]
    return typeof value === 'string' ? value : null
  }
}

const objectId = textCell('i:objectId')
const jd = numberCell('i:jd')
const jdstarthist = numberCell('i:jdstarthist')
const ra = numberCell('i:ra')
const dec = numberCell('i:dec')
const ndethist = numberCell('i:ndethist')
const drb = numberCell('i:drb')
const classtar = numberCell('i:classtar')
const ssnamenr = textCell('i:ssnamenr')
const cdsxmatch = textCell('d:cdsxmatch')
const tracklet = textCell('d:tracklet')
const tns = textCell('d:tns')
const roid = numberCell('d:roid')
const mulens = numberCell('d:mulens')
const snnSniaVsNonia = numberCell('d:snn_snia_vs_nonia')
const snnSnVsAll = numberCell('d:snn_sn_vs_all')
const rfSniaVsNonia = numberCell('d:rf_snia_vs_nonia')
const rfKnVsNonkn = numberCell('d:rf_kn_vs_nonkn')
const anomalyScore = numberCell('d:anomaly_score')
const slsnScore = numberCell('d:slsn_score')
const instantnessLow = numberCell('d:blazar_stats_instantness_low')
const robustnessLow = numberCell('d:blazar_stats_robustness_low')
const instantnessHigh = numberCell('d:blazar_stats_instantness_high')
const robustnessHigh = numberCell('d:blazar_stats_robustness_high')

/** Label of an alert. */
export function labelOf(batch: CompleteBatch, row: number): string {
  return classify({
    cdsxmatch: cdsxmatch(batch, row) ?? 'Unknown',
    roid: roid(batch, row),
    mulens: mulens(batch, row),
    snnSniaVsNonia: snnSniaVsNonia(batch, row),
    snnSnVsAll: snnSnVsAll(batch, row),
    rfSniaVsNonia: rfSniaVsNonia(batch, row),
    rfKnVsNonkn: rfKnVsNonkn(batch, row),
    ndethist: ndethist(batch, row),
    drb: drb(batch, row),
    classtar: classtar(batch, row),
    jd: jd(batch, row),
    jdstarthist: jdstarthist(batch, row),
    tracklet: tracklet(batch, row) ?? '',
  })
}

/** Row targets of the tables that hold whole alerts or most of them. */
interface AlertTargets {
  readonly full: (table: string) => RowTarget
  readonly index: (table: string) => RowTarget
}

function alertTargets(more: readonly ColumnSpec[]): AlertTargets {
  const make = (columns: readonly ColumnSpec[], tables: readonly string[]) => {
    const targets = new Map(tables.map(table => [table, { table, columns }]))
    return (table: string): RowTarget => targets.get(table)!
  }
  return {
    full: make(
      [...ALERT_COLUMNS, ...more],
      ['ztf', 'ztf.anomaly', 'ztf.slsn', 'ztf.low_state_blazars', 'ztf.high_state_blazars'],
    ),
    index: make(
      [...INDEX_COLUMNS, ...more],
      ['ztf.class', 'ztf.ssnamenr', 'ztf.tracklet', 'ztf.tns'],
    ),
  }
}

const olderTargets = alertTargets([])
const newerTargets = alertTargets(NEWER_BLAZAR_COLUMNS.map(({ name, type }) => ({ name, type })))
const pixelTarget = { table: 'ztf.pixel128', columns: [...PIXEL_COLUMNS, CLASSIFICATION_COLUMN] }
const cutoutTarget = { table: 'ztf.cutouts', columns: CUTOUT_COLUMNS }
const hintedTarget = { table: 'ztf.cutouts', columns: [...CUTOUT_COLUMNS, STAMP_HINT_COLUMN] }

/** Cells of the batch that a set of columns takes; features are not among them. */
function cellsOf(columns: readonly ColumnSpec[]): readonly number[] {
  return columns.filter(column => !FEATURE_COLUMNS.includes(column)).map(c => cellPosition(c.name))
}

const FULL_CELLS = cellsOf(ALERT_COLUMNS)
const INDEX_CELLS = cellsOf(INDEX_COLUMNS)
const PIXEL_CELLS = cellsOf(PIXEL_COLUMNS)
const CUTOUT_CELLS = cellsOf(CUTOUT_COLUMNS.slice(0, 3))
const NEWER_CELLS = cellsOf(NEWER_BLAZAR_COLUMNS)

/** Cells of an alert in the order of the columns, and more cells behind them. */
function take(
  { cells }: CompleteBatch,
  columns: readonly number[],
  row: number,
  more: readonly Cell[] = [],
): Cell[] {
  const values: Cell[] = new Array(columns.length + more.length)
  for (let i = 0; i < columns.length; i++) values[i] = cells[columns[i]!]![row]!
  for (let i = 0; i < more.length; i++) values[columns.length + i] = more[i]!
  return values
}

/** A row whose cells are taken when it is written: those of a whole batch are a lot of memory. */
class TakenRow implements AlertRow {
  constructor(
    readonly key: string,
    private readonly takeCells: () => readonly Cell[],
  ) {}

  get values(): readonly Cell[] {
    return this.takeCells()
  }
}

/** Where alerts came from, and where in a file the stamps of a row are when that is known. */
export interface StampOrigin extends AlertOrigin {
  readonly hintOf?: (path: string, row: number) => string | undefined
}

/** Adds the rows of all alerts of a batch to all tables. */
export function addAlertRows(
  batch: CompleteBatch,
  origin: StampOrigin | undefined,
  add: AddRow,
): void {
  const hasNewer = NEWER_CELLS.some(at => batch.cells[at]!.some(value => value !== null))
  const targets = hasNewer ? newerTargets : olderTargets
  for (let row = 0; row < batch.length; row++) {
    const newer = hasNewer ? take(batch, NEWER_CELLS, row) : []
    addSelectedRows(batch, row, targets, newer, add)
    addPlaceRows(batch, row, origin, add)
    addHistoryRows(batch, row, { name: objectId(batch, row), time: jd(batch, row) }, add)
  }
}

function addSelectedRows(
  batch: CompleteBatch,
  row: number,
  { full, index }: AlertTargets,
  newer: readonly Cell[],
  add: AddRow,
): void {
  const features = featureTexts(batch, row)
  const name = objectId(batch, row)
  const time = doubleKey(jd(batch, row))
  const alert = (): Cell[] => take(batch, FULL_CELLS, row, [...features.full, ...newer])
  const chosen = (): Cell[] => take(batch, INDEX_CELLS, row, [...features.index, ...newer])
  const byTime = joinKey([time, name])
  const put = (target: RowTarget, key: string, cells: () => readonly Cell[]): void =>
    add(target, new TakenRow(key, cells))

  put(full('ztf'), joinKey([name, time]), alert)
  put(index('ztf.class'), `${labelOf(batch, row)}_${byTime}`, chosen)
  if (roid(batch, row) === KNOWN_SSO) {
    put(index('ztf.ssnamenr'), joinKey([ssnamenr(batch, row), time]), chosen)
  }
  const track = tracklet(batch, row)
  if (track !== null && track !== '' && track !== 'null') {
    const key = joinKey([track, name])
    add(index('ztf.tracklet'), { key, values: chosen(), time: jd(batch, row) })
  }
  const type = tns(batch, row)
  if (type !== null && type !== '') put(index('ztf.tns'), `${type}_${byTime}`, chosen)
  if (anomalyScore(batch, row) < 0) put(full('ztf.anomaly'), byTime, alert)
  if (slsnScore(batch, row) > SLSN_THRESHOLD) put(full('ztf.slsn'), byTime, alert)
  if (isLowState(batch, row)) put(full('ztf.low_state_blazars'), byTime, alert)
  if (isHighState(batch, row)) put(full('ztf.high_state_blazars'), byTime, alert)
}

function isLowState(batch: CompleteBatch, row: number): boolean {
  const instant = instantnessLow(batch, row)
  const robust = robustnessLow(batch, row)
  return instant >= 0 && instant < 1 && robust >= 0 && robust < 1
}

function isHighState(batch: CompleteBatch, row: number): boolean {
  return instantnessHigh(batch, row) > 1 && robustnessHigh(batch, row) > 1
}

function addPlaceRows(
  batch: CompleteBatch,
  row: number,
  origin: StampOrigin | undefined,
  add: AddRow,
): void {
  const name = objectId(batch, row)
  const start = jdstarthist(batch, row)
  const pixel = ringPixel(PIXEL_NSIDE, ra(batch, row), dec(batch, row))
  add(pixelTarget, {
    key: joinKey([String(pixel), Number.isNaN(start) ? null : doubleKey(start), name]),
    values: take(batch, PIXEL_CELLS, row, [labelOf(batch, row)]),
    time: jd(batch, row),
  })
  if (origin?.hasStamps) {
    const at = batch.rows[row]!
    const hint = origin.hintOf?.(origin.path, at)
    add(hint === undefined ? cutoutTarget : hintedTarget, {
      key: joinKey([name, doubleKey(jd(batch, row))]),
      values: take(batch, CUTOUT_CELLS, row, [
        origin.path,
        at,
        ...(hint === undefined ? [] : [hint]),
      ]),
    })
  }
}

const FEATURE_LISTS = FEATURE_COLUMNS.map((_, i) => HISTORY_LISTS.length + i)

/** Texts of the feature records; tables of whole alerts and index tables write them differently. */
function featureTexts(batch: CompleteBatch, row: number) {
  const full: (string | null)[] = []
  const index: (string | null)[] = []
  for (const list of FEATURE_LISTS) {
    const column = batch.lists[list]
    if (column === undefined) {
      // A file without features says nothing about those the store may have of the same alert.
      const text = batch.known.has(row) ? null : NO_FEATURES
      full.push(text)
      index.push(text)
      continue
    }
    const members = column[row] ?? null
    const text = memberTexts(members ?? MISSING_FEATURES)
    full.push(`[${text}]`)
    index.push(members === null ? null : `{${text}}`)
  }
  return { full, index }
}

const NO_FEATURES = '[]'
const MISSING_FEATURES: readonly Cell[] = new Array<null>(26).fill(null)

function memberTexts(members: readonly Cell[]): string {
  let text = ''
  for (let i = 0; i < members.length; i++) {
    const member = members[i]
    if (i > 0) text += ', '
    text += typeof member === 'number' ? formatJavaDouble(member) : 'null'
  }
  return text
}
