import assert from 'node:assert/strict'
import { test } from 'node:test'
import { render } from '../../cli/report/index.ts'
import type { Report } from '../../cli/report/report.ts'
import { diffText } from '../../core/compare/text-diff.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { PLAIN, lock, report } from '../reports.ts'

test('a server cannot silence a report by very many lines, changes or servers', async () => {
  const text = Array.from({ length: 130_000 }, (_, i) => `x${i % 13}`).join('\n')
  assert.equal(diffText(text, text.replaceAll('x', 'y')).length, 121)
  const many = Array.from({ length: 130_000 }, (_, i): Finding => ({ code: 'DEFINITION_CHANGED', pointer: `/enum/${i}` }))
  const changed: Report = { ...report, locks: [lock(many)] }
  assert.match(await render('markdown', changed, { color: false, maxBytes: 2_000 }), /\d+ more changes/)
  const servers = Object.fromEntries(Array.from({ length: 130_000 }, (_, i) => [`s${i}`, { status: 'changed', findings: [] }] as const))
  assert.match(await render('text', { ...report, locks: [{ ...lock([]), servers }] }, PLAIN), /130000 changed/)
})
