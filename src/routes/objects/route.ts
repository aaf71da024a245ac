/** `objects`: light curves of objects by their ids. */
import { flag, list } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { stampKindsOf, stampParams } from '../../params/stamps.js'
import { columnsParam } from '../../params/table.js'
import { readLightCurve } from '../../queries/alerts/light-curve.js'
import { addStamps } from '../../queries/stamps/stamp-columns.js'
import { RowMemory } from '../../rows/byte-pool.js'
import { defineRoute } from '../define.js'

/** Most ids of one request. */
const MAX_IDS = 1000

export default defineRoute({
  name: 'objects',
  summary: 'Get object data based on ZTF ID',
  description:
    'Every alert of one or more objects, newest first. With upper limits, points that are not ' +
    'detections are added under the column `d:tag`; with `withcutouts` the pixels of the image ' +
    'stamps are added to every alert that has some.',
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
    ...stampParams({ hasAll: true }),
    columns: columnsParam(survey),
  }),
  outputs: FORMATS,
  async handle(params, { store, survey, stamps, rowLimit, signal, pool, onEnd }) {
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
    const facts = { isTruncated, timeSystem: survey.timeSystem }
    const kinds = stampKindsOf(params)
    if (kinds.length === 0 || table.length === 0) return { kind: 'table', table, facts }
    const archive = await stamps.open(survey)
    const stamped = await addStamps({ store, survey, archive }, table, { kinds, signal })
    return { kind: 'table', table: stamped.table, facts, partial: stamped.problems }
  },
})
