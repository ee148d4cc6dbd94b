/** The findings of one server, for a person: what `verify`, `diff` and `pin` print below a server's name. */
import { CODES } from '../../core/codes/codes.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { displaySafe, isPlainName } from '../../core/text.ts'
import { wordNext, wordPlace } from '../../core/compare/wording.ts'
import { findingLines } from '../../core/compare/finding-lines.ts'
import { markedLine } from './marked-line.ts'
import { painter, type Paint } from './paint.ts'
import { bySeverity, type Context } from './report.ts'
import type { Line } from '../../core/compare/text-diff.ts'
import { wrap } from './wrap.ts'

export type FindingsContext = Pick<Context, 'color' | 'columns' | 'base'> & { readonly indent?: string }

/** Lines, each with a line feed; '' without findings. What to do about changes is left to the caller (`hints`). */
export function renderFindings(findings: readonly Finding[], context: FindingsContext): string {
  const paint = painter(context.color)
  return bySeverity(findings)
    .map((finding) => renderFinding(finding, context, paint))
    .join('')
}

/** What to do next about findings that are not failures, each once. */
export function hints(findings: readonly Finding[]): string[] {
  return [...new Set(findings.filter(({ code }) => CODES[code].kind !== 'failure').map(({ code }) => CODES[code].next))]
}

/** The command that accepts exactly one changed definition; null for a name that does not belong into a command. */
export function acceptCommand(server: string, findings: readonly Finding[]): string | null {
  const subjects = new Set(findings.map(({ subject = '' }) => subject))
  const [list = '', name = '', ...rest] = ([...subjects][0] ?? '').split('/')
  const isDefinition = findings.every(({ code }) => code.startsWith('DEFINITION_'))
  if (subjects.size !== 1 || !isDefinition || rest.length > 0 || !isPlainName(server) || !isPlainName(name)) return null
  return `mcp-lock pin --accept ${server}/${list}/${name}`
}

function renderFinding(finding: Finding, context: FindingsContext, paint: Paint): string {
  const { indent = '      ', columns } = context
  const { kind, title } = CODES[finding.code]
  const write = (text: string, first = indent): string => `${wrap(first, text, columns).join('\n')}\n`
  const place = wordPlace(finding).replace(' /', '  /')
  const detail = finding.detail === undefined ? '' : displaySafe(finding.detail, 2000)
  const isDiff = finding.before !== undefined || finding.after !== undefined
  // A changed leaf needs no words: its place and its two sides say it. What failed or awaits a decision is something else.
  const isPlain = isDiff && finding.pointer !== undefined && kind !== 'pending' && kind !== 'failure'
  const said = `${title} (${finding.code})`
  const head = [paint('bold', place), isPlain ? '' : said, detail].filter((part) => part !== '').join(isPlain ? '  ' : ': ')
  const lines = isDiff ? findingLines(finding).map((line) => renderLine(line, indent, columns, paint)) : []
  const hint = kind === 'failure' ? write(`→ ${wordNext(finding.code, context.base)}`, `${indent}  `) : ''
  return write(place === '' ? [said, detail].filter((part) => part !== '').join(': ') : head) + lines.join('') + hint
}

function renderLine(line: Line, indent: string, columns: number | undefined, paint: Paint): string {
  const style = line.sign === '-' ? 'red' : line.sign === '+' ? 'green' : 'dim'
  return wrap(`${indent}${line.sign} `, markedLine(line), columns, `${indent}${line.sign === '…' ? ' ' : line.sign} `)
    .map((text) => `${paint(style, text)}\n`)
    .join('')
}
