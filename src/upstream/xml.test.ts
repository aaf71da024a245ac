import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapeXml } from '../formats/xml-text.js'
import { parseXml } from './xml.js'

test('parseXml() reads elements, attributes, text, comments and CDATA', () => {
  const root = parseXml(`\ufeff<?xml version="1.0"?>
<!-- head --><a x="1" y='&lt;&#65;&#x42;"'>one<b/>two<c> &amp; <![CDATA[<raw>]]></c><!-- - --></a>
`)
  assert.equal(root.name, 'a')
  assert.deepEqual(
    [...root.attributes],
    [
      ['x', '1'],
      ['y', '<AB"'],
    ],
  )
  assert.equal(root.text, 'onetwo')
  assert.deepEqual(
    root.children.map(({ name, text }) => [name, text]),
    [
      ['b', ''],
      ['c', ' & <raw>'],
    ],
  )
})

test('parseXml() refuses what is not well-formed, and document types', () => {
  const broken = [
    '',
    'text',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a/>text',
    '<a x=1/>',
    '<a x="1" x="2"/>',
    '<a>&unknown;</a>',
    '<a>a & b</a>',
    '<a>&#0;</a>',
    '<a>&#xd800;</a>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<a'.repeat(1000),
    '<a>'.repeat(50) + '</a>'.repeat(50),
    `<a>${'<b/>'.repeat(20_001)}</a>`,
  ]
  for (const text of broken) assert.throws(() => parseXml(text), SyntaxError, text.slice(0, 60))
})

test('parseXml() gives texts back as they were escaped', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      const clean = text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '')
      const escaped = escapeXml(clean)
      const root = parseXml(`<a b="${escaped}">${escaped}</a>`)
      assert.equal(root.text, clean)
      assert.equal(root.attributes.get('b'), clean)
    }),
  )
})

test('parseXml() survives any text', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '/',
    'a',
    '&',
    ';',
    '"',
    '=',
    ' ',
    '!--',
    '-->',
    '<?',
    '?>',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      try {
        parseXml(pieces.join(''))
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error))
      }
    }),
  )
})
