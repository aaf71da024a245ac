import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeXml, toXmlId } from './xml-text.js'

test('escapeXml() escapes markup, quotes and white space that parsers change', () => {
  assert.equal(escapeXml('a<b>&"c"\t\n\r'), 'a&lt;b&gt;&amp;&quot;c&quot;&#9;&#10;&#13;')
})

test('escapeXml() replaces what XML 1.0 cannot carry', () => {
  assert.equal(escapeXml('\u0000\u001b\ufffe\uffff\ud800x'), '\ufffd\ufffd\ufffd\ufffd\ufffdx')
  assert.equal(escapeXml('Boötes \u007f\u0085 𝛼'), 'Boötes \u007f\u0085 𝛼')
})

test('toXmlId() follows the identifiers of the reference', () => {
  const ids = {
    'i:ra': 'i_ra',
    'v:sigma(rate(g-r))': 'v_sigma_rate_g-r__',
    'v:g-r': 'v_g-r',
    'd:mangrove_2MASS_name': 'd_mangrove_2MASS_name',
    '1st': '_1st',
    ':x': '__x',
    ü: '__',
    'a.b-c_d': 'a.b-c_d',
    '': '_',
  }
  for (const [name, id] of Object.entries(ids)) assert.equal(toXmlId(name), id)
})
