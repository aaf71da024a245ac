/** What `npm audit --json` says, and what follows for the gate. */

/** The end of an audit. */
export interface AuditVerdict {
  /** `unknown` when the registry was not able to tell. */
  readonly state: 'clean' | 'tolerated' | 'vulnerable' | 'unknown'
  readonly lines: readonly string[]
}

/** Severities, mildest first. The gate fails from `FAILING` on. */
const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical']
const FAILING = SEVERITIES.indexOf('high')

/** Reads a report; anything that is none means that nothing was audited. */
export function judgeAudit(text: string): AuditVerdict {
  const report = parseReport(text)
  if (typeof report.vulnerabilities !== 'object' || report.vulnerabilities === null) {
    const reason = typeof report.message === 'string' ? report.message : 'no report'
    return { state: 'unknown', lines: [`Packages were NOT audited: ${reason}`] }
  }
  const found = Object.entries(report.vulnerabilities).map(([name, { severity, range }]) => ({
    level: SEVERITIES.indexOf(severity),
    line: `${severity}: ${name} ${range}`,
  }))
  const lines = found.toSorted((a, b) => b.level - a.level).map(({ line }) => line)
  if (found.length === 0) return { state: 'clean', lines: ['No known vulnerability'] }
  // An unknown severity counts as a grave one.
  const isGrave = found.some(({ level }) => level < 0 || level >= FAILING)
  return { state: isGrave ? 'vulnerable' : 'tolerated', lines }
}

interface AuditReport {
  readonly message?: unknown
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly range: string }>
  >
}

function parseReport(text: string): AuditReport {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { message: `npm audit says ${JSON.stringify(text.slice(0, 200))}` }
  }
}
