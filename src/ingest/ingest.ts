/**
 * Ingest: alert files into the tables of a store. It can be stopped or killed at any time and run
 * again: files that are in are passed over, one that is half in is gone on with, and the result is
 * the same as without interruption.
 */
import { resolve } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PutCounts, Store } from '../store/store.js'
import type { AlertBatch } from './alert-batch.js'
import { openFiles, type ReadyFile } from './alert-files.js'
import { type OpenSource, openLocalSource } from './byte-source.js'
import { commitSlices, type FileSlice } from './commit.js'
import { AlertFileError } from './errors.js'
import type { Rejection } from './ledger.js'
import { createAlertReader } from './reading/alert-reader.js'
import type { SurveyIngest } from './survey-ingest.js'

/** Alerts that are written together when nothing else is asked for. */
const BATCH_ROWS = 4096
/** Most alerts that may be written together. */
const MAX_BATCH_ROWS = 16_384
/** Rejections that a summary lists; all of them are in the store. */
const MAX_LISTED = 100

/** What to ingest, and where to. */
export interface IngestRequest {
  readonly store: Store
  readonly survey: SurveyIngest
  readonly files: Iterable<string>
  /** Opens the files; local ones when absent. */
  readonly open?: OpenSource
  /** Path of a file as rows point to it for its stamps; the absolute local path when absent. */
  readonly storedPath?: (path: string) => string
  /** Alerts to write together, 1 to 16384. */
  readonly batchRows?: number
  /** Called after each write. */
  readonly onProgress?: (progress: IngestProgress) => void
  /** Ends the work after the write that is under way. */
  readonly signal?: AbortSignal
  /** Milliseconds from some fixed moment; `performance.now` when absent. */
  readonly now?: () => number
}

/** How far an ingest is. */
export interface IngestProgress {
  readonly path: string
  /** Alerts of that file, and how many of them are in. */
  readonly fileAlerts: number
  readonly fileDone: number
  /** Alerts of all files so far. */
  readonly alerts: number
}

/** What an ingest did. */
export interface IngestSummary {
  /** Files that are in, were in before, and were refused with the reason. */
  readonly ingested: readonly string[]
  readonly alreadyIn: readonly string[]
  readonly refused: readonly { readonly path: string; readonly reason: string }[]
  /** Alerts read by this run, put aside included. */
  readonly alerts: number
  readonly rejected: number
  /** The first hundred alerts that were put aside. */
  readonly rejections: readonly Rejection[]
  /** Rows added and changed, by table. */
  readonly rows: ReadonlyMap<string, PutCounts>
  readonly seconds: number
  readonly alertsPerSecond: number
  /** True when the signal ended the work before the last file. */
  readonly isInterrupted: boolean
}

/**
 * Ingests the files in the order given. Broken files are refused as a whole and listed, broken
 * alerts put aside and counted; neither ends the work.
 *
 * @throws StoreError when the store fails, RangeError when `batchRows` is out of range
 */
export async function ingest(request: IngestRequest): Promise<IngestSummary> {
  const run = new IngestRun(request)
  await run.makeTables()
  const { store, survey, files } = request
  const open = request.open ?? openLocalSource
  const reader = createAlertReader(survey.fields)
  try {
    for await (const file of openFiles(files, { store, open, reader, batchRows: run.batchRows })) {
      if (run.isStopped) {
        if (file.kind === 'ready') await file.close()
        break
      }
      if (file.kind === 'ready') await run.read(file)
      else if (file.kind === 'finished') run.alreadyIn.push(file.path)
      else run.refused.push({ path: file.path, reason: file.error.reason })
    }
    await run.flush()
  } finally {
    await reader.close()
  }
  return run.summary()
}

class IngestRun {
  /** Alerts that are written together. */
  readonly batchRows: number
  readonly alreadyIn: string[] = []
  readonly refused: { readonly path: string; readonly reason: string }[] = []
  readonly #request: IngestRequest
  readonly #now: () => number
  readonly #start: number
  readonly #ingested: string[] = []
  readonly #rows = new Map<string, PutCounts>()
  readonly #rejections: Rejection[] = []
  /** Fingerprints of files of this run, which may be given twice. */
  readonly #met = new Set<string>()
  #slices: FileSlice[] = []
  #gathered = 0
  #alerts = 0
  #rejected = 0
  #isInterrupted = false

  constructor(request: IngestRequest) {
    const { batchRows = BATCH_ROWS, now = () => performance.now() } = request
    if (!Number.isInteger(batchRows) || batchRows < 1 || batchRows > MAX_BATCH_ROWS) {
      throw new RangeError(`Cannot write ${batchRows} alerts together: 1 to ${MAX_BATCH_ROWS}`)
    }
    this.#request = request
    this.batchRows = batchRows
    this.#now = now
    this.#start = now()
  }

  get isStopped(): boolean {
    if (this.#request.signal?.aborted) this.#isInterrupted = true
    return this.#isInterrupted
  }

  /** Makes every table of the survey known to the store. */
  async makeTables(): Promise<void> {
    const { store, survey } = this.#request
    const puts = survey.tables.map(({ name, columns }) => ({ table: name, columns, rows: [] }))
    await store.write(puts)
  }

  /** Reads a file and writes what it has; small files are written together with others. */
  async read(file: ReadyFile): Promise<void> {
    if (this.#met.has(file.fingerprint)) {
      this.alreadyIn.push(file.path)
      return file.close()
    }
    this.#met.add(file.fingerprint)
    try {
      await this.#gather(file)
      if (!this.isStopped) this.#ingested.push(file.path)
    } catch (error) {
      if (!(error instanceof AlertFileError)) throw error
      this.refused.push({ path: file.path, reason: error.reason })
    } finally {
      await file.close()
    }
  }

  async #gather(file: ReadyFile): Promise<void> {
    const { survey, storedPath = (path: string) => resolve(path) } = this.#request
    const hasStamps = file.alerts.format === 'parquet' && (await file.alerts.has(survey.stampPath))
    const origin = { path: storedPath(file.path), hasStamps }
    const progress = { done: file.done, rejected: file.rejected }
    // A file without alerts is noted in the book all the same.
    if (file.alerts.length === 0) await this.#take({ file, origin, progress, batch: NO_ALERTS })
    for await (const batch of file.batches) {
      await this.#take({ file, origin, progress, batch })
      if (this.isStopped) return
    }
  }

  async #take(slice: FileSlice): Promise<void> {
    this.#slices.push(slice)
    this.#gathered += slice.batch.length
    if (this.#gathered >= this.batchRows || this.#slices.length >= MAX_SLICES) await this.flush()
  }

  /** Writes what was gathered. */
  async flush(): Promise<void> {
    const last = this.#slices.at(-1)
    if (last === undefined) return
    const { store, survey, onProgress } = this.#request
    const { counts, rejections } = await commitSlices(store, survey, this.#slices)
    for (const part of counts) for (const [table, count] of part) this.#addRows(table, count)
    this.#alerts += this.#gathered
    this.#rejected += rejections.length
    this.#rejections.push(...rejections.slice(0, MAX_LISTED - this.#rejections.length))
    this.#slices = []
    this.#gathered = 0
    onProgress?.({
      path: last.file.path,
      fileAlerts: last.file.alerts.length,
      fileDone: last.progress.done,
      alerts: this.#alerts,
    })
    // Files read ahead keep the work going without a pause in which a signal could arrive.
    await nextTurn()
  }

  #addRows(table: string, { added, changed }: PutCounts): void {
    const sum = this.#rows.get(table) ?? { added: 0, changed: 0 }
    this.#rows.set(table, { added: sum.added + added, changed: sum.changed + changed })
  }

  summary(): IngestSummary {
    const seconds = (this.#now() - this.#start) / 1000
    return {
      ingested: this.#ingested,
      alreadyIn: this.alreadyIn,
      refused: this.refused,
      alerts: this.#alerts,
      rejected: this.#rejected,
      rejections: this.#rejections,
      rows: this.#rows,
      seconds,
      alertsPerSecond: seconds > 0 ? this.#alerts / seconds : 0,
      isInterrupted: this.#isInterrupted,
    }
  }
}

/** Slices that are written together at most, however few alerts they have. */
const MAX_SLICES = 4096

const NO_ALERTS: AlertBatch = {
  length: 0,
  rows: [],
  cells: [],
  lists: [],
  problems: new Map(),
}
