/** From a sky map of 12.6 million pixels (nside 1024) to the key ranges of its credible region. */

import { pixelCentre, pixelCount } from '../src/science/healpix/healpix.js'
import { separationFrom } from '../src/science/sky/separation.js'
import { credibleRegion, regionRanges } from '../src/science/sky-map/credible-region.js'
import { median, report } from './measuring/report.js'

const NSIDE = 1024
const distance = separationFrom({ raDeg: 150, decDeg: 30 })
const probability = new Float64Array(pixelCount(NSIDE))
let sum = 0
for (let pixel = 0; pixel < probability.length; pixel++) {
  const { raDeg, decDeg } = pixelCentre(NSIDE, pixel)
  probability[pixel] = Math.exp(-((distance(raDeg, decDeg) / 15) ** 2))
  sum += probability[pixel]!
}
for (let pixel = 0; pixel < probability.length; pixel++) probability[pixel]! /= sum

const times: number[] = []
for (let run = 0; run < 7; run++) {
  const begin = performance.now()
  const map = {
    kind: 'flat',
    nside: NSIDE,
    order: 'RING',
    probability,
    eventTime: undefined,
  } as const
  regionRanges(credibleRegion(map, 0.9), 128)
  times.push(performance.now() - begin)
}
report({
  bench: 'credible region of an nside 1024 sky map to pixel ranges',
  value: median(times),
  unit: 'ms',
  goal: '<= 150',
  details: { firstMs: times[0] },
})
