import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDocument, syntaxOf } from '../cli/clients/documents/document.ts'
import { withString, written } from '../cli/clients/documents/edit.ts'
import { spotsIn } from '../cli/clients/documents/spots.ts'
import type { Path } from '../core/json/pointer.ts'

async function edit(file: string, text: string, path: Path, value = 'new'): Promise<string | null> {
  return withString(text, await parseDocument(text, syntaxOf(file), file), path, value, file)
}

const CASES: readonly [file: string, text: string, path: Path, expected: string][] = [
  [
    'a.json',
    '\ufeff{ "a" /* "old" */: ["old", "old",], // x\r\n "b": "old" }',
    ['a', 1],
    '\ufeff{ "a" /* "old" */: ["old", "new",], // x\r\n "b": "old" }',
  ],
  ['a.json', '{"a/~": {"": "\\u006fld"}}', ['a/~', ''], '{"a/~": {"": "new"}}'],
  ['a.toml', "[s.a]\nargs = [ 'old', # 'old'\n  'old' ]\n", ['s', 'a', 'args', 1], "[s.a]\nargs = [ 'old', # 'old'\n  'new' ]\n"],
  ['a.toml', 's.a.args = ["old"]\r\n', ['s', 'a', 'args', 0], 's.a.args = ["new"]\r\n'],
  ['a.toml', '\ufeff[s]\n"a b" = { args = ["x", """\nold"""] }\n', ['s', 'a b', 'args', 1], '\ufeff[s]\n"a b" = { args = ["x", "new"] }\n'],
  ['a.toml', "[[s]]\nn = 'old'\n[[s]]\nn = 'old'\n", ['s', 1, 'n'], "[[s]]\nn = 'old'\n[[s]]\nn = 'new'\n"],
  ['a.yaml', 's:\n- args: [old, "old"] # old\n', ['s', 0, 'args', 1], 's:\n- args: [old, "new"] # old\n'],
  ['a.yaml', 's:\r\n  a:\r\n  - old # x\r\n  - >-\r\n    old\r\n', ['s', 'a', 0], 's:\r\n  a:\r\n  - new # x\r\n  - >-\r\n    old\r\n'],
  ['a.yaml', 'b: &x old\nc: [*x]\n', ['c', 0], 'b: &x old\nc: [new]\n'],
  ['a.yaml', "a: 'old'\nb: &x old\nc: *x\n", ['a'], "a: 'new'\nb: &x old\nc: *x\n"],
]

for (const [file, text, path, expected] of CASES) {
  test(`editing ${file}: ${JSON.stringify(text)}`, async () => assert.equal(await edit(file, text, path), expected))
}

test('editing: null where no text of its own stands for the value, or others would change with it', async () => {
  assert.equal(await edit('a.yaml', 'b: &x old\nc: *x\n', ['b']), null)
  assert.equal(await edit('a.json', '{"a": 1}', ['b']), null)
  assert.equal(await edit('a.toml', 'a = 1\n', ['a', 'b']), null)
})

test('editing: lists are known by their items', async () => {
  const json = await spotsIn('{"a": [1, [2]]}', 'json')
  assert.equal(json(['a'])?.items?.length, 2)
  assert.equal(json(['a', 0])?.items, null)
  const yaml = await spotsIn('a:\n  - x\n  - y\nb: [x]\n', 'yaml')
  assert.deepEqual([yaml(['a'])?.block, yaml(['b'])?.block], [true, false])
})

test('editing: any string can be written, in the quotes of the one before where they can hold it', async () => {
  assert.equal(written('b', "'a'", 'toml'), "'b'")
  assert.equal(written("b'", "'a'", 'toml'), '"b\'"')
  assert.equal(written('no', 'a', 'yaml'), '"no"')
  assert.equal(written('pkg@1.0.0', 'pkg', 'yaml'), 'pkg@1.0.0')
  const texts = [
    ['a.json', '{"a": "old"}'],
    ['a.toml', "a = 'old'"],
    ['a.yaml', 'a: old'],
    ['a.yaml', 'a: [old]'],
  ] as const
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.constantFrom(...texts), async (value, [file, text]) => {
      const edited = await edit(file, text, text.includes('[') ? ['a', 0] : ['a'], value)
      // TOML and YAML cannot hold every character as JSON writes it; then nothing is changed.
      if (edited === null) assert.match(value, /[\u007f-\u009f\ufeff\ufffe\uffff\p{Cs}]/u)
      else assert.ok(JSON.stringify(await parseDocument(edited, syntaxOf(file), file)).includes(JSON.stringify(value)))
    }),
  )
})
