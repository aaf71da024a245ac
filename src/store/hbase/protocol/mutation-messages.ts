/**
 * Messages of writing and of many actions in one call: `Multi` and its answer. The cells to be
 * written travel in the cell block, in the order of the actions.
 */
import { CELL_TYPES, cellBytes, type NewCell, writeCell } from './cell-writer.js'
import { writeRegionSpecifier } from './messages.js'
import { ProtoReader } from './protobuf-reader.js'
import { ProtoWriter } from './protobuf-writer.js'
import { decodeResultCellCount, type GetSelection, writeGet } from './scan-messages.js'

/** Cells to be written to one row. */
export interface PutAction {
  readonly kind: 'put'
  readonly row: Uint8Array
  /** At least one. */
  readonly cells: readonly NewCell[]
}

/** A whole row to be deleted. */
export interface DeleteAction {
  readonly kind: 'delete'
  readonly row: Uint8Array
  /** The families of the row to be emptied. */
  readonly families: readonly Uint8Array[]
}

/** A row to be read. */
export interface GetAction extends GetSelection {
  readonly kind: 'get'
}

/** One action of a `Multi` call. */
export type RowAction = PutAction | DeleteAction | GetAction

/** Actions on rows of one region. */
export interface RegionActions {
  readonly regionName: Uint8Array
  readonly actions: readonly RowAction[]
}

const PUT = 2
const DELETE = 3

/** The cells that an action sends. */
function cellsOf(action: RowAction): readonly NewCell[] {
  if (action.kind === 'put') return action.cells
  if (action.kind === 'get') return []
  const empty = Buffer.alloc(0)
  return action.families.map(family => ({
    family,
    qualifier: empty,
    value: empty,
    type: CELL_TYPES.deleteFamily,
  }))
}

/** Bytes of cells that an action sends. */
export function actionBytes(action: RowAction): number {
  return cellsOf(action).reduce((sum, cell) => sum + cellBytes(action.row.length, cell), 0)
}

function writeAction(writer: ProtoWriter, index: number, action: RowAction): void {
  writer.uint(1, index)
  if (action.kind === 'get') {
    writer.message(3, get => writeGet(get, action))
    return
  }
  writer.message(2, mutation =>
    mutation
      .bytes(1, action.row)
      .uint(2, action.kind === 'put' ? PUT : DELETE)
      .uint(8, cellsOf(action).length),
  )
}

/**
 * `MultiRequest` with the cell block beside it, which is empty when all actions are gets. Actions
 * are numbered from 0 within each region.
 *
 * @throws RangeError when a row or family is too long
 */
export function encodeMulti(regions: readonly RegionActions[]): {
  message: Buffer
  cellBlock: Buffer
} {
  const writer = new ProtoWriter()
  const actions = regions.flatMap(region => region.actions)
  const cellBlock = Buffer.allocUnsafe(actions.reduce((sum, one) => sum + actionBytes(one), 0))
  let position = 0
  for (const { regionName, actions } of regions) {
    writer.message(1, region => {
      region.message(1, specifier => writeRegionSpecifier(specifier, regionName))
      for (const [index, action] of actions.entries()) {
        region.message(3, inner => writeAction(inner, index, action))
        for (const cell of cellsOf(action)) {
          position = writeCell(cellBlock, position, action.row, cell)
        }
      }
    })
  }
  return { message: writer.finish(), cellBlock }
}

/** Why an action, or all actions of a region, failed. */
export interface ActionException {
  readonly className: string
  /** Java stack trace; it starts with the message. */
  readonly stackTrace: string
}

/** What became of one action. */
export interface ActionAnswer {
  readonly index: number
  /** Cells of its result in the cell block. */
  readonly cellCount: number
  readonly exception: ActionException | undefined
}

/** What became of the actions of one region. */
export interface RegionAnswer {
  readonly answers: readonly ActionAnswer[]
  /** Set when the whole region failed. */
  readonly exception: ActionException | undefined
}

function decodeActionException(reader: ProtoReader): ActionException {
  const exception = { className: '', stackTrace: '' }
  while (reader.next()) {
    if (reader.field === 1) exception.className = reader.text()
    else if (reader.field === 2) exception.stackTrace = reader.text()
  }
  return exception
}

function decodeActionAnswer(reader: ProtoReader): ActionAnswer {
  let index = 0
  let cellCount = 0
  let exception: ActionException | undefined
  while (reader.next()) {
    if (reader.field === 1) index = reader.uint()
    else if (reader.field === 2) cellCount = decodeResultCellCount(reader.message())
    else if (reader.field === 3) exception = decodeActionException(reader.message())
  }
  return { index, cellCount, exception }
}

function decodeRegionAnswer(reader: ProtoReader): RegionAnswer {
  const answers: ActionAnswer[] = []
  let exception: ActionException | undefined
  while (reader.next()) {
    if (reader.field === 1) answers.push(decodeActionAnswer(reader.message()))
    else if (reader.field === 2) exception = decodeActionException(reader.message())
  }
  return { answers, exception }
}

/** `MultiResponse`: one entry per region of the request, in its order. */
export function decodeMultiAnswer(message: Buffer): RegionAnswer[] {
  const regions: RegionAnswer[] = []
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field === 1) regions.push(decodeRegionAnswer(reader.message()))
  }
  return regions
}
