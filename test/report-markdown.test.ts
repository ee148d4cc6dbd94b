/** Reports in Markdown: what is hostile stands in code, and the bytes suffice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { render } from '../cli/report/index.ts'
import { LEAST_BYTES, type Report } from '../cli/report/report.ts'
import type { Finding } from '../core/compare/finding.ts'
import { hasInvisible } from '../core/text.ts'
import { PLAIN, edit, lock, report, evil } from './reports.ts'

/** What is left of markdown when code spans and fences, by the rules of CommonMark, are taken out. */
function outsideOfCode(markdown: string): string {
  let fence = ''
  const kept: string[] = []
  for (const line of markdown.split('\n')) {
    const ticks = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? ''
    if (fence === '' && ticks !== '') fence = ticks
    else if (fence !== '' && ticks.length >= fence.length && line.trim() === ticks) fence = ''
    else if (fence === '') kept.push(line.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, ''))
  }
  assert.equal(fence, '', 'an open fence')
  return kept.join('\n')
}

test('markdown: everything hostile stands in code', async () => {
  const markdown = await render('markdown', evil, PLAIN)
  assert.doesNotMatch(outsideOfCode(markdown), /@|<|http|\[|`|octocat|error/)
  assert.ok(!hasInvisible(markdown))
  const ticks: Finding = { ...edit, before: 'a', after: '`````\n@octocat' }
  assert.doesNotMatch(outsideOfCode(await render('markdown', { ...report, locks: [lock([ticks])] }, PLAIN)), /@|`/)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('`', '``', '```', '~~~', '\n', ' ', '@x', '<b>', '\\', '|', 'a'), { maxLength: 12 }),
      async (words) => {
        const hostile = words.join('')
        const finding: Finding = {
          code: 'DEFINITION_CHANGED',
          subject: `tools/${hostile}`,
          pointer: '/x',
          before: hostile,
          after: `${hostile}\n${hostile} a`,
          detail: hostile,
        }
        const output = await render(
          'markdown',
          {
            command: 'diff',
            exit: 1,
            locks: [{ path: hostile, servers: { [hostile]: { status: 'changed', findings: [finding] } }, findings: [], coverage: [] }],
          },
          PLAIN,
        )
        assert.doesNotMatch(outsideOfCode(output), /@|<|`|~|\|/)
      },
    ),
  )
})

test('markdown: the summary first, texts next, within the bytes, the rest counted', async () => {
  const findings = Array.from({ length: 40 }, (_, i): Finding => ({
    ...edit,
    subject: `tools/t${i}`,
    before: 'old '.repeat(50),
    after: `new ${'ünï '.repeat(50)}`,
  }))
  const big: Report = {
    ...report,
    locks: [lock([{ code: 'DEFINITION_ADDED', subject: 'tools/added', after: { name: 'added' } }, ...findings])],
  }
  const whole = await render('markdown', big, PLAIN)
  assert.ok(whole.startsWith('### mcp-lock `verify`: 1 changed · 2 verified\n\n- ❌ `github` `1 of 26 tools changed'))
  assert.ok(whole.indexOf('tools/t39') < whole.indexOf('tools/added'))
  assert.ok(!whole.includes('not shown'))
  for (let maxBytes = LEAST_BYTES; maxBytes < 12_000; maxBytes += 997) {
    const cut = await render('markdown', big, { color: false, maxBytes })
    assert.ok(Buffer.byteLength(cut) <= maxBytes, `${Buffer.byteLength(cut)} > ${maxBytes}`)
    const shown =
      findings.filter((finding) => cut.includes(`${finding.subject} /description`)).length + (cut.includes('tools/added') ? 1 : 0)
    const hidden = Number(/(\d+) more change/.exec(cut)?.[1] ?? 0)
    assert.equal(shown + hidden, 41)
    outsideOfCode(cut)
  }
  assert.equal(await render('markdown', big, { color: false, maxBytes: Buffer.byteLength(whole) }), whole)
})
