/**
 * Real requests at a fixed rate while things go wrong: workers are killed and stall, the disk is
 * full during an ingest, the store is slow, stuck and failing, remote services are slow, silent,
 * down or talk nonsense, clients leave in the middle. Every answer is compared with the one before;
 * errors must be of a declared kind that a fault explains; in the end nothing may have leaked.
 *
 * Ten minutes, or `--seconds N`; 40 requests a second, or `--rate N`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { writeNights } from '../src/simulate/night-file.js'
import { seededRandom } from '../src/simulate/random.js'
import { fink } from '../test/cli/program.js'
import { makeSky, openSkyService } from '../test/examples/made-up-sky.js'
import { objectsByLength } from './measuring/objects.js'
import { childrenOf, openFilesOf, residentMbOf, runDelayMsOf } from './measuring/processes.js'
import { option, report } from './measuring/report.js'
import { startServer } from './measuring/server.js'
import { benchFiles } from './measuring/sky.js'
import { soakFaults } from './soak/faults.js'
import { drawQuestion, type Question, type QuestionGroup, soakQuestions } from './soak/questions.js'
import { Tally } from './soak/tally.js'
import { openUnreliable } from './soak/unreliable.js'
import { isSame, type Seen, Witness } from './soak/witness.js'

const SECONDS = option('seconds', 600)
const RATE = option('rate', 40)
/** Share of the requests to the service on a store that has trouble. */
const SLOW_STORE_SHARE = 0.15
const MAX_UNANSWERED = 1000
/** Questions without a lasting answer that are named. */
const SHOWN = 5
const FAULT_SECONDS = 8
/** Time in which connections that are not used any more are closed by both sides. */
const QUIET_MS = 7_000
const SETTINGS = {
  FINK_REQUEST_TIMEOUT_MS: '10000',
  FINK_REMOTE_TIMEOUT_MS: '3000',
  /** Stamps come from the files of the lake. */
  FINK_CUTOUTS_URL: '',
}

interface Checked {
  readonly question: Question
  readonly expected: Seen
}

const sky = await makeSky()
const remotes = await openUnreliable()
const throughDoor = Object.entries(sky.env).map(([name, value]) => [
  name,
  name.endsWith('_URL') ? remotes.through(value) : value,
])
const env: Record<string, string> = { ...Object.fromEntries(throughDoor), ...SETTINGS }
const dataFolder = sky.env.FINK_DATA_DIR ?? ''
const scratch = mkdtempSync(join(tmpdir(), 'fink-soak-'))
const tally = new Tally()
const random = seededRandom(1)
const problems: string[] = []
const { short: stampedIds } = await objectsByLength(dataFolder)
await fink('ingest', '--data', dataFolder, ...benchFiles(20_000))
const newNight = { objects: 200, nights: 1, seed: 9, hasStamps: false }
const newFiles = [...writeNights(scratch, newNight)].map(({ path }) => path)
const { groups, unstable } = await takeAnswers()
const startMs = performance.now()

const service = await startServer('bin/fink', ['serve', '--port', '0', '--workers', '2'], env)
const slowScript = fileURLToPath(new URL('soak/slow-store-server.js', import.meta.url))
const slow = await startServer(process.execPath, [slowScript], env)
const witnesses = { service: new Witness(service.url), slow: new Witness(slow.url) }
const faults = soakFaults({
  servicePid: service.pid,
  serviceUrl: service.url,
  dataFolder,
  newFiles,
  remotes,
  tellStore: async health => {
    await (await fetch(`${slow.url}/store/${health}`, { method: 'PUT' })).text()
  },
  onKill: () => tally.kill(),
  onProblem: problem => void problems.push(problem),
})
let asked = 0
let unsent = 0
let unanswered = 0

const firstSeconds = Math.min(200, SECONDS / 2)
await askFor(firstSeconds, async () => {
  process.kill(service.pid, 'SIGHUP')
  await runFaults(firstSeconds)
})
const before = await restingFigures()
await askFor(SECONDS - firstSeconds, () => runFaults(SECONDS - firstSeconds))
const after = await restingFigures()
await Promise.all([service.stop(), slow.stop()])
await remotes.close()
await sky.close()
rmSync(scratch, { recursive: true, force: true })
tellResults()

/** Answers of a service that is well; questions without one good and lasting answer are left out. */
async function takeAnswers(): Promise<{ groups: QuestionGroup<Checked>[]; unstable: string[] }> {
  const { server, close } = await openSkyService(sky)
  const { endpoints } = server
  await close()
  const { short, medium } = await objectsByLength(dataFolder)
  const well = await startServer('bin/fink', ['serve', '--port', '0'], { ...sky.env, ...SETTINGS })
  const witness = new Witness(well.url)
  const unstable: string[] = []
  const groups: QuestionGroup<Checked>[] = []
  const sources = { endpoints, stampedIds, ids: [...medium.slice(0, 150), ...short.slice(0, 150)] }
  for (const { name, share, questions } of await soakQuestions(well.url, sources)) {
    const checked: Checked[] = []
    for (const question of questions) {
      const expected = await witness.ask(question)
      const again = await witness.ask(question)
      if (expected.status < 500 && isSame(expected, again)) checked.push({ question, expected })
      else unstable.push(titleOf(question))
    }
    if (checked.length === 0) throw new Error(`No question of "${name}" is answered well`)
    groups.push({ name, share, questions: checked })
  }
  witness.hangUp()
  await well.stop()
  return { groups, unstable }
}

/** Asks at the fixed rate for so long, while something happens; ends when all is answered. */
async function askFor(seconds: number, meanwhile: () => Promise<void>): Promise<void> {
  const happening = meanwhile()
  const startMs = performance.now()
  for (let sent = 0; sent < seconds * RATE; sent++) {
    const dueMs = startMs + (sent * 1000) / RATE
    const waitMs = dueMs - performance.now()
    if (waitMs > 1) await sleep(waitMs)
    if (unanswered < MAX_UNANSWERED) void ask(drawQuestion(groups, random))
    else unsent++
  }
  await happening
  while (unanswered > 0) await sleep(50)
}

async function ask({ question, expected }: Checked): Promise<void> {
  const isSlow = random.chance(SLOW_STORE_SHARE)
  const title = `${isSlow ? 'slow store: ' : ''}${titleOf(question)}`
  const startMs = performance.now()
  asked++
  unanswered++
  try {
    const seen = await witnesses[isSlow ? 'slow' : 'service'].ask(question)
    tally.judge({ title, startMs, endMs: performance.now() }, expected, seen)
  } catch (error) {
    const reason = error instanceof Error ? `${Reflect.get(error, 'code')} ${error.message}` : '?'
    tally.lose({ title, startMs, endMs: performance.now() }, reason)
  }
  unanswered--
}

/** One fault after the other, with as much time between them, and some time to get over the last. */
async function runFaults(seconds: number): Promise<void> {
  const endMs = performance.now() + seconds * 1000
  const faultMs = Math.min(FAULT_SECONDS, seconds / (faults.length * 1.5 + 1)) * 1000
  for (let i = 0; performance.now() + 2.5 * faultMs < endMs; i++) {
    const fault = faults[i % faults.length]!
    const end = tally.begin(fault)
    await fault.run(faultMs)
    end()
    await sleep(faultMs / 2)
  }
}

/** What the worker that lives longest, and the service on the slow store, keep while they rest. */
async function restingFigures() {
  for (const witness of Object.values(witnesses)) witness.hangUp()
  await sleep(QUIET_MS)
  const pids = [childrenOf(service.pid)[0] ?? 0, slow.pid]
  const figures = pids.map(pid => ({
    pid,
    files: openFilesOf(pid),
    mb: residentMbOf(pid),
    /** Of the time so far, the share in which the process waited for a processor. */
    waitedShare: runDelayMsOf(pid) / (performance.now() - startMs),
  }))
  const status = await (await fetch(`${service.url}/status`)).json()
  const { work } = status as { work: { inFlight: number; waiting: number } }
  return { figures, inFlight: work.inFlight + work.waiting }
}

function titleOf({ method, path, payload = '' }: Question): string {
  return `${method} ${path.slice(0, 200)} ${payload.slice(0, 100)}`
}

function tellResults(): void {
  const shown = (findings: readonly string[]) => findings.filter(finding => finding !== '')
  const questions = groups.reduce((sum, group) => sum + group.questions.length, 0)
  report({
    bench: `wrong answers in ${SECONDS} s of faults`,
    value: tally.wrong.length,
    unit: 'answers',
    goal: '<= 0',
    details: {
      asked,
      same: tally.same,
      questions,
      groups: Object.fromEntries(groups.map(group => [group.name, group.questions.length])),
      leftOut: unstable.length,
      firstLeftOut: unstable.slice(0, SHOWN),
      wrong: shown(tally.wrong),
    },
  })
  report({
    bench: `unexplained errors in ${SECONDS} s of faults`,
    value: tally.unexplained.length + unsent + problems.length,
    unit: 'requests',
    goal: '<= 0',
    details: {
      explained: Object.fromEntries(tally.explained),
      kills: tally.kills,
      unexplained: shown(tally.unexplained),
      unsent,
      problems,
    },
  })
  const growths = after.figures.map(({ mb }, i) => mb / before.figures[i]!.mb)
  const leaks = after.figures.map(({ files }, i) => Math.max(0, files - before.figures[i]!.files))
  report({
    bench: `handles and requests that were kept after ${SECONDS} s of faults`,
    value: leaks.reduce((a, b) => a + b, 0) + after.inFlight,
    unit: 'handles',
    goal: '<= 0',
    details: { before, after },
  })
  report({
    bench: `growth of resident memory over ${SECONDS} s of faults`,
    value: Math.max(...growths),
    unit: 'ratio',
    goal: '<= 1.25',
  })
}
