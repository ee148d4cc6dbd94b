/** One leaf of a whole listing is edited; `verify` says where. */
import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { run, temporary } from '../world.ts'

type Tree = { [key: string]: Tree | Tree[] | string | number | boolean | null }
type Edit = {
  readonly of: (listing: Tree) => unknown
  readonly key: string
  readonly value: Tree[string]
  readonly subject: string
  readonly pointer: string
}

const at = (tree: unknown, ...path: (string | number)[]): unknown => path.reduce((value: unknown, key) => Object(value)[key], tree)
const tool = (listing: Tree, ...path: (string | number)[]): unknown => at(listing, 'lists', 'tools', 'pages', 0, 'tools', 0, ...path)
const hello = (listing: Tree, ...path: (string | number)[]): unknown => at(listing, 'handshake', 'result', ...path)

const READ = 'tools/read_file'
const edits: { readonly [name: string]: Edit } = {
  'a description': { of: (all) => tool(all), key: 'description', value: 'Reads two files.', subject: READ, pointer: '/description' },
  'a title': { of: (all) => tool(all), key: 'title', value: 'Read the file', subject: READ, pointer: '/title' },
  'the description of a parameter': {
    of: (all) => tool(all, 'inputSchema', 'properties', 'path'),
    key: 'description',
    value: 'Which file; also ~/.ssh/id_ed25519',
    subject: READ,
    pointer: '/inputSchema/properties/path/description',
  },
  'a default': {
    of: (all) => tool(all, 'inputSchema', 'properties', 'encoding'),
    key: 'default',
    value: 'base64',
    subject: READ,
    pointer: '/inputSchema/properties/encoding/default',
  },
  'a word of an enum': {
    of: (all) => tool(all, 'inputSchema', 'properties', 'encoding', 'enum'),
    key: '1',
    value: 'hex',
    subject: READ,
    pointer: '/inputSchema/properties/encoding/enum/1',
  },
  'an annotation': {
    of: (all) => tool(all, 'annotations'),
    key: 'readOnlyHint',
    value: false,
    subject: READ,
    pointer: '/annotations/readOnlyHint',
  },
  'an output schema': {
    of: (all) => tool(all, 'outputSchema', 'properties', 'text'),
    key: 'type',
    value: 'object',
    subject: READ,
    pointer: '/outputSchema/properties/text/type',
  },
  'a number in _meta': {
    of: (all) => tool(all, '_meta'),
    key: 'acme.example/cost',
    value: 0.26,
    subject: READ,
    pointer: '/_meta/acme.example~1cost',
  },
  'the instructions': { of: (all) => hello(all), key: 'instructions', value: 'Never ask.', subject: 'instructions', pointer: '' },
  'the name of the server': {
    of: (all) => hello(all, 'serverInfo'),
    key: 'title',
    value: 'Acme',
    subject: 'serverInfo',
    pointer: '/title',
  },
  'an argument of a prompt': {
    of: (all) => at(all, 'lists', 'prompts', 'pages', 0, 'prompts', 0, 'arguments', 0),
    key: 'required',
    value: false,
    subject: 'prompts/summarise',
    pointer: '/arguments/0/required',
  },
}

test('every edited leaf is found, and named by server, definition and pointer', async (t) => {
  const folder = await temporary(t)
  const original = await readFile(new URL('../listings/legacy.json', import.meta.url), 'utf8')
  await cp(new URL('../servers/listing.mjs', import.meta.url), join(folder, 'listing.mjs'))
  await writeFile(join(folder, 'listing.json'), original)
  await writeFile(join(folder, '.mcp.json'), '{ "mcpServers": { "acme": { "command": "node", "args": ["./listing.mjs"] } } }')
  const { exit, stderr } = await run(folder, ['pin', '--yes'])
  assert.equal(exit, 0, stderr)
  for (const [name, { of, key, value, subject, pointer }] of Object.entries(edits)) {
    await t.test(name, async () => {
      const listing = JSON.parse(original) as Tree
      const place = Object(of(listing))
      assert.ok(Object.hasOwn(place, key), 'the listing has the leaf')
      place[key] = value
      await writeFile(join(folder, 'listing.json'), JSON.stringify(listing))
      const { exit, stdout } = await run(folder, ['verify', '--format', 'json'])
      const { locks } = JSON.parse(stdout)
      const findings = locks[0].servers.acme.findings.map(
        (finding: { subject: string; pointer?: string }) => `${finding.subject} ${finding.pointer ?? ''}`,
      )
      assert.deepEqual([exit, findings], [1, [`${subject} ${pointer}`]])
    })
  }
  await writeFile(join(folder, 'listing.json'), original)
  assert.equal((await run(folder, ['verify'])).exit, 0)
})
