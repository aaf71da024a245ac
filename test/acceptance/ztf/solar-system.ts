/** Acceptance of `sso`, `ssocand` and `ssoft`. */
import assert from 'node:assert/strict'
import { assertAll, assertRefused, columnsOf, distinct } from '../checks.js'
import { criterion, type RouteCriteria, type Subject } from '../criterion.js'
import type { Arguments, Row } from '../live-service.js'
import { need } from '../outcome.js'
import { readTable } from '../tables.js'

/** Objects that are asked for in many ways. */
const BODIES = [
  '8467',
  'BenoitCarry',
  'JulienPeloton',
  'Phaethon',
  3200,
  'Lucretia',
  269,
  323137,
  '2010 JO69',
]

/** Rows with ephemerides. */
async function ephemerides(
  { service }: Subject,
  name: string | number,
  more: Arguments = {},
): Promise<readonly Row[]> {
  const args = { n_or_d: name, withEphem: true, ...more }
  await service.someRows('sso', { n_or_d: name, columns: 'i:jd' })
  const answer = await service.answer('sso', args)
  need(answer.headers.get('x-fink-partial') === null, 'Miriade does not answer')
  return JSON.parse(answer.body.toString()) as Row[]
}

/** How many different numbers of alerts, names and numbers of objects there are. */
function counts(rows: readonly Row[]): readonly number[] {
  return ['i:ssnamenr', 'sso_name', 'sso_number'].map(column => distinct(rows, column).length)
}

/** Criteria of the route. */
export const SSO: RouteCriteria = {
  route: 'sso',
  criteria: [
    criterion('8467: known objects under two names', async ({ service }) => {
      const rows = await service.someRows('sso', { n_or_d: '8467' })
      assertAll(rows, 'd:roid', roid => roid === 3)
      const names = distinct(rows, 'i:ssnamenr').map(String)
      need(names.length > 1, `alerts under ${names} only`)
      assert.deepEqual(names.toSorted(), ['8467', 'Benoitcarry'])
    }),
    ...BODIES.map(name =>
      criterion(`${name}: ephemerides have a phase and a magnitude`, async subject => {
        const columns = columnsOf(await ephemerides(subject, name))
        assert.ok(columns.includes('Phase') && columns.includes('SDSS:g'), columns.join())
      }),
    ),
    criterion('10P: ephemerides of a comet have a phase only', async subject => {
      const columns = columnsOf(await ephemerides(subject, '10P'))
      assert.ok(columns.includes('Phase') && !columns.includes('SDSS:g'), columns.join())
    }),
    criterion('8467: residuals', async subject => {
      const rows = await ephemerides(subject, '8467', { withResiduals: true })
      assert.ok(columnsOf(rows).includes('residuals_shg1g2'))
    }),
    criterion('residuals of a list are refused', async ({ service }) => {
      const { status } = await service.ask('sso', { n_or_d: '8467,10P', withResiduals: true })
      assert.equal(status, 400)
    }),
    criterion('624188: one object under three names', async ({ service }) => {
      const rows = await service.someRows('sso', { n_or_d: '624188' })
      need(distinct(rows, 'i:ssnamenr').length >= 3, 'alerts under fewer names')
      assert.deepEqual(counts(rows).slice(0, 2), [3, 1])
    }),
    criterion('Rubin is not Rubincam', async ({ service }) => {
      const rows = await service.someRows('sso', { n_or_d: 'Rubin' })
      assert.deepEqual(counts(rows).slice(0, 2), [1, 1])
    }),
    criterion('an unknown name is refused', ({ service }) =>
      assertRefused(service, 'sso', { args: { n_or_d: 'kdflsjffld' }, param: 'n_or_d' }),
    ),
    ...[
      ['8467', '10P'],
      ['8467', '1922'],
    ].map(names =>
      criterion(`${names}: the rows of both`, async ({ service }) => {
        const columns = 'i:ssnamenr'
        const rows = await service.someRows('sso', { n_or_d: names.join(), columns })
        let sum = 0
        for (const name of names) {
          sum += (await service.someRows('sso', { n_or_d: name, columns })).length
        }
        assert.equal(rows.length, sum)
        assert.equal(distinct(rows, 'sso_name').length, 2)
      }),
    ),
  ],
}

const CANDIDATE = 'FF20230725aaaacgw'
const YEAR = { start_date: '2023-01-01', stop_date: '2023-12-31' }
const YEAR_JD = [2_459_945.5, 2_460_309.5] as const

/** Criteria of the route. */
export const SSOCAND: RouteCriteria = {
  route: 'ssocand',
  criteria: [
    criterion('orbits have a semi-major axis, 327 of them or more', async ({ service }) => {
      const rows = await service.someRows('ssocand', { kind: 'orbParams' })
      assert.ok(columnsOf(rows).includes('d:a'))
      need(rows.length >= 327, `${rows.length} candidates`)
    }),
    criterion('light curves have magnitudes', async ({ service }) => {
      const rows = await service.someRows('ssocand', { kind: 'lightcurves', maxnumber: 10 })
      assert.ok(columnsOf(rows).includes('d:magpsf'))
    }),
    criterion('10,000 rows unless maxnumber says more', async ({ service }) => {
      const more = await service.someRows('ssocand', { kind: 'lightcurves', maxnumber: 20_000 })
      const rows = await service.rows('ssocand', { kind: 'lightcurves' })
      assert.equal(rows.length, Math.min(more.length, 10_000))
      need(more.length > 10_000, `${more.length} rows`)
    }),
    criterion(`${CANDIDATE} alone`, async ({ service }) => {
      const args = { kind: 'lightcurves', ssoCandId: CANDIDATE }
      const rows = await service.someRows('ssocand', args)
      assert.deepEqual(distinct(rows, 'd:ssoCandId'), [CANDIDATE])
    }),
    criterion('dates are bounds', async ({ service }) => {
      const rows = await service.someRows('ssocand', { kind: 'lightcurves', ...YEAR })
      assertAll(rows, 'd:jd', jd => jd >= YEAR_JD[0] && jd <= YEAR_JD[1])
    }),
  ],
}

/** Rows of a published table. */
async function tableRows({ service }: Subject, args: Arguments): Promise<readonly Row[]> {
  const { body } = await service.answer('ssoft', { 'output-format': 'parquet', ...args })
  return readTable('parquet', body)
}

async function schemaOf({ service }: Subject, flavor: string): Promise<readonly string[]> {
  const { body } = await service.answer('ssoft', { schema: true, flavor })
  return Object.keys(JSON.parse(body.toString()) as object).sort()
}

/** Criteria of the route. */
export const SSOFT: RouteCriteria = {
  route: 'ssoft',
  criteria: [
    criterion('the default table has one version and alpha0', async subject => {
      const rows = await tableRows(subject, {})
      assert.ok(rows.length > 0)
      assert.equal(distinct(rows, 'version').length, 1)
      need(columnsOf(rows).length > 10, 'a table of few columns')
      assert.ok(columnsOf(rows).includes('alpha0'))
    }),
    criterion('version 2023.07', async subject => {
      const rows = await tableRows(subject, { version: '2023.07' })
      assert.deepEqual(distinct(rows, 'version'), ['2023.07'])
    }),
    criterion('one object by number, and by name', async subject => {
      for (const args of [{ sso_number: '33803' }, { sso_name: 'Benoitcarry' }]) {
        const rows = await tableRows(subject, args)
        need(rows.length > 0, `no ${JSON.stringify(args)} in the table`)
        assert.equal(rows.length, 1)
      }
    }),
    criterion('the schema of SHG1G2 names the columns of its table', async subject => {
      const columns = columnsOf(await tableRows(subject, { flavor: 'SHG1G2' }))
      need(columns.length > 10, 'a table of few columns')
      assert.deepEqual(await schemaOf(subject, 'SHG1G2'), columns)
    }),
    criterion('SSHG1G2: GET of the schema is POST, and has the period', async subject => {
      const schema = await schemaOf(subject, 'SSHG1G2')
      const args = { schema: 'True', flavor: 'SSHG1G2' }
      const { body } = await subject.service.answer('ssoft', args, 'GET')
      assert.deepEqual(Object.keys(JSON.parse(body.toString()) as object).sort(), schema)
      assert.ok(schema.includes('period'), schema.join())
    }),
  ],
}
