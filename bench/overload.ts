/**
 * Five times the load that a process of `fink serve` can sustain: how long admitted requests take
 * against what they take when hardly anything is asked, and how soon the others are refused. The
 * first seconds, in which the load still counts as a burst that is worked off, are told apart.
 */
import { objectsByLength } from './measuring/objects.js'
import type { AnswerTimes } from './measuring/open-load.js'
import { runDelayMsOf } from './measuring/processes.js'
import { demandingQuestions } from './measuring/questions.js'
import { load, offer, option, report } from './measuring/report.js'
import { startServer } from './measuring/server.js'
import { benchData } from './measuring/sky.js'

const TIMES = option('times', 5)
const SECONDS = option('seconds', 15)
const FIRST_SECONDS = 5
/** Share of the sustainable load at which requests hardly ever meet. */
const UNLOADED = 0.05
const NO_ANSWERS: AnswerTimes = {
  count: 0,
  medianMs: Number.NaN,
  p99Ms: Number.NaN,
  maxMs: Number.NaN,
}

const { folder } = await benchData(option('alerts', 20_000))
const { medium } = await objectsByLength(folder)
const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
const urls = (await demandingQuestions(server.url, medium)).map(path => server.url + path)
await load(urls, { connections: 8, seconds: 3 })
const sustainable = (await load(urls, { connections: 8, seconds: 5 })).requestsPerSecond
const calm = await offer({ urls, rate: sustainable * UNLOADED, seconds: SECONDS })
const [cpuMs, delayMs] = [server.cpuMs(), runDelayMsOf(server.pid)]
const flood = await offer({
  urls,
  rate: sustainable * TIMES,
  seconds: SECONDS + FIRST_SECONDS,
  skipSeconds: FIRST_SECONDS,
})
/** What the server worked, and what it waited for a processor: what the machine was busy with. */
const processor = {
  cpuMs: server.cpuMs() - cpuMs,
  waitedMs: Math.round(runDelayMsOf(server.pid) - delayMs),
}
const after = await offer({ urls, rate: sustainable * UNLOADED, seconds: 3 })
await server.stop()

const unloaded = calm.answers['200'] ?? NO_ANSWERS
const admitted = flood.answers['200'] ?? NO_ANSWERS
const refused = flood.answers['503'] ?? NO_ANSWERS
const { answers, firstAnswers, ...client } = flood
report({
  bench: `admitted answers at ${TIMES} x the sustainable load, against hardly any`,
  value: admitted.p99Ms / unloaded.p99Ms,
  unit: 'p99 ratio',
  goal: '<= 2',
  details: { sustainable, unloaded, admitted, perSecond: admitted.count / SECONDS, firstAnswers },
})
report({
  bench: `refusal at ${TIMES} x the sustainable load`,
  value: refused.p99Ms,
  unit: 'p99 ms',
  goal: '<= 50',
  details: { refused, client, processor },
})
report({
  bench: `answers other than 200 and 503 at ${TIMES} x the sustainable load, and lost requests`,
  value:
    flood.lost +
    Object.entries(answers)
      .filter(([status]) => status !== '200' && status !== '503')
      .reduce((sum, [, { count }]) => sum + count, 0),
  unit: 'requests',
  goal: '<= 0',
  details: { refusedAfterwards: after.answers['503']?.count ?? 0 },
})
