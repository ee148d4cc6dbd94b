/** Two texts, compared for a reader. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { markedLine } from '../cli/report/marked-line.ts'
import { diffText, type Line } from '../core/compare/text-diff.ts'
import { hasInvisible } from '../core/text.ts'

const plain = (lines: readonly Line[]): string[] =>
  lines.map(({ sign, parts }) => `${sign} ${parts.map(({ text, changed }) => (changed ? `<${text}>` : text)).join('')}`)

test('texts are compared by line and by word', () => {
  assert.deepEqual(plain(diffText('0\na\nb\nc one two three four\nd', '0\na\nb\nc one 2 three four\nd')), [
    '… 2 unchanged lines',
    '  b',
    '- c one <two> three four',
    '+ c one <2> three four',
    '  d',
  ])
  assert.deepEqual(plain(diffText('one two three', 'nothing in common')), ['- one two three', '+ nothing in common'])
})

test('what is invisible is seen: line ends, spaces, bidirectional marks', () => {
  assert.deepEqual(plain(diffText('one two', 'one two\n')), ['- one two', '+ one two<⏎>'])
  assert.deepEqual(plain(diffText('one two three', 'one  two three')), ['- one< >two three', '+ one<  >two three'])
  assert.ok(plain(diffText('pay the bill now', 'pay the \u202ebill now')).join().includes('<U+202E>'))
})

test('long unchanged parts are elided and counted, changed ones are cut with a count', () => {
  const words = Array.from({ length: 500 }, (_, i) => `word${i}`).join(' ')
  const [before, after] = plain(diffText(`${words} end`, `${words} ${'x'.repeat(5000)} end`))
  assert.match(before ?? '', /\(\d+ unchanged\)/)
  assert.match(after ?? '', /… \(\d+ more\)/)
  assert.ok((after ?? '').length < 3000)
})

test('huge texts that share nothing end in time, as replaced', () => {
  const text = (word: string): string => Array.from({ length: 20_000 }, (_, i) => `${word}${i}`).join('\n')
  const lines = diffText(text('a'), text('b'))
  assert.deepEqual([lines.length, lines.at(-1)?.parts[0]?.text], [121, '39880 more lines'])
})

test('a text cannot forge the marks of changed words', () => {
  const [, after] = diffText('one two three four', 'one +} two {+ three [-x-] four').map((line) => markedLine(line))
  assert.equal(after, 'one {++\\} +}two {+{\\+ +}three {+[\\-x-\\] +}four')
})

test('every change of a text leaves something to see', () => {
  const word = fc.constantFrom('a', 'b', ' ', '\n', '\u200b', '{+', '\r\n', '\u202e', 'é', 'e\u0301')
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffText(before, after)
      assert.equal(
        lines.some(({ sign }) => sign === '-' || sign === '+'),
        before !== after,
      )
      for (const { parts } of lines) for (const part of parts) assert.ok(!hasInvisible(part.text) && !/[\n\r]/.test(part.text))
    }),
  )
})
