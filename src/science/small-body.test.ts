import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isCometKind, parseSmallBody } from './small-body.js'

const CASES: readonly (readonly [string, string, string])[] = [
  ['8467', 'number', '8467'],
  [' (8467) ', 'number', '8467'],
  ['0042', 'number', '42'],
  ['0', 'number', '0'],
  ['2010 JO69', 'asteroid', '2010 JO69'],
  ['2010jo69', 'asteroid', '2010 JO69'],
  ['2010_JO69', 'asteroid', '2010 JO69'],
  ['2010 AP', 'asteroid', '2010 AP'],
  ['A904 OA', 'asteroid', '1904 OA'],
  ['6344P-L', 'asteroid', '6344 P-L'],
  ['1108 t-2', 'asteroid', '1108 T-2'],
  ['A/2018 C2', 'asteroid', 'A/2018 C2'],
  ['C/2017K2', 'comet', 'C/2017 K2'],
  ['c/2017 k2 (PANSTARRS)', 'comet', 'C/2017 K2'],
  ['P/2019 LD2 (ATLAS)', 'comet', 'P/2019 LD2'],
  ['D/1993 F2-A', 'comet', 'D/1993 F2-A'],
  ['X/1106 C1', 'comet', 'X/1106 C1'],
  ['C/-43 K1', 'comet', 'C/-43 K1'],
  ['C/2001 OG108', 'comet', 'C/2001 OG108'],
  ['10P', 'comet', '10P'],
  ['0010P', 'comet', '10P'],
  ['10P/Tempel 2', 'comet', '10P'],
  ['73P-BB', 'comet', '73P-BB'],
  ['3D/Biela', 'comet', '3D'],
  ["1I/'Oumuamua", 'interstellar', '1I'],
  ['I/2017 U1', 'interstellar', 'I/2017 U1'],
  ['Benoitcarry', 'name', 'Benoitcarry'],
  ['  Julien   Peloton ', 'name', 'Julien Peloton'],
  ['PHILIP', 'name', 'PHILIP'],
  ['2010P', 'comet', '2010P'],
  ['C/2017', 'name', 'C/2017'],
]

test('parseSmallBody() reads every kind of identifier', () => {
  for (const [text, kind, official] of CASES) {
    assert.deepEqual(parseSmallBody(text), { kind, text: official }, text)
  }
})

test('parseSmallBody() gives official forms back as they are', () => {
  for (const [, kind, official] of CASES) {
    assert.deepEqual(parseSmallBody(official), { kind, text: official })
  }
})

test('parseSmallBody() takes any text', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      const { kind, text: official } = parseSmallBody(text)
      assert.deepEqual(parseSmallBody(official), { kind, text: official })
    }),
  )
})

test('isCometKind() is true for comets and interstellar objects', () => {
  assert.ok(isCometKind(parseSmallBody('10P').kind) && isCometKind(parseSmallBody('1I').kind))
  assert.ok(!isCometKind(parseSmallBody('A/2018 C2').kind))
})
