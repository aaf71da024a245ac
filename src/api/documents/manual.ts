/**
 * The documentation page for people, derived from the endpoints: one HTML text with its style
 * inside, without scripts and without anything from elsewhere, so that it works offline.
 */

import { isJsonType, toMediaType } from '../arguments/media-type.js'
import type { JsonValue } from '../declarations/json.js'
import type { Param } from '../declarations/param.js'
import { type Endpoint, isTableFormat, type RouteExample } from '../declarations/route.js'
import { ERROR_CODES } from '../http-errors.js'
import { MANUAL_STYLE } from './manual-style.js'
import type { ServiceTexts } from './service-texts.js'

/** Stands in the page for the address of the service, such as `https://example.org`. */
export const ORIGIN_MARK = '{{origin}}'

/** HTML of the page; replace `ORIGIN_MARK` before sending it. */
export function toManual(endpoints: readonly Endpoint[], texts: ServiceTexts): string {
  const bySurvey = groupBySurvey(endpoints)
  const sections = [...bySurvey].map(([name, members]) => surveySection(name, members))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(texts.title)}</title><style>${MANUAL_STYLE}</style></head>
<body>${navigation(bySurvey)}<main>
<h1>${escapeHtml(texts.title)}</h1>
<p class="soft">Version ${escapeHtml(texts.version)}</p>
<p>${escapeHtml(texts.description)}</p>
${conventions()}
${sections.join('\n')}
${errorSection()}
</main></body></html>
`
}

function groupBySurvey(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly Endpoint[]> {
  const groups = new Map<string, Endpoint[]>()
  for (const endpoint of endpoints) {
    const members = groups.get(endpoint.survey) ?? []
    members.push(endpoint)
    groups.set(endpoint.survey, members)
  }
  return groups
}

function navigation(bySurvey: ReadonlyMap<string, readonly Endpoint[]>): string {
  const surveys = [...bySurvey].map(([name, members]) => {
    const links = members.map(
      member => `<a href="#${anchor(member)}">${escapeHtml(member.name)}</a>`,
    )
    return `<h2>${escapeHtml(name)}</h2>${links.join('')}`
  })
  return `<nav><a href="#top"><strong>Contents</strong></a>${surveys.join('')}
<h2>Service</h2><a href="#errors">Errors</a><a href="/openapi.json">OpenAPI</a>
<a href="/health">Health</a><a href="/ready">Readiness</a><a href="/metrics">Metrics</a></nav>`
}

function conventions(): string {
  return `<h2 id="top">How to ask</h2>
<p>Arguments go into the query string of a <code>GET</code>, or as a JSON object into the body of a
<code>POST</code> with <code>Content-Type: application/json</code>. If there is a query string, the
body is not read. Names may be written with <code>-</code> or <code>_</code>. An argument that no
parameter has is ignored and reported in the header <code>X-Fink-Warning</code>.</p>
<p><code>X-Fink-Truncated: true</code> says that a limit cut rows off,
<code>X-Fink-Truncated-Count</code> how many when that is known, <code>X-Fink-Partial</code> what is missing from an answer and why, <code>X-Request-Id</code> names the request in reports.</p>`
}

function surveySection(name: string, endpoints: readonly Endpoint[]): string {
  return `<h2>${escapeHtml(name)}</h2>${endpoints.map(endpointSection).join('')}`
}

function endpointSection(endpoint: Endpoint): string {
  const methods = endpoint.methods.map(method => `<span class="method">${method}</span>`).join('')
  const paths = endpoint.paths.map(path => `<code>${escapeHtml(path)}</code>`).join(' or ')
  return `<section><h3 id="${anchor(endpoint)}">${escapeHtml(endpoint.name)}</h3>
<p>${methods}${paths}</p>
<p><strong>${toProse(endpoint.summary)}.</strong> ${toProse(endpoint.description)}</p>
${parameterTable(endpoint)}${outputLine(endpoint)}
${endpoint.examples.map(example => exampleBlock(endpoint, example)).join('')}</section>`
}

function anchor({ survey, name, methods }: Endpoint): string {
  return `${survey}-${name}-${methods.join('-')}`.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

function parameterTable({ params }: Endpoint): string {
  const rows = Object.entries(params).map(([name, param]) => parameterRow(name, param))
  if (rows.length === 0) return '<p>No parameters.</p>'
  return `<div class="scroll"><table><tr><th>Parameter<th>Value<th>Default<th>Meaning</tr>
${rows.join('\n')}</table></div>`
}

function parameterRow(name: string, param: Param<unknown>): string {
  const { aliases, examples, defaultText, isRequired } = param
  const also = aliases.length > 0 ? ` Also read as ${codes(aliases)}.` : ''
  const such =
    examples.length > 0
      ? `<br><small>${codes(examples.slice(0, 3).map(toArgumentText))}</small>`
      : ''
  const without = isRequired ? '<strong>required</strong>' : toProse(defaultText ?? '')
  return `<tr><td><code>${escapeHtml(name)}</code><td>${toProse(param.expected)}${such}
<td>${without}<td>${toProse(param.description)}${also}</tr>`
}

function codes(texts: readonly string[]): string {
  return texts.map(text => `<code>${escapeHtml(text)}</code>`).join(', ')
}

function outputLine({ outputs }: Endpoint): string {
  const names = outputs.map(output => {
    const name = isTableFormat(output) ? output.name : output.description
    return `${escapeHtml(name)} <small>(${escapeHtml(output.mediaType)})</small>`
  })
  return `<p>Answers: ${names.join(', ')}</p>`
}

function exampleBlock(endpoint: Endpoint, example: RouteExample): string {
  const path = endpoint.paths[0]!
  const isGet = (example.method ?? endpoint.methods[0]) === 'GET'
  const address = isGet ? `${path}${toQuery(example)}` : path
  const link = isGet ? ` · <a href="${escapeHtml(address)}">try</a>` : ''
  const curl = isGet ? `curl '${ORIGIN_MARK}${address}'` : curlPost(path, example)
  return `<details open><summary>${escapeHtml(example.title)}${link}</summary>
<pre>${escapeHtml(curl)}</pre>
<pre>${escapeHtml(pythonText(endpoint, example, isGet))}</pre></details>`
}

/** Query string of an example, with `?`; empty when it has no arguments. */
export function toQuery(example: RouteExample): string {
  const pairs = Object.entries(example.arguments).map(([name, value]) => {
    const text = encodeURIComponent(toArgumentText(value)).replace(/'/g, '%27')
    return `${encodeURIComponent(name)}=${text}`
  })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function toArgumentText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function curlPost(path: string, example: RouteExample): string {
  const body = JSON.stringify(example.arguments).replaceAll("'", "'\\''")
  return `curl '${ORIGIN_MARK}${path}' -H 'Content-Type: application/json' \\\n  -d '${body}'`
}

function pythonText(endpoint: Endpoint, example: RouteExample, isGet: boolean): string {
  const call = isGet ? 'get' : 'post'
  const kind = isGet ? 'params' : 'json'
  const isJson = isJsonType(toMediaType(endpoint.outputs[0]?.mediaType))
  const read = isJson && !('output-format' in example.arguments) ? 'json()' : 'content'
  return `import requests
answer = requests.${call}("${ORIGIN_MARK}${endpoint.paths[0]}",
    ${kind}=${toPython(example.arguments)})
answer.raise_for_status()
data = answer.${read}`
}

function toPython(value: JsonValue): string {
  if (value === null) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(toPython).join(', ')}]`
  const members = Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}: ${toPython(v)}`)
  return `{${members.join(', ')}}`
}

function errorSection(): string {
  const rows = ERROR_CODES.map(({ code, statuses, meaning }) => {
    return `<tr><td>${statuses.join(', ')}<td><code>${code}</code><td>${escapeHtml(meaning)}</tr>`
  })
  return `<h2 id="errors">Errors</h2>
<p>Every error is a JSON object: <code>status</code> (always <code>error</code>), <code>code</code>,
<code>text</code>, <code>param</code> when one is at fault, and <code>request</code>, the id to quote
in a report.</p>
<div class="scroll"><table><tr><th>Status<th>Code<th>Meaning</tr>${rows.join('\n')}</table></div>`
}

/** Text with `code` between backticks, the one mark that descriptions use. */
function toProse(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
