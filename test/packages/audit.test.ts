import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { judgeAudit } from './audit-report.js'

function reportOf(severities: Readonly<Record<string, string>>): string {
  const entries = Object.entries(severities).map(([name, severity]) => [
    name,
    { name, severity, range: '<2.0.0' },
  ])
  return JSON.stringify({ auditReportVersion: 2, vulnerabilities: Object.fromEntries(entries) })
}

test('judgeAudit() fails on high and critical, tells the rest, worst first', () => {
  assert.equal(judgeAudit(reportOf({})).state, 'clean')
  assert.equal(judgeAudit(reportOf({ a: 'moderate' })).state, 'tolerated')
  assert.equal(judgeAudit(reportOf({ a: 'unheard' })).state, 'vulnerable')
  const { state, lines } = judgeAudit(reportOf({ a: 'low', b: 'critical', c: 'high' }))
  assert.equal(state, 'vulnerable')
  assert.deepEqual(lines, ['critical: b <2.0.0', 'high: c <2.0.0', 'low: a <2.0.0'])
})

test('judgeAudit() says so when nothing was audited', () => {
  const answer = { message: '405 Method Not Allowed', statusCode: 405 }
  for (const text of [JSON.stringify(answer), '', 'npm error', 'null', '[]', '{}']) {
    const { state, lines } = judgeAudit(text)
    assert.equal(state, 'unknown')
    assert.match(lines.join(), /^Packages were NOT audited: /)
  }
})

test('bin/test audits the packages', () => {
  assert.match(readFileSync('bin/test', 'utf8'), /^node dist\/test\/packages\/audit\.js$/m)
})

test('package-lock.json names no registry, and has the digest of every package', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>
  }
  const { '': _root, ...installed } = packages
  for (const [path, { resolved = '', integrity }] of Object.entries(installed)) {
    assert.match(resolved, /^(https:\/\/registry\.npmjs\.org\/.*)?$/, path)
    assert.match(integrity ?? '', /^sha512-/, path)
  }
})
