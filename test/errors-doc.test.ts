import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { explain } from '../cli/commands/explain.ts'
import { CODE_NAMES, CODES } from '../core/codes/codes.ts'
import { errorsDocument } from '../docs/generate.ts'

test('docs/ERRORS.md is what the codes say; `node docs/generate.ts` writes it', async () => {
  const text = await readFile(new URL('../docs/ERRORS.md', import.meta.url), 'utf8')
  assert.equal(text, errorsDocument())
})

test('every code has one meaning, and something says it', async () => {
  const folders = ['core', 'cli', 'registry-server'].map((folder) => join(import.meta.dirname, '..', folder))
  let code = ''
  for (const folder of folders) {
    for (const file of await readdir(folder, { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.ts')) code += await readFile(join(folder, file), 'utf8')
    }
  }
  assert.deepEqual(
    CODE_NAMES.filter((name) => !code.includes(`'${name}'`)),
    [],
  )
  const meanings = [...code.matchAll(/^  [A-Z][A-Z0-9_]+: (?:\{$|(?:failure|change|pending|coverage)\()/gm)]
  assert.equal(meanings.length, CODE_NAMES.length, 'a code that two tables have')
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
