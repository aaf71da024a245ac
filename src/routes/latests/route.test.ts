import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testExamples } from '../../../test/examples/examples.js'
import {
  type Cells,
  keyOf,
  openMemoryApp,
  type RowAnswer,
} from '../../../test/routes/memory-app.js'

const MIDNIGHT = 2460600.5

/** An alert of the object whose id ends so, enough of it to be classified and placed. */
function alert(object: string, jd: number, more: Cells = {}): Cells {
  return {
    'i:objectId': `ZTF24aaaaaa${object}`,
    'i:candid': BigInt(Math.round(jd * 1e7)),
    'i:jd': jd,
    'i:jdstarthist': jd - 10,
    'i:ra': 10,
    'i:dec': 20,
    'i:fid': 1,
    'i:magpsf': 19 - (jd - MIDNIGHT),
    'i:sigmapsf': 0.1,
    ...more,
  }
}

const alerts: readonly Cells[] = [
  alert('a', MIDNIGHT, { 'd:mag_rate': -1 }),
  alert('b', MIDNIGHT + 0.04, { 'd:mag_rate': 1 }),
  alert('a', MIDNIGHT + 0.4, { 'd:mag_rate': -1 }),
  alert('b', MIDNIGHT + 1, { 'd:mag_rate': 1 }),
  alert('c', MIDNIGHT + 1.25),
]

const objectOf = (cells: Cells): string => String(cells['i:objectId'])
const timeOf = (cells: Cells): number => Number(cells['i:jd'])
const inClass = (name: string) =>
  Object.fromEntries(alerts.map(cells => [keyOf(name, timeOf(cells), objectOf(cells)), cells]))
const byTime = (list: readonly Cells[]) =>
  Object.fromEntries(list.map(cells => [keyOf(timeOf(cells), objectOf(cells)), cells]))
const byObject = (list: readonly Cells[]) =>
  Object.fromEntries(list.map(cells => [keyOf(objectOf(cells), timeOf(cells)), cells]))

const blazars = [
  alert('z', MIDNIGHT - 3, { 'd:blazar_stats_instantness_low': 0.3 }),
  alert('z', MIDNIGHT - 1, { 'd:blazar_stats_instantness_low': 0.2 }),
  alert('y', MIDNIGHT - 2, { 'd:blazar_stats_instantness_low': 0.1 }),
  alert('x', MIDNIGHT - 4, { 'd:blazar_stats_m0': 1.5 }),
]
const before = alert('y', MIDNIGHT - 2.5, { 'd:blazar_stats_instantness_low': 1.4 })

const service = await openMemoryApp(
  {
    'ztf.class': inClass('SN candidate'),
    'ztf.tns': inClass('SN Ia'),
    'ztf.low_state_blazars': byTime(blazars),
    ztf: byObject([...blazars, before]),
  },
  { now: new Date('2024-11-01') },
)
after(service.close)

testExamples(
  () => service.app,
  service.endpoints.filter(({ name }) => name === 'latests'),
)

const COLUMNS = 'i:objectId,i:jd'

function ask(query: Readonly<Record<string, string>>): Promise<RowAnswer> {
  return service.get('latests', { class: 'SN candidate', columns: COLUMNS, ...query })
}

function objectsOf({ rows }: RowAnswer): string {
  return rows.map(row => String(row['i:objectId']).slice(-1)).join(' ')
}

/** Days after midnight, last letter of the object. */
function shown({ rows }: RowAnswer): string[] {
  return rows.map(row => {
    const days = Number(row['i:jd']) - MIDNIGHT
    return `${days.toFixed(2)} ${String(row['i:objectId']).slice(-1)}`
  })
}

test('latests gives n rows, newest first, and says that there are more', async () => {
  const answer = await ask({ n: '2' })
  assert.deepEqual(shown(answer), ['1.25 c', '1.00 b'])
  assert.equal(answer.headers['x-fink-truncated'], 'true')
  const all = await ask({ n: '5' })
  assert.deepEqual(shown(all), ['1.25 c', '1.00 b', '0.40 a', '0.04 b', '0.00 a'])
  assert.equal(all.headers['x-fink-truncated'], undefined)
  for (const n of ['0', '-3']) assert.deepEqual(shown(await ask({ n })), [])
})

test('latests includes both ends of a range of dates, in any notation', async () => {
  const wanted = ['1.00 b', '0.40 a', '0.04 b', '0.00 a']
  for (const [startdate, stopdate] of [
    ['2024-10-17', '2024-10-18'],
    ['2024-10-17T00:00:00Z', '2024-10-18 00:00:00.000'],
    ['2460600.5', '2460601.5'],
    ['60600', '60601.0'],
  ] as const) {
    assert.deepEqual(shown(await ask({ startdate, stopdate })), wanted, startdate)
  }
  const alias = await ask({ start_date: '2024-10-18', 'stop-date': '2024-10-18 05:59:59' })
  assert.deepEqual(shown(alias), ['1.00 b'])
})

test('latests ends at the present time without a stop date', async () => {
  const early = await openMemoryApp(
    { 'ztf.class': inClass('SN candidate') },
    { now: new Date('2024-10-17T12:00:00Z') },
  )
  const answer = await early.get('latests', { class: 'SN candidate', columns: COLUMNS })
  assert.deepEqual(shown(answer), ['0.40 a', '0.04 b', '0.00 a'])
  await early.close()
})

test('latests applies the trend before it counts n', async () => {
  const rising = await ask({ trend: 'rising', n: '2' })
  assert.deepEqual(shown(rising), ['0.40 a', '0.00 a'])
  assert.deepEqual(Object.keys(rising.rows[0] ?? {}), ['i:objectId', 'i:jd'])
  assert.deepEqual(shown(await ask({ trend: 'fading' })), ['1.00 b', '0.04 b'])
})

test('latests does not count rows that have none of the columns asked for', async () => {
  const { rows } = await ask({ columns: 'd:mag_rate', n: '2' })
  assert.deepEqual(rows, [{ 'd:mag_rate': 1 }, { 'd:mag_rate': -1 }])
})

test('latests adds rates and colours for color=True, not for color=False', async () => {
  const names = async (color: string): Promise<string[]> => {
    const { rows } = await service.get('latests', { class: 'SN candidate', color })
    return Object.keys(rows[0] ?? {})
  }
  assert.ok((await names('True')).includes('v:rate'))
  for (const color of ['False', '0']) {
    const without = await names(color)
    assert.ok(!without.includes('v:rate') && without.includes('v:classification'))
  }
})

test('latests finds classes of the TNS', async () => {
  assert.equal(objectsOf(await ask({ class: '(TNS) SN Ia', n: '2' })), 'c b')
})

const LOW_STATE = '(CTA) Blazar low state'

test('latests gives the latest alert of each blazar, whatever the columns', async () => {
  const answer = await ask({ class: LOW_STATE })
  assert.deepEqual(shown(answer), ['-1.00 z', '-2.00 y', '-4.00 x'])
  const names = await ask({ class: LOW_STATE, columns: 'i:objectId', n: '2' })
  assert.equal(objectsOf(names), 'z y')
  assert.equal(names.headers['x-fink-truncated'], 'true')
})

test('latests takes the rate of a blazar from its whole light curve', async () => {
  const answer = await service.get('latests', { class: LOW_STATE, color: 'true' })
  assert.equal(objectsOf(answer), 'z y x')
  const rates = answer.rows.map(row => row['v:rate'])
  assert.ok(Math.abs(Number(rates[0]) + 1) < 1e-9 && Math.abs(Number(rates[1]) + 1) < 1e-9)
  assert.equal(rates[2], null)
})

test('latests tells blazars that entered the low state by the alert before', async () => {
  assert.deepEqual(shown(await ask({ class: LOW_STATE, trend: 'low_state' })).length, 3)
  const entered = await ask({ class: LOW_STATE, trend: 'new_low_state' })
  assert.deepEqual(shown(entered), ['-2.00 y', '-4.00 x'])
})

test('latests refuses a trend of another class, and an unknown one', async () => {
  for (const trend of ['low_state', 'new_low_state', 'sideways']) {
    const { status, text } = await ask({ trend })
    assert.equal(status, 400)
    assert.equal(JSON.parse(text).param, 'trend')
  }
})

test('latests warns of a class that does not exist, and only then', async () => {
  const unknown = await ask({ class: 'SN candidat' })
  assert.deepEqual([unknown.status, unknown.rows.length], [200, 0])
  assert.equal(
    unknown.headers['x-fink-warning'],
    'there is no class "SN candidat"; did you mean "SN candidate"',
  )
  for (const name of ['Kilonova candidate', 'Unknown', '(SIMBAD) QSO', 'QSO', 'SN candidate']) {
    const { headers } = await ask({ class: name })
    assert.equal(headers['x-fink-warning'], undefined, name)
  }
})
