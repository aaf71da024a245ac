/** The status of the service as a page for people. */
import type { HourFigures, StatusReport } from './service-status.js'

/** The report as HTML; it loads itself again every ten seconds. */
export function toStatusPage(report: StatusReport): string {
  const { version, processes, uptimeSec, work, store, upstreams } = report
  const now = [
    ['State', report.status],
    ['Version', version],
    ['Up for', toDuration(uptimeSec)],
    ['Processes', String(processes)],
    ['Requests in flight', `${work.inFlight}, of which ${work.waiting} wait`],
    ['Refused since the start, too much work', String(work.refused)],
    ['Store', store.isReachable ? `answers in ${store.ms} ms` : 'does not answer'],
  ]
  const services = upstreams.map(({ name, state, calls, failures, kept }) => [
    name,
    state,
    ...[calls, failures, kept].map(String),
  ])
  const routes = report.routes.map(({ survey, route, ...figures }) => [
    survey,
    route === '' ? 'no such path' : route,
    ...toCells(figures),
  ])
  const all = ['', 'all', ...toCells(report.lastHour)]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">
<meta name="viewport" content="width=device-width"><title>Status</title><style>${STYLE}</style></head>
<body><h1>Status</h1>
${toTable([], now)}
<h2>The last hour</h2>
${toTable(HOUR_HEAD, [all, ...routes])}
<h2>Remote services</h2>
${toTable(['service', 'state', 'calls', 'failures', 'from memory'], services)}
</body></html>
`
}

const HOUR_HEAD = [
  'survey',
  'route',
  'requests',
  'wrong requests',
  'failures',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'rows',
  'bytes',
]

const STYLE = `body{font:15px/1.4 system-ui,sans-serif;margin:2em;color:#222}
table{border-collapse:collapse}td,th{padding:.2em .8em;border-bottom:1px solid #ddd;text-align:right}
td:first-child,td:nth-child(2),th:first-child,th:nth-child(2){text-align:left}`

function toCells(figures: HourFigures): string[] {
  const { requests, clientErrors, serverErrors, p50Ms, p95Ms, p99Ms, rows, bytes } = figures
  const values = [requests, clientErrors, serverErrors, p50Ms, p95Ms, p99Ms, rows, bytes]
  return values.map(value => (value === null ? '' : value.toLocaleString('en')))
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map(cell => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`
  const top = head.length === 0 ? '' : row('th', head)
  return `<table>${top}${rows.map(cells => row('td', cells)).join('\n')}</table>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function toDuration(seconds: number): string {
  const [days, hours, minutes] = [86_400, 3_600, 60].map(unit => Math.floor(seconds / unit))
  if (days) return `${days} d ${hours! - days * 24} h`
  if (hours) return `${hours} h ${minutes! - hours * 60} min`
  return minutes ? `${minutes} min` : `${seconds} s`
}
