/** Checks that several criteria share. */
import assert from 'node:assert/strict'
import type { Arguments, LiveService, Row } from './live-service.js'
import { need } from './outcome.js'
import { nameIn, readTable, TABLE_FORMATS } from './tables.js'

/** Names of the columns of rows, sorted. */
export function columnsOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap(row => Object.keys(row)))].sort()
}

/** Values of a column. */
export function valuesOf(rows: readonly Row[], column: string): readonly unknown[] {
  return rows.map(row => row[column])
}

/** Different values of a column. */
export function distinct(rows: readonly Row[], column: string): readonly unknown[] {
  return [...new Set(valuesOf(rows, column))]
}

/** All numbers of a column hold. */
export function assertAll(
  rows: readonly Row[],
  column: string,
  holds: (value: number) => boolean,
): void {
  const wrong = valuesOf(rows, column).filter(value => !holds(Number(value)))
  assert.deepEqual(wrong.slice(0, 3), [], `${column}: ${wrong.length} values do not hold`)
}

/** GET and POST give the same rows. */
export async function assertGetIsPost(
  service: LiveService,
  route: string,
  args: Arguments,
): Promise<void> {
  const [got, posted] = [
    await service.someRows(route, args, 'GET'),
    await service.someRows(route, args, 'POST'),
  ]
  assert.deepEqual(got, posted)
}

/** The formats carry the same numbers in these columns. */
export async function assertFormatsAgree(
  service: LiveService,
  route: string,
  given: { readonly args: Arguments; readonly columns: readonly string[] },
): Promise<void> {
  const { args, columns } = given
  await service.someRows(route, args)
  const tables = []
  for (const format of TABLE_FORMATS) {
    const { body } = await service.answer(route, { ...args, 'output-format': format })
    const rows = await readTable(format, body)
    tables.push(rows.map(row => columns.map(column => Number(row[nameIn(format, column)]))))
  }
  const [json, ...others] = tables
  for (const [i, other] of others.entries()) {
    assert.deepEqual(other, json, `${TABLE_FORMATS[i + 1]} is not json`)
  }
}

/** A refusal of the one shape that names a parameter. */
export async function assertRefused(
  service: LiveService,
  route: string,
  { args, param }: { readonly args: Arguments; readonly param: string },
): Promise<void> {
  const { status, body } = await service.ask(route, args)
  need(!/"code":"resolver_failed"/.test(body.toString()), body.toString())
  assert.equal(status, 400, body.toString().slice(0, 300))
  assert.equal((JSON.parse(body.toString()) as Row).param, param)
}
