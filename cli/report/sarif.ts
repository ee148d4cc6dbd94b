/** SARIF 2.1.0: one run; a result for every finding, at its line in the lock; coverage as notifications. */
import { CODES, type Code } from '../../core/codes/codes.ts'
import { sha256 } from '../../core/json/digest.ts'
import type { LockVerdict } from '../../core/compare/finding.ts'
import type { Json } from '../../core/json/json.ts'
import { displaySafe } from '../../core/text.ts'
import { wordCoverage, wordFinding } from '../../core/compare/wording.ts'
import { escapedJson } from './escaped-json.ts'
import { findLine } from './lock-lines.ts'
import { allFindings, fileOf, levelOf, notesOf, type Context, type Report } from './report.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

export function renderSarif(report: Report, context: Context): string {
  const rules = codesOf(report.locks.flatMap((lock) => allFindings(lock).map(([, finding]) => finding)))
  const gaps = codesOf(report.locks.flatMap(({ coverage }) => coverage))
  const run = {
    tool: {
      driver: {
        name: 'mcp-lock',
        rules: rules.map((code) => describe(code, report)),
        notifications: gaps.map((code) => describe(code, report)),
      },
    },
    invocations: [
      {
        commandLine: `mcp-lock ${report.command}`,
        executionSuccessful: report.exit === 0 || report.exit === 1 || report.exit === 4,
        exitCode: report.exit,
        toolExecutionNotifications: report.locks.flatMap((lock) => notifications(lock, gaps, context)),
      },
    ],
    results: report.locks.flatMap((lock) => results(report, lock, rules, context)),
  }
  return `${escapedJson({ $schema: SCHEMA, version: '2.1.0', runs: [run] })}\n`
}

function codesOf(items: readonly { readonly code: Code }[]): Code[] {
  return [...new Set(items.map(({ code }) => code))].sort()
}

function describe(code: Code, report: Report): Json {
  const { title, why, next } = CODES[code]
  return {
    id: code,
    shortDescription: { text: plain(title) },
    fullDescription: { text: plain(why) },
    help: { text: plain(`${why} What to do: ${next}`) },
    defaultConfiguration: { level: levelOf({ code }, report) },
  }
}

function results(report: Report, lock: LockVerdict, rules: readonly Code[], context: Context): Json[] {
  const lineOf = findLine(lock, context)
  return allFindings(lock).map(([server, finding]): Json => {
    const { code, subject, pointer } = finding
    const note = server === null ? undefined : notesOf(report, lock.path, server)[0]
    const name = server === null ? '' : `${displaySafe(server, 300)}: `
    const full = [server ?? '', subject ?? '', pointer ?? '']
      .map((part) => displaySafe(part, 1000))
      .filter((part) => part !== '')
      .join(' ')
    return {
      ruleId: code,
      ruleIndex: rules.indexOf(code),
      level: levelOf(finding, report),
      message: { text: plain(`${name}${wordFinding(finding)}${note === undefined ? '' : ` (${displaySafe(note, 500)})`}`) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(fileOf(lock, finding, context)) },
            region: { startLine: lineOf(server, finding) },
          },
          ...(full === '' ? {} : { logicalLocations: [{ fullyQualifiedName: full, kind: 'member' }] }),
        },
      ],
      partialFingerprints: {
        'mcpLock/v1': sha256(JSON.stringify([lock.path, server, code, subject ?? null, pointer ?? null])).slice('sha256:'.length),
      },
    }
  })
}

function notifications(lock: LockVerdict, gaps: readonly Code[], context: Context): Json[] {
  return lock.coverage.map((coverage) => {
    const { what, close } = wordCoverage(coverage)
    const uri = uriOf(fileOf(lock, coverage, context))
    return {
      descriptor: { id: coverage.code, index: gaps.indexOf(coverage.code) },
      level: 'note',
      message: { text: plain(`not checked: ${what}; to close the gap: ${close}`) },
      locations: [{ physicalLocation: { artifactLocation: { uri } } }],
    }
  })
}

/** SARIF 2.1.0 §3.11.5, §3.11.6: braces are placeholders and brackets are links, unless they are escaped. */
function plain(text: string): string {
  return text
    .replaceAll('{', '{{')
    .replaceAll('}', '}}')
    .replace(/[[\]\\]/g, '\\$&')
}

function uriOf(path: string): string {
  const encoded = path
    .replaceAll('\\', '/')
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
  return encoded.startsWith('/') ? `file://${encoded}` : encoded
}
