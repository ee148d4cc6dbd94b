import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adHocServer, fromPin, startOf } from '../cli/clients/configured.ts'
import { expandStart } from '../cli/clients/expand.ts'
import { giveHeaders, headerTemplates, parseHeader, parseInput, parsePlaceholder } from '../cli/starting/credentials.ts'

const remote = (name: string) => adHocServer(name, null, 'https://mcp.example/mcp')

test('flags name variables and never values', () => {
  assert.deepEqual(parseInput('api-key=KEY'), { id: 'api-key', variable: 'KEY' })
  assert.deepEqual(parseInput('input:api-key=KEY'), { id: 'api-key', variable: 'KEY' })
  assert.deepEqual(parseHeader('Authorization=ENV:AUTH'), { server: null, name: 'authorization', variable: 'AUTH' })
  assert.deepEqual(parseHeader('a/b/X-Key=ENV:AUTH'), { server: 'a/b', name: 'x-key', variable: 'AUTH' })
  assert.equal(parsePlaceholder('input:api-key'), 'input:api-key')
  for (const wrong of ['', 'KEY', '=KEY', 'id=', 'id=sesame open']) assert.throws(() => parseInput(wrong), { code: 'USAGE' }, wrong)
  for (const wrong of ['authorization=Bearer sesame', 'authorization', 'a b=ENV:X', 'x=ENV:', 'x=ENV:a-b'])
    assert.throws(
      () => parseHeader(wrong),
      (error: Error) => !error.message.includes('sesame'),
      wrong,
    )
  for (const wrong of ['', 'A=b', 'input:', 'a b']) assert.throws(() => parsePlaceholder(wrong), { code: 'USAGE' }, wrong)
})

test('a header goes to one server, and only to a remote one', () => {
  const program = adHocServer('program', ['node', 'x.js'], null)
  const header = parseHeader('authorization=ENV:AUTH')
  const [, one] = giveHeaders([program, remote('one')], [header])
  assert.deepEqual(one?.start, { kind: 'address', url: 'https://mcp.example/mcp', headers: { authorization: '${env:AUTH}' } })
  assert.deepEqual(one?.launch, { url: 'https://mcp.example/mcp' })
  assert.throws(() => giveHeaders([remote('one'), remote('two')], [header]), { code: 'USAGE' })
  assert.throws(() => giveHeaders([program], [header]), { code: 'USAGE' })
  assert.throws(() => giveHeaders([program, remote('one')], [{ ...header, server: 'program' }]), { code: 'USAGE' })
  const given = giveHeaders([remote('one'), remote('two')], [{ ...header, server: 'two' }])
  assert.deepEqual(
    given.map(({ start }) => (start.kind === 'address' ? start.headers : null)),
    [{}, { authorization: '${env:AUTH}' }],
  )
})

test('a header of the command line takes the place of the one in a config, whatever its case', () => {
  const server = adHocServer('one', null, 'https://mcp.example/mcp', { Authorization: 'Bearer x', 'X-Team': 'a' })
  const [given] = giveHeaders([server], [parseHeader('authorization=ENV:AUTH')])
  assert.deepEqual(given?.start.kind === 'address' && given.start.headers, { 'X-Team': 'a', authorization: '${env:AUTH}' })
})

test('an address of the command line has the names of its headers in the lock, and a value only where one is given', async () => {
  const server = adHocServer('one', null, 'https://mcp.example/mcp', headerTemplates([parseHeader('authorization=ENV:AUTH')]))
  assert.deepEqual(server.launch, { headers: ['authorization'], url: 'https://mcp.example/mcp' })
  const pinned = fromPin('one', { source: { launch: server.launch, transport: 'streamable-http' } })
  const context = { workspace: '/r', env: { AUTH: 'Bearer sesame-open' }, platform: 'linux' } as const
  assert.deepEqual((await startOf(pinned, context)).unset, ['header:authorization'])
  const [given] = giveHeaders([pinned], [parseHeader('authorization=ENV:AUTH')])
  assert.ok(given)
  const start = await startOf(given, context)
  assert.ok(start.url !== null)
  assert.deepEqual(start.headers, { authorization: 'Bearer sesame-open' })
  assert.deepEqual(start.unset, [])
})

test('what a query or a literal argument holds is a secret, for messages and for the surface', async () => {
  const context = { workspace: '/r', env: {}, platform: 'linux' } as const
  const address = await expandStart({ kind: 'address', url: 'https://mcp.example/mcp?team=sesame-open&v=1', headers: {} }, context)
  assert.deepEqual(address.secrets, ['sesame-open'])
  const args = ['x.js', '--token', 'sesame-one', '--key=a', '--api-key=sesame-two']
  const program = await expandStart({ kind: 'program', command: 'node', args, env: {} }, context)
  assert.ok(program.url === null)
  assert.deepEqual(program.args, args)
  for (const secret of ['sesame-one', 'sesame-two']) assert.ok(program.secrets.includes(secret), secret)
})
