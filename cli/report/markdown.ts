/**
 * Markdown for a comment on a pull request: the summary first, changed texts next, and what does not
 * fit into `maxBytes` counted. Whatever is not our own word stands in a code span or a fence, where
 * links, HTML, images and mentions are inert.
 */
import { CODES } from '../../core/codes/codes.ts'
import type { Finding, LockVerdict } from '../../core/compare/finding.ts'
import { displaySafe } from '../../core/text.ts'
import { counted, wordCoverage, wordFinding, wordPlace } from '../../core/compare/wording.ts'
import { findingLines } from '../../core/compare/finding-lines.ts'
import { markedLine } from './marked-line.ts'
import { allFindings, levelOf, notesOf, summarize, wordStatus, type Context, type Report } from './report.ts'

/** A piece of the comment; `short` stands for it where there is no room. */
type Block = { readonly text: string; readonly short?: string; readonly counts: 'server' | 'change' | 'gap' | null }

export function renderMarkdown(report: Report, { maxBytes = Number.POSITIVE_INFINITY }: Context): string {
  const title: Block = { text: `### mcp-lock ${span(report.command)}: ${summarize(report)}\n\n`, counts: null }
  const { locks } = report
  const blocks = [locks.flatMap((lock) => summary(report, lock)), locks.flatMap(details), locks.flatMap(coverage)]
  return assemble([title, ...blocks.flat()], maxBytes)
}

function summary(report: Report, lock: LockVerdict): Block[] {
  const title: Block[] = report.locks.length > 1 ? [{ text: `\n**${span(lock.path)}**\n\n`, counts: null }] : []
  const servers = Object.entries(lock.servers).map(([name, { status, findings }]): Block => {
    const notes = notesOf(report, lock.path, name)
    const levels = new Set(findings.map((finding) => levelOf(finding, report)))
    const sign = levels.has('error') ? '❌' : levels.has('warning') ? '⚠️' : status === 'ok' ? '✅' : '➖'
    return {
      text: `- ${sign} ${span(name)} ${notes.length === 0 ? wordStatus(status, report) : notes.map((note) => span(note)).join(' ')}\n`,
      counts: 'server',
    }
  })
  return [...title, ...servers]
}

function details(lock: LockVerdict): Block[] {
  const all = allFindings(lock)
  // Texts that changed are what a reviewer must read; they come before the rest.
  const texts = all.filter(([, finding]) => isText(finding))
  return [...texts, ...all.filter(([, finding]) => !isText(finding))].map(([server, finding]) => detail(server, finding))
}

function isText({ before, after }: Finding): boolean {
  return typeof before === 'string' && typeof after === 'string'
}

function detail(server: string | null, finding: Finding): Block {
  const { title, kind, next } = CODES[finding.code]
  const place = [server === null ? '' : displaySafe(server, 300), wordPlace(finding)].filter((part) => part !== '').join(' ')
  const head = `\n${place === '' ? '' : `**${span(place)}** `}${title}${finding.detail === undefined ? '' : `: ${span(finding.detail)}`}\n`
  const hint = kind === 'failure' ? `\n→ ${next}\n` : ''
  const body =
    finding.before === undefined && finding.after === undefined
      ? ''
      : fence(findingLines(finding).map((line) => `${line.sign === '…' ? ' …' : line.sign} ${markedLine(line)}`))
  const short = `\n- ${span(`${server === null ? '' : `${server}: `}${wordFinding(finding)}`, 400)}\n`
  return { text: `${head}${hint}${body}`, short, counts: 'change' }
}

function coverage(lock: LockVerdict): Block[] {
  const lines = [
    ...new Set(
      lock.coverage.map((gap) => {
        const { what, close } = wordCoverage(gap)
        return `- not checked: ${span(what)} → ${span(close)}\n`
      }),
    ),
  ]
  return lines.map((line, i) => ({ text: `${i === 0 ? '\n' : ''}${line}`, counts: 'gap' }))
}

/** As many blocks as fit, in order; a block that does not fit by its short form, or counted. */
function assemble(blocks: readonly Block[], maxBytes: number): string {
  const left = { server: 0, change: 0, gap: 0, shortened: 0 }
  const most = blocks.length
  const room = maxBytes - Buffer.byteLength(trailer({ server: most, change: most, gap: most, shortened: most }))
  const total = blocks.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  let result = ''
  let used = 0
  for (const { text, short, counts } of blocks) {
    const fitting = [text, ...(short === undefined ? [] : [short])].find(
      (form) => used + Buffer.byteLength(form) <= (total <= maxBytes ? maxBytes : room),
    )
    if (fitting !== undefined) {
      result += fitting
      used += Buffer.byteLength(fitting)
    }
    if (fitting === undefined && counts !== null) left[counts]++
    else if (fitting !== text) left.shortened++
  }
  return result + trailer(left)
}

type Left = { readonly server: number; readonly change: number; readonly gap: number; readonly shortened: number }

function trailer(left: Left): string {
  const hidden = (['server', 'change', 'gap'] as const).flatMap((kind) => (left[kind] === 0 ? [] : [counted(left[kind], `more ${kind}`)]))
  const words = [
    ...(hidden.length === 0 ? [] : [`${hidden.join(', ')} not shown`]),
    ...(left.shortened === 0 ? [] : [`${counted(left.shortened, 'change')} shortened`]),
  ]
  return words.length === 0 ? '' : `\n… ${words.join('; ')}\n`
}

/** CommonMark §6.1: a code span, whose ends are longer than any run of backticks in it. */
function span(text: string, limit = 1000): string {
  const safe = displaySafe(text, limit)
  if (safe.trim() === '') return '``(nothing)``'
  const ticks = '`'.repeat(longestRun(safe) + 1)
  const pad = safe.startsWith('`') || safe.endsWith('`') || safe.startsWith(' ') ? ' ' : ''
  return `${ticks}${pad}${safe}${pad}${ticks}`
}

/** CommonMark §4.5: a fence, longer than any run of backticks in it. */
function fence(lines: readonly string[]): string {
  const ticks = '`'.repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)))
  return `\n${ticks}diff\n${lines.join('\n')}\n${ticks}\n`
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
}
