/** Settings of the limits: their bounds, defaults and meaning, for the table of settings. */
import { integer } from '../declarations/params.js'

const MAX_REQUESTS = 1_000_000_000
const MAX_ROWS = 1_000_000_000_000

/** Values of the settings, by their names. */
export const LIMIT_PARAMS = {
  trustProxy: integer({
    description:
      'Number of proxies in front whose X-Forwarded-For tells who asks; 0 to look at the ' +
      'connection only',
    default: 0,
    min: 0,
    max: 10,
  }),
  limitWindowSec: integer({
    description: 'Time over which requests and rows of a client are counted',
    default: 60,
    min: 1,
    max: 86_400,
    unit: 's',
  }),
  anonymousRequests: integer({
    description: 'Most requests of an address without a token in that time',
    default: 1_200,
    min: 0,
    max: MAX_REQUESTS,
    unit: 'requests',
  }),
  anonymousRows: integer({
    description: 'Most rows for an address without a token in that time',
    default: 3_000_000,
    min: 0,
    max: MAX_ROWS,
    unit: 'rows',
  }),
  tokenRequests: integer({
    description: 'Most requests of a token in that time',
    default: 12_000,
    min: 0,
    max: MAX_REQUESTS,
    unit: 'requests',
  }),
  tokenRows: integer({
    description: 'Most rows for a token in that time',
    default: 30_000_000,
    min: 0,
    max: MAX_ROWS,
    unit: 'rows',
  }),
  maxInFlight: integer({
    description: 'Most requests that a process answers or keeps waiting; more get 503 at once',
    default: 256,
    min: 1,
    max: 100_000,
    unit: 'requests',
  }),
} as const
