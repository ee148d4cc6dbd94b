/** The one place that puts findings and coverage into words. Whatever is hostile goes through `displaySafe`. */
import { CODES, type Code } from '../codes/codes.ts'
import { canonicalize } from '../json/digest.ts'
import { exitOfFinding, isPending, type Coverage, type Finding } from './finding.ts'
import { isObject, member, type Json } from '../json/json.ts'
import { displaySafe } from '../text.ts'

const NAME = 300
const EXCERPT = 100
const CONTEXT = 24

/** One line: where, what, and an excerpt of what differs. */
export function wordFinding(finding: Finding): string {
  return [wordPlace(finding), CODES[finding.code].title, wordChange(finding), displaySafe(finding.detail ?? '', 1000)]
    .filter((part) => part !== '')
    .join(': ')
}

/** `tools/read_file /description`; '' for a finding about the server as a whole. */
export function wordPlace(finding: Finding): string {
  return [finding.subject, finding.pointer]
    .filter((part) => part !== undefined)
    .map((part) => displaySafe(part, NAME))
    .join(' ')
}

/** `1`, or `0, 1 with --strict`: the exit status that a code gives. */
export function wordExit(code: Code): string {
  return isPending({ code }) ? `${CODES[code].exit}, ${exitOfFinding({ code }, true)} with --strict` : String(CODES[code].exit)
}

/** A git revision that may stand in a command that a person is told to type. */
const PLAIN_REVISION = /^[A-Za-z0-9](?:[\w/-]|\.(?!\.)){0,199}$/

/** What to do about a code; a command on the base has its name, where that may be typed. */
export function wordNext(code: Code, base: string | undefined): string {
  const { next } = CODES[code]
  return base !== undefined && PLAIN_REVISION.test(base) ? next.replaceAll(/\bBASE\b/g, base) : next
}

/** `1 server`, `2 servers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

export type WordedCoverage = {
  /** What was not looked at. */
  readonly what: string
  /** What closes the gap. */
  readonly close: string
}

export function wordCoverage(coverage: Coverage): WordedCoverage {
  const { title, next } = CODES[coverage.code]
  const server = coverage.server === undefined ? '' : `${displaySafe(coverage.server, NAME)}: `
  const detail = coverage.detail === undefined ? '' : ` (${displaySafe(coverage.detail, 1000)})`
  return { what: `${server}${title}${detail}`, close: next }
}

function wordChange({ before, after }: Finding): string {
  if (before === undefined && after === undefined) return ''
  if (before === undefined) return `added ${excerpt(after)}`
  if (after === undefined) return `removed ${excerpt(before)}`
  if (typeof before !== 'string' || typeof after !== 'string') return `${excerpt(before)} → ${excerpt(after)}`
  const start = shared(before, after)
  const end = shared(reverse(before.slice(start)), reverse(after.slice(start)))
  return `${around(before, start, end)} → ${around(after, start, end)}`
}

/** A definition stands for itself by its description. */
function excerpt(value: Json | undefined): string {
  if (value === undefined) return ''
  const text = isObject(value) ? member(value, 'description') : undefined
  return cut(canonicalize(typeof text === 'string' ? text : value))
}

/** What differs, with a little of what stands around it. */
function around(text: string, start: number, end: number): string {
  const from = Math.max(0, start - CONTEXT)
  const to = Math.min(text.length, text.length - end + CONTEXT)
  return `${from > 0 ? '…' : ''}${cut(JSON.stringify(text.slice(from, to).toWellFormed()))}${to < text.length ? '…' : ''}`
}

function cut(text: string): string {
  return displaySafe(text, EXCERPT + 2 * CONTEXT)
}

function shared(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

function reverse(text: string): string {
  let reversed = ''
  for (let i = text.length - 1; i >= 0; i--) reversed += text[i]
  return reversed
}
