/** Ingest of made-up nights into all tables: alerts per second, and memory by the number of alerts. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { option, report } from './measuring/report.js'
import { benchFiles, ingestInto } from './measuring/sky.js'

const ALERTS = option('alerts', 100_000)
const folder = join('.cache', 'bench-ingest')

for (const alerts of [Math.ceil(ALERTS / 10), ALERTS]) {
  const files = benchFiles(alerts)
  rmSync(folder, { recursive: true, force: true })
  const before = process.memoryUsage().rss
  const summary = await ingestInto(folder, files)
  report({
    bench: `ingest of ${summary.alerts} alerts into all tables`,
    value: summary.alertsPerSecond,
    unit: 'alerts/s',
    ...(alerts === ALERTS && { goal: '>= 3000' }),
    details: { seconds: summary.seconds, rssGrowthMb: (process.memoryUsage().rss - before) / 1e6 },
  })
}
rmSync(folder, { recursive: true, force: true })
