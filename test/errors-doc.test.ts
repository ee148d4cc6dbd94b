import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { explain } from '../cli/commands/explain.ts'
import { CODE_NAMES, CODES } from '../core/codes.ts'
import { errorsDocument } from '../docs/generate.ts'

test('docs/ERRORS.md is what the codes say; `node docs/generate.ts` writes it', async () => {
  const text = await readFile(new URL('../docs/ERRORS.md', import.meta.url), 'utf8')
  assert.equal(text, errorsDocument())
})

test('docs/ERRORS.md has every code with its words', () => {
  const text = errorsDocument()
  for (const name of CODE_NAMES) {
    const { title, why, next } = CODES[name]
    const section = text.slice(text.indexOf(`## ${name}\n`)).split('\n## ')[0] ?? ''
    for (const words of [title, why, next]) assert.ok(section.includes(words), `${name}: ${words}`)
  }
})

test('explain: one code, all codes, no such code', () => {
  for (const name of CODE_NAMES) {
    const { title, why, next, exit } = CODES[name]
    for (const words of [name, title, why, next, `exit status ${exit}`]) assert.ok(explain(name).includes(words), name)
    assert.match(explain(), new RegExp(`^  ${name} +\\S`, 'm'))
  }
  assert.equal(explain('launch_changed'), explain('LAUNCH_CHANGED'))
  for (const word of ['', 'NOPE', 'toString', '__proto__']) assert.throws(() => explain(word), { code: 'CODE_UNKNOWN' })
  assert.throws(
    () => explain('\u001b[31m'),
    (error) => error instanceof Error && !error.message.includes('\u001b'),
  )
})
