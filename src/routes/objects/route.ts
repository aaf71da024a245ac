/** `objects`: light curves of objects by their ids. */
import { flag, list } from '../../api/params.js'
import { FORMATS } from '../../formats/formats.js'
import { columnsParam } from '../../params/table.js'
import { readLightCurve } from '../../queries/light-curve.js'
import { RowMemory } from '../../rows/byte-pool.js'
import { defineRoute } from '../define.js'

/** Most ids of one request. */
const MAX_IDS = 1000

export default defineRoute({
  name: 'objects',
  summary: 'Get object data based on ZTF ID',
  description:
    'Every alert of one or more objects, newest first. With upper limits, points that are not ' +
    'detections are added under the column `d:tag`.',
  params: survey => ({
    objectId: list({
      description:
        'Object id, or a comma list of them. The beginning of an id selects every object whose ' +
        'id begins so',
      items: 'object ids',
      maxItems: MAX_IDS,
      required: true,
      examples: [survey.lightCurve.idExample],
    }),
    withupperlim: flag({
      description: 'Add upper limits and points of bad quality, and the column `d:tag`',
      default: false,
      examples: [true],
    }),
    columns: columnsParam(survey),
  }),
  outputs: FORMATS,
  async handle(params, { store, survey, rowLimit, signal, pool, onEnd }) {
    const memory = new RowMemory(pool)
    onEnd(() => memory.release())
    const { table, isTruncated } = await readLightCurve(store, survey, {
      ids: params.objectId,
      selection: params.columns,
      hasUpperLimits: params.withupperlim,
      rowLimit,
      signal,
      memory,
    })
    return { kind: 'table', table, facts: { isTruncated, timeSystem: survey.timeSystem } }
  },
})
