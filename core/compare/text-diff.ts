/**
 * Two texts, line by line and word by word, for reading: unchanged parts are elided, what is left out
 * is counted, and every part is fit to be shown.
 */
import { diffLines, diffWordsWithSpace } from 'diff'
import { displaySafe } from '../text.ts'

type Part = { readonly text: string; readonly changed: boolean }
export type Line = { readonly sign: '-' | '+' | ' ' | '…'; readonly parts: readonly Part[] }

/** Edits that are searched for; beyond it a text counts as replaced. */
const MAX_EDITS = 1000
const MAX_LINES = 120
const MAX_PART = 2000
/** Code units of an unchanged run that are kept on either side of what is left out of it. */
const KEPT = 70
/** Where less than this share of a line is unchanged, its words are not marked one by one. */
const ALIKE = 0.3

export function diffText(before: string, after: string): Line[] {
  const hunks = diffLines(before, after, { maxEditLength: MAX_EDITS }) ?? [change(before, '-'), change(after, '+')]
  const lines = hunks.map((hunk, i): Line[] => {
    const [before, next] = [hunks[i - 1], hunks[i + 1]]
    if (!hunk.added && !hunk.removed) return unchanged(hunk.value, i === 0, next === undefined)
    if (hunk.removed) return next?.added === true ? replaced(hunk.value, next.value) : whole('-', hunk.value)
    return before?.removed === true ? [] : whole('+', hunk.value)
  })
  return bounded(lines.flat())
}

/** A text of which only one side is there. */
export function oneSide(sign: '-' | '+', text: string): Line[] {
  return bounded(whole(sign, text))
}

function change(value: string, sign: '-' | '+'): { value: string; added: boolean; removed: boolean } {
  return { value, added: sign === '+', removed: sign === '-' }
}

function whole(sign: '-' | '+', text: string): Line[] {
  return splitLines(text).map((line) => ({ sign, parts: [part(line, false)] }))
}

function replaced(before: string, after: string): Line[] {
  const words = diffWordsWithSpace(before, after, { maxEditLength: MAX_EDITS })
  const same = words?.reduce((sum, word) => (word.added || word.removed ? sum : sum + word.value.length), 0) ?? 0
  if (words === undefined || same < ALIKE * Math.min(before.length, after.length)) return [...whole('-', before), ...whole('+', after)]
  const side = (sign: '-' | '+'): Line[] =>
    joinLines(
      words
        .filter((word) => (sign === '-' ? !word.added : !word.removed))
        .map((word) => ({ text: word.value, changed: word.added || word.removed })),
    ).map((parts) => ({ sign, parts: parts.map(shown) }))
  return [...side('-'), ...side('+')]
}

/** Words, some of which hold line ends, as lines of words; a line end that changed is a word itself. */
function joinLines(words: readonly Part[]): Part[][] {
  const lines: Part[][] = [[]]
  for (const { text, changed } of words) {
    for (const [i, piece] of text.split('\n').entries()) {
      if (i > 0 && changed) lines.at(-1)?.push({ text: '\n', changed })
      if (i > 0) lines.push([])
      if (piece !== '') lines.at(-1)?.push({ text: piece, changed })
    }
  }
  if (lines.length > 1 && lines.at(-1)?.length === 0) lines.pop()
  return lines
}

function shown({ text, changed }: Part, i: number, parts: readonly Part[]): Part {
  if (changed || text.length <= 3 * KEPT) return part(text, changed)
  const head = i === 0 ? '' : displaySafe(text.slice(0, KEPT))
  const tail = i === parts.length - 1 ? '' : displaySafe(text.slice(-KEPT))
  const left = text.length - (i === 0 ? 0 : KEPT) - (i === parts.length - 1 ? 0 : KEPT)
  return { text: `${head} …(${left} unchanged)… ${tail}`, changed }
}

/** One line of context on either side of a change. */
function unchanged(text: string, isFirst: boolean, isLast: boolean): Line[] {
  const lines = splitLines(text)
  const head = isFirst ? 0 : 1
  const tail = isLast ? 0 : 1
  const left = lines.length - head - tail
  const context = (line: string | undefined): Line => ({ sign: ' ', parts: [part(clip(line ?? ''), false)] })
  if (left <= 1) return lines.map(context)
  return [...lines.slice(0, head).map(context), elided(left, 'unchanged lines'), ...lines.slice(lines.length - tail).map(context)]
}

function clip(line: string): string {
  return line.length > 3 * KEPT ? `${line.slice(0, 2 * KEPT)} …(${line.length - 2 * KEPT} unchanged)…` : line
}

function elided(count: number, what: string): Line {
  return { sign: '…', parts: [{ text: `${count} ${what}`, changed: false }] }
}

function bounded(lines: readonly Line[]): Line[] {
  if (lines.length <= MAX_LINES) return [...lines]
  return [...lines.slice(0, MAX_LINES), elided(lines.length - MAX_LINES, 'more lines')]
}

function splitLines(text: string): string[] {
  const lines = text.split('\n')
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  return lines
}

function part(text: string, changed: boolean): Part {
  return { text: displaySafe(text, MAX_PART), changed }
}
