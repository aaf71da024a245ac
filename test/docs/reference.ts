/** The reference pages of the documentation, made from the declarations they describe. */
import type { Command } from 'commander'
import type { Param } from '../../src/api/declarations/param.js'
import type { Endpoint } from '../../src/api/declarations/route.js'
import { isTableFormat } from '../../src/api/declarations/route.js'
import { ERROR_CODES } from '../../src/api/http-errors.js'
import { buildApp } from '../../src/app.js'
import { buildProgram } from '../../src/cli/fink.js'
import { SETTINGS } from '../../src/config.js'
import { openMemoryStore } from '../../src/store/memory.js'
import { SURVEYS } from '../../src/surveys/surveys.js'

/** Pages by file name below `docs/reference`. */
export async function referencePages(): Promise<Readonly<Record<string, string>>> {
  return {
    'routes.md': await routesPage(),
    'settings.md': settingsPage(),
    'errors.md': errorsPage(),
    'commands.md': commandsPage(),
    'columns.md': columnsPage(),
  }
}

const NOTE = '<!-- Made by `npm run docs`; edit the declarations instead. -->'

async function routesPage(): Promise<string> {
  const store = openMemoryStore()
  const { app, endpoints } = buildApp({
    store,
    defaultSurvey: 'ztf',
    rowLimit: 10_000,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 1024 * 1024,
    logLevel: 'silent',
    version: 'docs',
  })
  await app.close()
  const intro = `Every route answers GET and POST alike where both are listed: arguments come from the query
string or from a JSON body. Under \`/api/v1/\` stands the default survey, under
\`/<survey>/api/v1/\` each of them.`
  return page('Routes', intro, endpoints.map(routeSection))
}

function routeSection(endpoint: Endpoint): string {
  const { name, survey, methods, summary, description, params, outputs, examples } = endpoint
  const rows = Object.entries(params).map(([param, of]) => paramRow(param, of))
  const formats = outputs.map(output =>
    isTableFormat(output) ? output.name : `\`${output.mediaType}\``,
  )
  const table =
    rows.length === 0
      ? 'No parameters.'
      : ['| parameter | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
  const requests = examples.map(
    ({ title, arguments: given }) => `- ${title}: \`${JSON.stringify(given)}\``,
  )
  return [
    `## ${name} (${survey})`,
    `**${summary}.**`,
    description,
    `${methods.join(', ')} \`${endpoint.paths[0]}\`; answers ${formats.join(', ')}.`,
    table,
    ['Examples:', '', ...requests].join('\n'),
  ].join('\n\n')
}

function paramRow(name: string, param: Param<unknown>): string {
  const fallback = param.isRequired ? '*required*' : (param.defaultText ?? '')
  const unit = param.unit === undefined ? '' : ` (${param.unit})`
  const also = param.aliases.length === 0 ? '' : `; also \`${param.aliases.join('`, `')}\``
  return `| \`${name}\`${also} | ${cell(fallback)} | ${cell(`${param.description}${unit}; expected ${param.expected}`)} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function settingsPage(): string {
  const rows = Object.entries(SETTINGS).map(([name, { variable, commonVariable, value }]) => {
    const { description, unit, defaultText = '', expected } = value as Param<unknown>
    const meaning = `${description}${unit === undefined ? '' : ` (${unit})`}; ${expected}`
    const variables = commonVariable === undefined ? [variable] : [variable, commonVariable]
    return `| \`${name}\` | \`${variables.join('`, `')}\` | ${cell(defaultText)} | ${cell(meaning)} |`
  })
  const intro = `Settings come from a YAML file (\`--config\` or \`FINK_CONFIG\`), then from the environment, which
wins, then from options of the command line. \`bin/fink check --config\` prints the values in force.`
  const head = ['| setting | variable | default | meaning |', '| --- | --- | --- | --- |']
  return page('Settings', intro, [[...head, ...rows].join('\n')])
}

function errorsPage(): string {
  const rows = ERROR_CODES.map(
    ({ code, statuses, meaning }) => `| \`${code}\` | ${statuses.join(', ')} | ${cell(meaning)} |`,
  )
  const intro = `Every error answer has this shape, on every path:

\`\`\`json
{ "status": "error", "code": "bad_parameter", "text": "Cannot read ...", "param": "dec", "request": "<id>" }
\`\`\`

\`text\` says what was attempted, what was given and what was expected; \`param\` is there when one
parameter is at fault; \`request\` is the id that the log and the header \`X-Request-Id\` carry.`
  const head = ['| code | status | meaning |', '| --- | --- | --- |']
  return page('Errors', intro, [[...head, ...rows].join('\n')])
}

function commandsPage(): string {
  const sections = buildProgram().commands.flatMap(command => [
    commandSection('##', command.name(), command),
    ...command.commands.map(part =>
      commandSection('###', `${command.name()} ${part.name()}`, part),
    ),
  ])
  const intro = 'Exit codes: 0 done, 1 failed, 2 wrong usage.'
  return page('Commands', intro, sections)
}

function commandSection(level: string, name: string, command: Command): string {
  return `${level} ${name}\n\n\`\`\`\n${helpOf(command)}\n\`\`\``
}

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: part => {
      text += part
    },
    getOutHelpWidth: () => 90,
  })
  command.outputHelp()
  return text.trimEnd().replaceAll(/ +$/gm, '')
}

function columnsPage(): string {
  const sections = SURVEYS.map(survey => {
    const rows = [...survey.facts.values()].map(
      ({ name, unit = '', ucd = '', description }) =>
        `| \`${name}\` | ${cell(unit)} | ${cell(ucd)} | ${cell(description)} |`,
    )
    const head = ['| column | unit | UCD | meaning |', '| --- | --- | --- | --- |']
    return [`## ${survey.title}`, [...head, ...rows].join('\n')].join('\n\n')
  })
  return page('Columns', 'What each column of an answer means.', sections)
}

function page(title: string, intro: string, sections: readonly string[]): string {
  return `${[NOTE, `# ${title}`, intro, ...sections].join('\n\n')}\n`
}
