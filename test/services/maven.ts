/**
 * Java libraries for the services that tests start: fetched once by the ordinary Maven client into
 * `.cache/`, then taken from there.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** One library: `group:artifact:version`, with all it depends on unless it is taken alone. */
export interface Artifact {
  readonly id: string
  readonly isAlone?: boolean
}

const CACHE = resolve('.cache/maven')
const TIMEOUT_MS = 10 * 60_000

/**
 * Names of the programs that cannot be run here.
 *
 * @throws Error under CI=true when there are any: there, nothing may be left out
 */
export function missingPrograms(names: readonly string[]): string[] {
  const missing = names.filter(name => spawnSync(name, ['-version']).error !== undefined)
  if (missing.length > 0 && process.env.CI === 'true') {
    throw new Error(`Missing programs: ${missing.join(', ')}`)
  }
  return missing
}

function toDependency({ id, isAlone }: Artifact): string {
  const [group, artifact, version] = id.split(':')
  const exclusions = isAlone
    ? '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>'
    : ''
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>\
<version>${version}</version>${exclusions}</dependency>`
}

function toProject(artifacts: readonly Artifact[]): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>libraries</artifactId><version>1</version>
<packaging>pom</packaging><dependencies>
${artifacts.map(toDependency).join('\n')}
</dependencies></project>
`
}

/**
 * Folder with the jars of the artifacts and all they need at run time.
 *
 * @param name leads the name of the folder
 * @throws Error when Maven fails
 */
export function fetchArtifacts(name: string, artifacts: readonly Artifact[]): string {
  const project = toProject(artifacts)
  const key = createHash('sha256').update(project).digest('hex').slice(0, 12)
  const folder = join(CACHE, `${name}-${key}`)
  if (existsSync(folder)) return folder
  mkdirSync(CACHE, { recursive: true })
  const work = mkdtempSync(join(CACHE, '.fetch-'))
  try {
    writeFileSync(join(work, 'pom.xml'), project)
    const goal = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime']
    const options = { cwd: work, encoding: 'utf8', timeout: TIMEOUT_MS } as const
    const run = spawnSync('mvn', [...goal, '-DoutputDirectory=lib'], options)
    if (run.status !== 0) throw new Error(`Maven failed: ${run.stdout}${run.stderr}`)
    // Another process may have been quicker; both have the same content.
    if (!existsSync(folder)) renameSync(join(work, 'lib'), folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}
