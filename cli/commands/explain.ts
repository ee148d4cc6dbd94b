/** `mcp-lock explain`: what a code means, from the one table. */
import { CODE_NAMES, CODES, isCode, type Code } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { wordExit } from '../../core/compare/wording.ts'

/**
 * One code with why it matters and what to do, or all codes with their titles.
 * @throws LockError `CODE_UNKNOWN`
 */
export function explain(code?: string): string {
  if (code === undefined) return listAll()
  const word = code.trim().toUpperCase()
  if (!isCode(word)) throw new LockError('CODE_UNKNOWN', `\`${displaySafe(code, 60)}\``)
  const { title, why, next, severity, kind } = CODES[word]
  return `${word}: ${title}\n\n  ${why}\n\n  next: ${next}\n  ${kind}, severity ${severity}, exit status ${wordExit(word)}\n`
}

const HEADINGS = {
  failure: 'Failures: something could not be done or read',
  change: 'Changes: something differs from the lock',
  pending: 'Pending: what the trust base does not have; it passes, and fails under --strict',
  finding: 'Findings: something worth a look',
  coverage: 'Coverage: what a check did not look at',
} as const

function listAll(): string {
  const width = Math.max(...CODE_NAMES.map((name) => name.length))
  const line = (name: Code): string => `  ${name.padEnd(width)}  ${CODES[name].title}\n`
  const section = ([kind, heading]: [string, string]): string => {
    const names = CODE_NAMES.filter((name) => CODES[name].kind === kind)
    return names.length === 0 ? '' : `${heading}\n${names.map(line).join('')}\n`
  }
  return `${Object.entries(HEADINGS).map(section).join('')}One of them in full: mcp-lock explain CODE\n`
}
