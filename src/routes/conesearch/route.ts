/** `conesearch`: objects in a circle on the sky. */
import { integer } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { firstSeenParams, readFirstSeen } from '../../params/first-seen.js'
import { coneParams, readPosition } from '../../params/sky.js'
import { columnsParam } from '../../params/table.js'
import { readCone } from '../../queries/position/cone.js'
import { RowMemory } from '../../rows/byte-pool.js'
import { defineRoute } from '../define.js'

export default defineRoute({
  name: 'conesearch',
  summary: 'Get object data based on coordinates',
  description:
    'The latest alert of each object inside a circle, nearest first, with its distance from the ' +
    'centre. Dates select objects by their first detection, both ends included.',
  params: survey => ({
    ...coneParams(),
    n: integer({
      description: 'Most objects in the answer; the nearest are kept',
      default: 1000,
      min: 0,
      max: 1_000_000,
      examples: [100],
    }),
    ...firstSeenParams(),
    columns: columnsParam(survey),
  }),
  outputs: FORMATS,
  examples: () => [
    { title: 'Five arcseconds', arguments: { ra: '193.821739', dec: '2.897311', radius: 5 } },
    {
      title: 'Sexagesimal, some columns',
      arguments: { ra: '12:55:17.218', dec: '02:53:50.35', radius: 5, columns: 'i:objectId' },
    },
  ],
  async handle(params, { store, survey, coneRowLimit, now, signal, pool, onEnd }) {
    const memory = new RowMemory(pool)
    onEnd(() => memory.release())
    const { table, facts } = await readCone(store, survey, {
      centre: readPosition(params.ra, params.dec),
      radiusArcsec: params.radius,
      firstSeen: readFirstSeen(params, survey, now()),
      selection: params.columns,
      limit: params.n,
      rowLimit: coneRowLimit,
      signal,
      memory,
    })
    return { kind: 'table', table, facts }
  },
})
