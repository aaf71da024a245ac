/**
 * Writes batches of alerts: all their rows, the counts and the progress of their files in one
 * write, so that a store never holds one without the other.
 */
import type { PutCounts, Store, TablePut } from '../store/store.js'
import { type AlertBatch, pickAlerts } from './alert-batch.js'
import type { ReadyFile } from './alert-files.js'
import { completeBatch, findAlerts, storablePart, storedBatch } from './known-alerts.js'
import { type FileRecord, filePut, type Rejection, rejectedPut } from './ledger.js'
import { addTally, type CountChanges, countPuts } from './night-counts.js'
import { createRowSink, keysByTable, toPuts } from './row-sink.js'
import { noteStale, type StaleKeys, settleBest, settleNewest } from './shared-rows.js'
import type { AlertIdentity, AlertOrigin, SurveyIngest } from './survey-ingest.js'

/** How far a file is; brought up to date by each commit. */
export interface FileProgress {
  done: number
  rejected: number
}

/** Consecutive alerts of a file that are to be written. */
export interface FileSlice {
  readonly file: ReadyFile
  readonly origin: AlertOrigin
  readonly batch: AlertBatch
  readonly progress: FileProgress
}

/** What a commit did. */
export interface CommitResult {
  readonly counts: readonly ReadonlyMap<string, PutCounts>[]
  readonly rejections: readonly Rejection[]
}

/** Alerts of one file that go in together, with the identity of each. */
interface Accepted {
  readonly batch: AlertBatch
  readonly origin: AlertOrigin
  readonly identities: readonly Placed[]
}

/** An alert that has a place. */
type Placed = Extract<AlertIdentity, { readonly key: string }>

/** Writes the slices, which may be of several files. */
export async function commitSlices(
  store: Store,
  survey: SurveyIngest,
  slices: readonly FileSlice[],
): Promise<CommitResult> {
  const sorted = slices.map(slice => sortAlerts(survey, slice))
  const rounds = toRounds(sorted.flatMap(({ accepted }) => accepted))
  const books = bookPuts(survey, slices, sorted)
  const counts: ReadonlyMap<string, PutCounts>[] = []
  for (const [i, round] of rounds.entries()) {
    const isLast = i === rounds.length - 1
    const { puts, stale } = await roundPuts(store, survey, round)
    // Stale rows go first: when that is all that gets done, the batch is simply done again.
    for (const [table, keys] of stale) await store.remove(table, [...keys])
    counts.push(await store.write(isLast ? [...puts, ...books] : puts))
  }
  return { counts, rejections: sorted.flatMap(({ rejections }) => rejections) }
}

/** Separates the alerts that go in from those that do not. */
function sortAlerts(survey: SurveyIngest, { file, origin, batch }: FileSlice) {
  const rejections: Rejection[] = []
  const positions: number[] = []
  const identities: Placed[] = []
  for (let at = 0; at < batch.length; at++) {
    const identity = survey.identify(batch, at)
    const problem = batch.problems.get(at)
    if (problem === undefined && 'key' in identity) {
      positions.push(at)
      identities.push(identity)
      continue
    }
    const reason = problem ?? ('problem' in identity ? identity.problem : '')
    const position = batch.rows[at] ?? at
    rejections.push({ path: file.path, position, alert: identity.alert, reason })
  }
  const accepted: Accepted = { batch: pickAlerts(batch, positions), origin, identities }
  return { accepted, rejections }
}

function rowName({ table, key }: { readonly table: string; readonly key: string }): string {
  return `${table}/${key}`
}

/**
 * Parts without two alerts for one row, to be written one after the other: the first holds the
 * first alert of every row, the next those that come second, and so on. There is at least one.
 */
function toRounds(all: readonly Accepted[]): Accepted[][] {
  const met = new Map<string, number>()
  const rounds: Accepted[][] = [[]]
  for (const { batch, origin, identities } of all) {
    const positions = new Map<number, number[]>()
    identities.forEach((identity, at) => {
      const round = met.get(rowName(identity)) ?? 0
      met.set(rowName(identity), round + 1)
      const list = positions.get(round)
      if (list === undefined) positions.set(round, [at])
      else list.push(at)
    })
    for (const [round, list] of positions) {
      const part = {
        batch: pickAlerts(batch, list),
        origin,
        identities: list.map(at => identities[at]!),
      }
      rounds[round] = [...(rounds[round] ?? []), part]
    }
  }
  return rounds
}

async function roundPuts(store: Store, survey: SurveyIngest, parts: readonly Accepted[]) {
  const identities = parts.flatMap(part => part.identities)
  const met = await findAlerts(store, survey, identities)
  const sink = createRowSink()
  const changes: CountChanges = new Map()
  const prior = storedBatch([...met.stored.values()], survey.fields)
  for (let at = 0; at < prior.length; at++) addTally(changes, survey.tally(prior, at), -1)
  for (const { batch, origin, identities } of parts) {
    const rows = identities.map(identity => met.stored.get(rowName(identity)))
    const complete = completeBatch(batch, survey.fields, rows)
    survey.addRows(complete, origin, sink.add)
    const counted = storablePart(complete, survey.fields, rows)
    for (const [at, { alert }] of identities.entries()) {
      if (!met.counted.has(alert)) addTally(changes, survey.tally(counted, at), 1)
    }
  }
  const stale: StaleKeys =
    prior.length === 0 ? new Map() : staleRows(survey, prior, keysByTable(sink))
  await settleNewest(store, survey, sink)
  await settleBest(store, survey, sink, stale)
  const counts = await countPuts(store, survey, changes)
  return { puts: [...toPuts(sink), ...counts, ...met.replaced], stale }
}

/** Rows that stored alerts had under keys that are theirs no longer (another label, say). */
function staleRows(
  survey: SurveyIngest,
  prior: ReturnType<typeof storedBatch>,
  current: ReadonlyMap<string, ReadonlySet<string>>,
): StaleKeys {
  const stale: StaleKeys = new Map()
  const before = createRowSink()
  survey.addRows(prior, undefined, before.add)
  for (const [table, keys] of keysByTable(before)) {
    // Rows of shared keys may be those of other alerts by now.
    if (survey.newest.has(table)) continue
    for (const key of keys) if (!current.get(table)?.has(key)) noteStale(stale, table, key)
  }
  return stale
}

function bookPuts(
  survey: SurveyIngest,
  slices: readonly FileSlice[],
  sorted: readonly { readonly rejections: readonly Rejection[] }[],
): TablePut[] {
  const records = new Map<string, FileRecord>()
  const aside: Parameters<typeof rejectedPut>[0][number][] = []
  slices.forEach(({ file, batch, progress }, i) => {
    const { rejections } = sorted[i]!
    const { fingerprint, path, bytes } = file
    progress.done += batch.length
    progress.rejected += rejections.length
    const alerts = file.alerts.length
    records.set(fingerprint, { fingerprint, path, survey: survey.name, bytes, alerts, ...progress })
    for (const rejection of rejections) aside.push({ fingerprint, rejection })
  })
  const files = filePut([...records.values()])
  return aside.length === 0 ? [files] : [rejectedPut(aside), files]
}
