import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import { CLASS_LISTS, isTnsType, SIMBAD_LABELS, toNewSimbadLabel } from './class-lists.js'
import { FINK_CLASSES, TNS_TYPES } from './class-names.js'
import { EXTRAGALACTIC_HOSTS } from './host-labels.js'
import { SIMBAD_TYPES } from './simbad-otypes.js'

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

testWithShared('CLASS_LISTS equals the recorded answer, in its order', path => {
  assert.deepEqual(CLASS_LISTS, readJson(path('spec/data/classes_response.json')))
  const golden = readJson(path('golden/ztf/108-classes-get.json')) as {
    readonly response: { readonly body: string }
  }
  assert.equal(JSON.stringify(CLASS_LISTS), JSON.stringify(JSON.parse(golden.response.body)))
})

testWithShared('the label sets equal the reference lists', path => {
  const sorted = (labels: Iterable<string>): string[] => [...labels].sort()
  const read = (name: string): string[] => sorted(readJson(path(`spec/data/${name}`)) as string[])
  assert.deepEqual(sorted(TNS_TYPES), read('tns_types.json'))
  assert.deepEqual(sorted(FINK_CLASSES), read('fink_types.json'))
  assert.deepEqual(sorted(SIMBAD_LABELS), read('simbad_labels_old_and_new.json'))
  assert.deepEqual(sorted(EXTRAGALACTIC_HOSTS), read('extragalactic_host_labels.json'))
})

testWithShared('SIMBAD_TYPES equals the reference table without Unknown', path => {
  const { rows } = readJson(path('spec/data/simbad_otypes.json')) as {
    readonly rows: { otype: string; old_label: string; new_label: string }[]
  }
  const texts = (list: readonly (readonly string[])[]): string[] =>
    list.map(entry => entry.join(' ')).sort()
  assert.deepEqual(
    texts(SIMBAD_TYPES.map(type => [type.otype, type.oldLabel, type.newLabel])),
    texts(
      rows.filter(row => row.otype !== '?').map(row => [row.otype, row.old_label, row.new_label]),
    ),
  )
})

test('CLASS_LISTS holds 11 Fink, 43 TNS and 315 SIMBAD names, each list without repetition', () => {
  const lists = Object.values(CLASS_LISTS)
  assert.deepEqual(
    lists.map(list => list.length),
    [315, 43, 11],
  )
  for (const list of lists) assert.equal(new Set(list).size, list.length)
})

test('toNewSimbadLabel() translates old labels and leaves all others', () => {
  assert.equal(toNewSimbadLabel('RRLyr'), 'RRLyrae')
  assert.equal(toNewSimbadLabel('V*'), 'Variable*')
  assert.equal(toNewSimbadLabel('QSO'), 'QSO')
  assert.equal(toNewSimbadLabel('RRLyrae'), 'RRLyrae')
  assert.equal(toNewSimbadLabel('no such label'), 'no such label')
})

test('isTnsType() knows the exact spelling only', () => {
  assert.equal(isTnsType('SN Ia'), true)
  assert.equal(isTnsType('sn ia'), false)
  assert.equal(isTnsType('(TNS) SN Ia'), false)
})
