/**
 * The book of ingest: which files, told by their content, went in how far, and which alerts were
 * put aside. It is kept as ordinary rows, written in the same batch as the rows it speaks of.
 */
import type { ColumnSpec } from '../rows/layout.js'
import { columnOf, readNumber, readText } from '../rows/packed-row.js'
import type { Store, TablePut } from '../store/store.js'
import { findRows } from './stored-rows.js'

/** Table of files, key: their fingerprint, see `AlertFile`. */
export const FILES_TABLE = 'fink.ingest'
/** Table of alerts put aside, key: fingerprint of the file, `_`, position in it (nine digits). */
export const REJECTED_TABLE = 'fink.rejected'

const FILE_COLUMNS: readonly ColumnSpec[] = [
  { name: 'i:path', type: 'string' },
  { name: 'i:survey', type: 'string' },
  { name: 'i:bytes', type: 'long' },
  { name: 'i:alerts', type: 'long' },
  { name: 'i:done', type: 'long' },
  { name: 'i:rejected', type: 'long' },
  { name: 'i:state', type: 'string' },
]

const REJECTED_COLUMNS: readonly ColumnSpec[] = [
  { name: 'i:path', type: 'string' },
  { name: 'i:position', type: 'long' },
  { name: 'i:alert', type: 'string' },
  { name: 'i:reason', type: 'string' },
]

/** How far a file went in. */
export interface FileRecord {
  readonly fingerprint: string
  readonly path: string
  readonly survey: string
  readonly bytes: number
  /** Alerts in the file, and how many of them are dealt with. */
  readonly alerts: number
  readonly done: number
  readonly rejected: number
}

/** An alert that was put aside. */
export interface Rejection {
  readonly path: string
  /** Position in the file, from 0. */
  readonly position: number
  /** Number of the alert as far as it can be told. */
  readonly alert: string | undefined
  readonly reason: string
}

/** Alerts of a file that are dealt with and how many of them were put aside. */
export async function readProgress(
  store: Store,
  fingerprint: string,
): Promise<{ readonly done: number; readonly rejected: number; readonly isFinished: boolean }> {
  const row = (await findRows(store, FILES_TABLE, [fingerprint])).get(fingerprint)
  if (row === undefined) return { done: 0, rejected: 0, isFinished: false }
  return {
    done: readNumber(row, columnOf(row, 'i:done')),
    rejected: readNumber(row, columnOf(row, 'i:rejected')),
    isFinished: readText(row, columnOf(row, 'i:state')) === 'finished',
  }
}

/** Rows that note how far files went in. */
export function filePut(records: readonly FileRecord[]): TablePut {
  return {
    table: FILES_TABLE,
    columns: FILE_COLUMNS,
    rows: records.map(({ fingerprint, path, survey, bytes, alerts, done, rejected }) => ({
      key: fingerprint,
      values: [path, survey, bytes, alerts, done, rejected, done < alerts ? 'partial' : 'finished'],
    })),
  }
}

/** Rows of alerts put aside. */
export function rejectedPut(
  rejections: readonly { readonly fingerprint: string; readonly rejection: Rejection }[],
): TablePut {
  return {
    table: REJECTED_TABLE,
    columns: REJECTED_COLUMNS,
    rows: rejections.map(({ fingerprint, rejection: { path, position, alert, reason } }) => ({
      key: `${fingerprint}_${String(position).padStart(9, '0')}`,
      values: [path, position, alert ?? null, reason],
    })),
  }
}
