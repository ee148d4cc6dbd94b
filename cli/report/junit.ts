/** JUnit XML: a suite for each lock, a case for each server. */
import { CODES } from '../../core/codes/codes.ts'
import type { Finding, LockVerdict, ServerVerdict } from '../../core/compare/finding.ts'
import { displaySafe } from '../../core/text.ts'
import { wordCoverage, wordFinding } from '../../core/compare/wording.ts'
import { bySeverity, fails, notesOf, wordStatus, type Report } from './report.ts'

type Outcome = 'failure' | 'error' | 'skipped' | 'passed'
type Case = { readonly outcome: Outcome; readonly xml: string }

export function renderJunit(report: Report): string {
  const suites = report.locks.map((lock) => suite(report, lock))
  const all = suites.flatMap(({ cases }) => cases)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escape(`mcp-lock ${report.command}`)}"${totals(all)}>\n${suites.map(({ xml }) => xml).join('')}</testsuites>\n`
}

function suite(report: Report, lock: LockVerdict): { cases: readonly Case[]; xml: string } {
  const path = escape(lock.path)
  const cases = Object.entries(lock.servers).map(([name, verdict]) =>
    testcase(report, path, name, verdict, notesOf(report, lock.path, name)),
  )
  const own =
    lock.findings.length === 0
      ? []
      : [
          testcase(
            report,
            path,
            'the lock',
            { status: lock.findings.some((finding) => fails(finding, report)) ? 'invalid' : 'ok', findings: lock.findings },
            [],
          ),
        ]
  const coverage = lock.coverage.map((gap) => {
    const { what, close } = wordCoverage(gap)
    return escape(`not checked: ${what} → ${close}`)
  })
  const out = coverage.length === 0 ? '' : `    <system-out>${coverage.join('\n')}</system-out>\n`
  const all = [...own, ...cases]
  return { cases: all, xml: `  <testsuite name="${path}"${totals(all)}>\n${all.map(({ xml }) => xml).join('')}${out}  </testsuite>\n` }
}

function totals(cases: readonly Case[]): string {
  const count = (outcome: Outcome): number => cases.filter((item) => item.outcome === outcome).length
  return ` tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`
}

function testcase(report: Report, path: string, name: string, { status, findings }: ServerVerdict, notes: readonly string[]): Case {
  const failing = bySeverity(findings.filter((finding) => fails(finding, report)))
  const outcome = outcomeOf(status, failing)
  const summary = escape([...notes, ...failing.slice(0, 1).map(wordFinding)][0] ?? wordStatus(status, report))
  const body = [...notes.map((note) => escape(note)), ...failing.map((finding) => escape(wordFinding(finding)))].join('\n')
  const remarks = findings.filter((finding) => !fails(finding, report)).map((finding) => escape(wordFinding(finding)))
  const inner = [
    outcome === 'failure' || outcome === 'error'
      ? `      <${outcome} type="${failing[0]?.code ?? status}" message="${summary}">${body}</${outcome}>\n`
      : '',
    outcome === 'skipped' ? `      <skipped message="${summary}"/>\n` : '',
    remarks.length === 0 ? '' : `      <system-out>${remarks.join('\n')}</system-out>\n`,
  ].join('')
  return { outcome, xml: `    <testcase name="${escape(name)}" classname="${path}">\n${inner}    </testcase>\n` }
}

/** What could not be checked (exit 3) is an error, what was checked and differs a failure. */
function outcomeOf(status: ServerVerdict['status'], failing: readonly Finding[]): Outcome {
  if (failing.length > 0) return failing.every(({ code }) => CODES[code].exit === 3) ? 'error' : 'failure'
  return status === 'skipped' || status === 'new' || status === 'untrusted' ? 'skipped' : 'passed'
}

/** XML 1.0 §2.2, §2.4: text for content and for attributes in double quotes, on one line. */
function escape(text: string): string {
  return displaySafe(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replaceAll('\ufffe', '&lt;U+FFFE&gt;')
    .replaceAll('\uffff', '&lt;U+FFFF&gt;')
}
