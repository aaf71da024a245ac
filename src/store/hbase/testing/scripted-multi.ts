/** Many actions on the rows of scripted regions in one call, each with a result. For tests only. */
import { type Cells, columnName, decodeCells } from '../protocol/cell-block.js'
import { decodeReference, encodeReference } from './reference-messages.js'
import type { ScriptedCall, ScriptedException } from './scripted-frames.js'
import { type ReadFields, readRow } from './scripted-reads.js'
import { isServed, type ServedRegion } from './scripted-regions.js'
import type { ScriptedResult } from './scripted-server.js'
import { familyOfColumn, type ScriptedTable } from './scripted-table.js'

const NO_SUCH_FAMILY = 'org.apache.hadoop.hbase.regionserver.NoSuchColumnFamilyException'

/** `Action`. */
export interface ActionFields {
  readonly index: number
  readonly mutation?: { readonly row: Buffer; readonly associated_cell_count: number }
  readonly get?: ReadFields & { readonly row: Buffer }
}

/** `MultiRequest`. */
export interface MultiRequestFields {
  readonly regionAction: readonly {
    readonly region: { readonly value: Buffer }
    readonly action: readonly ActionFields[]
  }[]
}

/** What a server does a `Multi` call with. */
export interface MultiWork {
  readonly nowMs: number
  readonly served: (regionName: string) => ServedRegion | ScriptedException
  /** Class of the exception for the action at a position in the call; undefined does it. */
  readonly refuse?: ((position: number) => string | undefined) | undefined
}

/** The cells of a call, taken action by action. */
class IncomingCells {
  readonly #cells: Cells
  #next = 0

  constructor(block: Buffer, count: number) {
    this.#cells = decodeCells(block, count)
  }

  /** The next cells, each with its place among all. */
  take(count: number): (readonly [Cells, number])[] {
    return Array.from({ length: count }, () => [this.#cells, this.#next++] as const)
  }
}

function cellCount({ mutation }: ActionFields): number {
  return mutation?.associated_cell_count ?? 0
}

/** Does what a `Multi` call asks for. */
export function answerMulti(call: ScriptedCall, work: MultiWork): ScriptedResult {
  const request = decodeReference<MultiRequestFields>('MultiRequest', call.param)
  const actions = request.regionAction.flatMap(({ action }) => action)
  const total = actions.reduce((sum, action) => sum + cellCount(action), 0)
  const incoming = new IncomingCells(call.cellBlock, total)
  const cellBlocks: Buffer[] = []
  let position = 0
  const regions = request.regionAction.map(({ region, action }) => {
    const place = work.served(region.value.toString('latin1'))
    const results = action.map(one => {
      const sent = incoming.take(cellCount(one))
      const refusal = work.refuse?.(position++) ?? familyRefusal(place, one, sent)
      const isDone = isServed(place) && refusal === undefined
      if (isDone) for (const [cells, cell] of sent) place.table.apply(cells, cell, work.nowMs)
      if (refusal !== undefined) return { index: one.index, exception: namedBytes(refusal) }
      const cells = isDone ? cellsOf(place.table, one) : []
      cellBlocks.push(...cells)
      return { index: one.index, result: { associated_cell_count: cells.length } }
    })
    if (isServed(place)) return { resultOrException: results }
    return { exception: namedBytes(place.className, place.message) }
  })
  const message = encodeReference('MultiResponse', { regionActionResult: regions })
  return { message, cellBlock: Buffer.concat(cellBlocks) }
}

/** What a server says to an action on families that the table lacks. */
function familyRefusal(
  place: ServedRegion | ScriptedException,
  { get }: ActionFields,
  sent: readonly (readonly [Cells, number])[],
): string | undefined {
  const families = [
    ...sent.map(([cells, cell]) => familyOfColumn(columnName(cells, cell))),
    ...(get?.column ?? []).map(({ family }) => family.toString()),
  ]
  if (!isServed(place) || families.every(family => place.table.hasFamily(family))) return undefined
  return NO_SUCH_FAMILY
}

function cellsOf(table: ScriptedTable, { get }: ActionFields): readonly Buffer[] {
  return get === undefined ? [] : readRow(table.row(get.row), get).cells
}

/** An exception as it stands in the answer to an action. */
function namedBytes(className: string, message = 'scripted') {
  return { name: className, value: Buffer.from(`${className}: ${message}`) }
}
