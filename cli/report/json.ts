/** The JSON report (schemas/report.schema.json). Subjects and values are as received; messages are fit to be shown. */
import { severityOf, type Coverage, type Finding, type LockVerdict } from '../../core/compare/finding.ts'
import type { Json } from '../../core/json/json.ts'
import { wordCoverage, wordFinding } from '../../core/compare/wording.ts'
import { escapedJson } from './escaped-json.ts'
import { bySeverity, notesOf, type Report } from './report.ts'

export const REPORT_VERSION = 1

export function renderJson(report: Report): string {
  const { command, exit } = report
  return `${escapedJson({ reportVersion: REPORT_VERSION, command, exit, locks: report.locks.map((lock) => lockJson(report, lock)) })}\n`
}

function lockJson(report: Report, lock: LockVerdict): Json {
  const servers = Object.entries(lock.servers).map(([name, verdict]): [string, Json] => {
    const notes = notesOf(report, lock.path, name)
    return [
      name,
      {
        status: verdict.status,
        ...(verdict.definitions === undefined ? {} : { definitions: verdict.definitions }),
        ...(notes.length === 0 ? {} : { notes }),
        findings: bySeverity(verdict.findings).map(findingJson),
      },
    ]
  })
  return {
    path: lock.path,
    servers: Object.fromEntries(servers),
    findings: bySeverity(lock.findings).map(findingJson),
    coverage: lock.coverage.map(coverageJson),
  }
}

function findingJson(finding: Finding): Json {
  const { code, subject, pointer, before, after } = finding
  return {
    code,
    severity: severityOf(finding),
    ...(subject === undefined ? {} : { subject }),
    ...(pointer === undefined ? {} : { pointer }),
    message: wordFinding(finding),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
}

function coverageJson(coverage: Coverage): Json {
  return { code: coverage.code, ...(coverage.server === undefined ? {} : { server: coverage.server }), ...wordCoverage(coverage) }
}
