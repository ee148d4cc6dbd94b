/** Workflow commands of GitHub Actions: an annotation for every finding, at its line in the lock. */
import { CODES } from '../../core/codes/codes.ts'
import type { LockVerdict } from '../../core/compare/finding.ts'
import { displaySafe } from '../../core/text.ts'
import { wordCoverage, wordFinding, wordNext } from '../../core/compare/wording.ts'
import { findLine } from './lock-lines.ts'
import { allFindings, fileOf, levelOf, notesOf, summarize, type Context, type Report } from './report.ts'

const ANNOTATIONS = { error: 'error', warning: 'warning', note: 'notice' } as const

export function renderGithub(report: Report, context: Context): string {
  const lines = report.locks.flatMap((lock) => [...annotations(report, lock, context), ...coverageLines(lock)])
  return [...lines, `mcp-lock ${displaySafe(report.command)}: ${summarize(report)}, exit ${report.exit}`]
    .map((line) => `${line}\n`)
    .join('')
}

function annotations(report: Report, lock: LockVerdict, context: Context): string[] {
  const lineOf = findLine(lock, context)
  return allFindings(lock).map(([server, finding]) => {
    const { title } = CODES[finding.code]
    const note = server === null ? [] : notesOf(report, lock.path, server).slice(0, 1)
    const message = [wordFinding(finding), ...note, wordNext(finding.code, context.base)].join(' | ')
    return command(
      ANNOTATIONS[levelOf(finding, report)],
      {
        file: fileOf(lock, finding, context),
        line: String(lineOf(server, finding)),
        title: server === null ? title : `${server}: ${title}`,
      },
      message,
    )
  })
}

function coverageLines(lock: LockVerdict): string[] {
  return lock.coverage.map((coverage) => {
    const { what, close } = wordCoverage(coverage)
    return `not checked: ${displaySafe(what)} -> ${displaySafe(close)}`
  })
}

function command(name: string, properties: { readonly [key: string]: string }, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${data(value).replaceAll(':', '%3A').replaceAll(',', '%2C')}`)
  return `::${name} ${list.join(',')}::${data(message)}`
}

function data(text: string): string {
  return displaySafe(text).replaceAll('%', '%25')
}
