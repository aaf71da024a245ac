/** `conesearch/batch`: objects around many named positions in one call. */
import { integer } from '../../api/declarations/params.js'
import { FORMATS } from '../../formats/formats.js'
import { firstSeenParams, readFirstSeen } from '../../params/first-seen.js'
import { parsePositionCsv, positionsParam } from '../../params/positions.js'
import { radiusParam } from '../../params/sky.js'
import { columnsParam } from '../../params/table.js'
import { searchCones } from '../../queries/position/cone-batch.js'
import { defineRoute } from '../define.js'

/** Largest body: a thousand positions with long names. */
const MAX_BODY_BYTES = 512 * 1024

export default defineRoute({
  name: 'conesearch/batch',
  summary: 'Get object data based on many coordinates',
  description:
    'The latest alert of each object around each of up to 1,000 named positions, in their order. ' +
    'The column `v:position` carries the name. Positions come as JSON, or as a CSV body with the ' +
    'other parameters in the query string.',
  methods: ['POST'],
  isStrict: true,
  params: survey => ({
    positions: positionsParam(),
    radius: radiusParam(),
    n: integer({
      description: 'Most objects for each position; the nearest are kept',
      default: 100,
      min: 1,
      max: 10_000,
      examples: [1],
    }),
    ...firstSeenParams(),
    columns: columnsParam(survey),
  }),
  outputs: FORMATS,
  body: {
    maxBytes: MAX_BODY_BYTES,
    decoders: {
      'text/csv': body => new Map([['positions', parsePositionCsv(body.toString())]]),
    },
  },
  examples: () => [
    {
      title: 'One position',
      method: 'POST',
      arguments: { positions: '[{"name":"A","ra":193.821739,"dec":2.897311}]', radius: 5 },
    },
  ],
  async handle(params, { store, survey, coneRowLimit, now, signal }) {
    const { columns, batches, facts } = await searchCones(store, survey, {
      positions: params.positions,
      radiusArcsec: params.radius,
      firstSeen: readFirstSeen(params, survey, now()),
      selection: params.columns,
      limit: params.n,
      rowLimit: coneRowLimit,
      signal,
    })
    return { kind: 'table', table: { columns, batches }, facts }
  },
})
