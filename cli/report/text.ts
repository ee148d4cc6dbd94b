/** The report for a person at a terminal. */
import type { Coverage, Finding, LockVerdict, ServerVerdict } from '../../core/compare/finding.ts'
import { atMost, displaySafe } from '../../core/text.ts'
import { wordCoverage } from '../../core/compare/wording.ts'
import { painter, type Paint } from './paint.ts'
import { allFindings, fails, levelOf, notesOf, summarize, wordStatus, type Context, type Report } from './report.ts'
import { wrap } from './wrap.ts'

type Draw = { readonly paint: Paint; readonly context: Context; readonly findings: typeof import('./findings.ts') | null }

export async function renderText(report: Report, context: Context): Promise<string> {
  const all = report.locks.flatMap((lock) => allFindings(lock).map(([, finding]) => finding))
  // The diff library is loaded only where something differs.
  const findings = all.length === 0 ? null : await import('./findings.ts')
  const draw: Draw = { paint: painter(context.color), context, findings }
  const locks = report.locks.map((lock) => drawLock(report, lock, draw)).join('\n')
  const summary = `  ${summarize(report)}   exit ${report.exit}\n`
  const isFailing = (finding: Finding): boolean => fails(finding, report)
  const failing = report.locks.flatMap((lock) => Object.entries(lock.servers)).filter(([, { findings: some }]) => some.some(isFailing))
  const accepts =
    report.command !== 'verify' || report.locks.length > 1 // each would have to be typed in another folder
      ? []
      : failing.flatMap(([name, verdict]) => findings?.acceptCommand(name, verdict.findings.filter(isFailing)) ?? [])
  // A diff of two locks asks for nothing: what is in the lock was accepted.
  const hints = report.command === 'diff' ? [] : (findings?.hints(all.filter((finding) => levelOf(finding, report) !== 'note')) ?? [])
  const next = [...hints, ...accepts.slice(0, 5).map((command) => `accept exactly this: ${command}`)]
  return `${locks}${summary}${next.length === 0 ? '' : '\n'}${next.map((hint) => lines('→ ', hint, context)).join('')}`
}

function drawLock(report: Report, lock: LockVerdict, draw: Draw): string {
  const title = report.locks.length > 1 ? `${draw.paint('bold', displaySafe(lock.path, 300))}\n` : ''
  const servers = Object.entries(lock.servers)
  const width = Math.min(
    20,
    servers.reduce((most, [name, verdict]) => (isWell(verdict) ? most : Math.max(most, displaySafe(name, 80).length)), 0),
  )
  const loud = servers
    .filter(([, verdict]) => !isWell(verdict))
    .map(([name, verdict]) => drawServer(name, verdict, report, lock.path, width, draw))
  const quiet = servers.filter(([, verdict]) => isWell(verdict)).map(([name]) => `${draw.paint('green', '✓')} ${displaySafe(name, 80)}`)
  return [
    title,
    drawFindings(lock.findings, '  ', draw),
    ...loud,
    quiet.length === 0 ? '' : lines('  ', quiet.join('  '), draw.context),
    drawCoverage(lock.coverage, draw),
  ].join('')
}

function isWell({ status, findings }: ServerVerdict): boolean {
  return status === 'ok' && findings.length === 0
}

function drawServer(name: string, { status, findings }: ServerVerdict, report: Report, path: string, width: number, draw: Draw): string {
  const notes = notesOf(report, path, name)
  const isFailing = findings.some((finding) => fails(finding, report))
  const sign = isFailing ? draw.paint('red', '✗') : status === 'ok' ? draw.paint('green', '✓') : draw.paint('yellow', '–')
  const [note = wordStatus(status, report), ...more] = notes.map((line) => displaySafe(line, 500))
  const rest = more.map((line) => lines(`    ${' '.repeat(width)}   `, line, draw.context)).join('')
  return `  ${sign} ${displaySafe(name, 80).padEnd(width)}   ${note}\n${rest}${drawFindings(findings, '      ', draw)}`
}

function drawFindings(findings: readonly Finding[], indent: string, { context, findings: module }: Draw): string {
  return module === null ? '' : module.renderFindings(findings, { ...context, indent })
}

/** One line for all servers that share a gap. */
function drawCoverage(coverage: readonly Coverage[], { paint, context }: Draw): string {
  const groups = new Map<string, { what: string; close: string; servers: string[] }>()
  for (const { server, ...rest } of coverage) {
    const { what, close } = wordCoverage(rest)
    const group = groups.get(`${what}\n${close}`) ?? { what, close, servers: [] }
    groups.set(`${what}\n${close}`, group)
    if (server !== undefined) group.servers.push(displaySafe(server, 80))
  }
  return [...groups.values()]
    .map(({ what, close, servers }) => {
      const who = servers.length === 0 ? '' : ` [${atMost(5, servers).join(', ')}]`
      return wrap('  ', `not checked: ${what}${who}   → ${close}`, context.columns, '    ')
        .map((line) => `${paint('dim', line)}\n`)
        .join('')
    })
    .join('')
}

function lines(first: string, text: string, { columns }: Context): string {
  return `${wrap(first, text, columns, ' '.repeat(first.length)).join('\n')}\n`
}
