import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLayout } from '../rows/layout.js'
import { encodeRow } from '../rows/packed-row.js'
import type { Table, TableColumn, TableFacts } from './table.js'
import { votableFormat } from './votable.js'

function encode(batch: Table, facts: TableFacts = {}): string {
  const encoder = votableFormat.encoder(batch.columns, facts)
  return Buffer.concat([encoder.begin(), encoder.rows(batch), encoder.end()]).toString()
}

const ZTF_TIME = { scale: 'UTC', origin: 'JD-origin' } as const

test('votableFormat writes a whole document', () => {
  const layout = toLayout([
    { name: 'd:flag', type: 'boolean' },
    { name: 'i:candid', type: 'long' },
    { name: 'i:jd', type: 'double' },
    { name: 'i:magpsf', type: 'float' },
    { name: 'i:objectId', type: 'string' },
    { name: 'i:ra', type: 'double' },
  ])
  const bytes = encodeRow(layout, [true, 1786412164315010007n, 2459003.5, 17, 'ZTF<1>', null])
  const columns: TableColumn[] = [
    { name: 'i:objectId', type: 'string', ucd: 'meta.id;src', description: 'Name & more' },
    { name: 'i:candid', type: 'long' },
    { name: 'i:jd', type: 'double', unit: 'd', ucd: 'time.start;obs.exposure' },
    { name: 'i:ra', type: 'double', unit: 'deg', ucd: 'pos.eq.ra;meta.main' },
    { name: 'i:magpsf', type: 'float', unit: 'mag' },
    { name: 'd:flag', type: 'boolean' },
  ]
  const rows = [{ key: '', layout, bytes, start: 0 }]
  assert.equal(
    encode({ columns, rows, length: 1 }, { title: 'Light curve', timeSystem: ZTF_TIME }),
    `<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE type="results">
<DESCRIPTION>Light curve</DESCRIPTION>
<INFO name="QUERY_STATUS" value="OK"/>
<COOSYS ID="icrs" system="ICRS"/>
<TIMESYS ID="time" timescale="UTC" timeorigin="JD-origin" refposition="TOPOCENTER"/>
<TABLE>
<FIELD ID="i_objectId" name="i:objectId" datatype="unicodeChar" arraysize="*" ucd="meta.id;src"><DESCRIPTION>Name &amp; more</DESCRIPTION></FIELD>
<FIELD ID="i_candid" name="i:candid" datatype="long"/>
<FIELD ID="i_jd" name="i:jd" datatype="double" unit="d" ucd="time.start;obs.exposure" ref="time"/>
<FIELD ID="i_ra" name="i:ra" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main" ref="icrs"/>
<FIELD ID="i_magpsf" name="i:magpsf" datatype="double" unit="mag"/>
<FIELD ID="d_flag" name="d:flag" datatype="boolean"/>
<DATA>
<TABLEDATA>
<TR><TD>ZTF&lt;1&gt;</TD><TD>1786412164315010007</TD><TD>2459003.5</TD><TD></TD><TD>17</TD><TD>True</TD></TR>
</TABLEDATA>
</DATA>
</TABLE>
</RESOURCE>
</VOTABLE>
`,
  )
})

test('votableFormat writes no DATA for a table without columns', () => {
  const text = encode({ columns: [], rows: [], length: 0 })
  assert.match(text, /<TABLE>\n<GROUP\/>\n<\/TABLE>/)
  assert.doesNotMatch(text, /COOSYS|TIMESYS|OVERFLOW/)
})

test('votableFormat says behind the table when rows were left out', () => {
  const text = encode({ columns: [], rows: [], length: 0 }, { isTruncated: true })
  assert.match(text, /value="OK"[\s\S]*<\/TABLE>\n<INFO name="QUERY_STATUS" value="OVERFLOW"\/>\n/)
})

test('votableFormat writes floats without point zero, infinities as Inf', () => {
  const values = Float64Array.of(17, 0.1, 1e-5, 1e16, -0, Infinity, -Infinity, Number.NaN)
  const columns: TableColumn[] = [
    { name: 'v:x', type: 'double', values: { kind: 'numbers', values } },
  ]
  const cells = encode({ columns, rows: [], length: values.length }).matchAll(/<TD>(.*)<\/TD>/g)
  assert.deepEqual(
    [...cells].map(match => match[1]),
    ['17', '0.1', '1e-05', '1e+16', '-0', '+Inf', '-Inf', ''],
  )
})

test('votableFormat gives columns of like names identifiers of their own', () => {
  const columns = ['a:b', 'a_b', 'a(b', 'icrs', 'time'].map(name => ({
    name,
    type: 'long' as const,
  }))
  const ids = encode({ columns, rows: [], length: 0 }).matchAll(/FIELD ID="([^"]+)"/g)
  assert.deepEqual(
    [...ids].map(match => match[1]),
    ['a_b', 'a_b_2', 'a_b_3', 'icrs_2', 'time_2'],
  )
})
