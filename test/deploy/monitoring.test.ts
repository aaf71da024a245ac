/**
 * Dashboard and alert rules name only metrics and labels that a scrape of the service really has,
 * and every alert has its section in the operator's page.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { startFink, withFolder } from '../cli/program.js'

interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

interface Dashboard {
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly description: string
    readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
  }[]
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly definition?: string }[]
  }
}

const RULES_TEXT = readFileSync('deploy/prometheus/rules.yml', 'utf8')
const RULES = (parse(RULES_TEXT) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
)
const DASHBOARD = JSON.parse(readFileSync('deploy/grafana/dashboard.json', 'utf8')) as Dashboard

/** Functions, aggregations and keywords of PromQL are known by what follows or by these names. */
const KEYWORDS = new Set(['by', 'and', 'or', 'unless', 'on', 'without', 'bool', 'offset', 'e9'])
/** Made by Prometheus itself: the success of a scrape, and where it went. */
const OF_PROMETHEUS = { metrics: ['up'], labels: ['job', 'instance'] }

/** Names of metrics in an expression. */
function metricsOf(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(by|without|on) *\([^)]*\)/g, ' ')
  const names = [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?! *\(|[\w:])/g)].map(
    ([name]) => name,
  )
  return names.filter(name => !KEYWORDS.has(name))
}

/** Names of labels in an expression, in conditions and groups. */
function labelsOf(expr: string): string[] {
  const conditions = [...expr.matchAll(/(\w+) *(?:=~|!~|!=|=)"/g)].map(([, name]) => name ?? '')
  const groups = [...expr.matchAll(/\b(?:by|without|on) *\(([^)]*)\)/g)]
  return [...conditions, ...groups.flatMap(([, names = '']) => names.split(/, */))]
}

interface Scrape {
  /** Names, with the endings of their type. */
  readonly metrics: ReadonlySet<string>
  readonly labels: ReadonlySet<string>
}

/** What is in a scrape of one process and of several that speak as one, which leaves some out. */
function scrape(): Promise<Scrape> {
  return withFolder(async folder => {
    const [one, several] = [await scrapeOf(folder, 1), await scrapeOf(folder, 2)]
    const metrics = new Set([...one.metrics].filter(name => several.metrics.has(name)))
    return { metrics, labels: several.labels }
  })
}

async function scrapeOf(folder: string, workers: number): Promise<Scrape> {
  const args = ['serve', '--data', folder, '--port', '0', '--workers', String(workers)]
  const program = startFink(args, { env: { FINK_LOG_LEVEL: 'warn' } })
  const [, url = ''] = await program.until(/^listening on (http:\S+)$/m)
  await (await fetch(`${url}/api/v1/objects?objectId=ZTF19aaaaahi`)).text()
  const text = await (await fetch(`${url}/metrics`)).text()
  assert.equal((await program.end()).code, 0)
  return readScrape(text)
}

function readScrape(payload: string): Scrape {
  const metrics = new Set(OF_PROMETHEUS.metrics)
  for (const [, name = '', type] of payload.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    metrics.add(name)
    if (type !== 'histogram' && type !== 'summary') continue
    for (const end of ['_count', '_sum', ...(type === 'histogram' ? ['_bucket'] : [])]) {
      metrics.add(name + end)
    }
  }
  const labels = new Set(OF_PROMETHEUS.labels)
  for (const [, label = ''] of payload.matchAll(/[{,](\w+)="/g)) labels.add(label)
  return { metrics, labels }
}

test('metricsOf() finds the metrics of an expression and nothing else', () => {
  const expr =
    'sum by (le) (rate(a_bucket{x="y"}[5m])) / on(job) b:c:d > 3e9 or absent(up{job="z"})'
  assert.deepEqual(metricsOf(expr), ['a_bucket', 'b:c:d', 'up'])
  assert.deepEqual(labelsOf(expr), ['x', 'job', 'le', 'job'])
})

test('dashboard and rules name what is in a scrape, and the dashboard all of the service itself', async () => {
  const { metrics: scraped, labels } = await scrape()
  const metrics = new Set([...scraped, ...RULES.flatMap(({ record = [] }) => record)])
  const expressions = [
    ...RULES.map(({ expr }) => expr),
    ...DASHBOARD.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...DASHBOARD.templating.list.flatMap(({ definition }) => {
      const [, metric, label] = definition?.match(/^label_values\((.*), (\w+)\)$/) ?? []
      return metric === undefined ? [] : [`sum by (${label}) (${metric})`]
    }),
  ]
  assert.ok(expressions.length > 30)
  let named = 0
  for (const expr of expressions) {
    const found = metricsOf(expr)
    named += found.length
    for (const name of found) assert.ok(metrics.has(name), `${name} in ${expr}`)
    for (const label of labelsOf(expr)) assert.ok(labels.has(label), `${label} in ${expr}`)
  }
  assert.ok(named >= expressions.length)
  const shown = JSON.stringify(DASHBOARD)
  for (const name of scraped) {
    if (!/^fink_/.test(name) || /_(sum|count|bucket)$/.test(name)) continue
    assert.ok(shown.includes(name), `${name} is not on the dashboard`)
  }
})

test('every alert has a severity, a summary and a section in docs/how-to/monitoring.md', () => {
  const page = readFileSync('docs/how-to/monitoring.md', 'utf8')
  const alerts = RULES.filter(({ alert }) => alert !== undefined)
  assert.ok(alerts.length >= 8)
  for (const { alert, labels, annotations } of alerts) {
    assert.ok(['critical', 'warning'].includes(labels?.severity ?? ''), alert)
    assert.ok(annotations?.summary, alert)
    assert.ok(page.includes(`\n### ${alert}\n`), `${alert} is not in the page`)
  }
  const sections = [...page.matchAll(/^### (Fink\w+)$/gm)].map(([, name]) => name)
  assert.deepEqual(
    sections,
    alerts.map(({ alert }) => alert),
  )
})

test('panels have a title, a meaning and a place of their own', () => {
  const taken = new Set<string>()
  for (const { id, title, description, gridPos } of DASHBOARD.panels) {
    assert.ok(title !== '' && description !== '', String(id))
    const { x, y, w, h } = gridPos
    assert.ok(x + w <= 24, title)
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        assert.ok(!taken.has(`${column} ${row}`), title)
        taken.add(`${column} ${row}`)
      }
    }
  }
  assert.equal(new Set(DASHBOARD.panels.map(({ id }) => id)).size, DASHBOARD.panels.length)
})
