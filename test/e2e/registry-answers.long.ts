/** Commands against a registry that answers anything at all: each ends with a status and a reason, and writes nothing that a terminal obeys. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { formatLock } from '../../core/lock/lockfile.ts'
import { formatManifest, manifestDigest, manifestOf, openCheckpoint, parseVerifier } from '../../core/registry/index.ts'
import { lockOf, packagePin } from '../pins.ts'
import { admin, alice, control, NAME, post, publication, registry, type Requests } from '../registry-fixtures.ts'
import { policy } from '../registry-liar.ts'
import { run, temporary, writeFiles } from '../world.ts'
import { listen } from './remote.ts'

const { pin, closure } = packagePin('1.0.0')
const manifest = manifestOf(pin, NAME, '1.0.0')
const target = { kind: 'manifest', name: NAME, version: '1.0.0', digest: manifestDigest(formatManifest(manifest)) } as const

async function approved(): Promise<Requests> {
  const requests = registry()
  const say = async (body: unknown): Promise<void> => assert.equal((await requests('/v1/statements', post(body))).status, 201)
  const seen = async (): Promise<{ size: number; root: string }> => {
    const { size, root } = openCheckpoint(await (await requests('/log/checkpoint')).text(), parseVerifier(policy.log))
    return { size, root: Buffer.from(root).toString('base64') }
  }
  await say(publication(manifest))
  await say(control({ seen: await seen(), action: 'approve', target }, alice))
  await say(control({ seen: await seen(), action: 'pause', target: { kind: 'all' } }, admin))
  await say(control({ seen: await seen(), action: 'resume', target: { kind: 'all' } }, admin))
  return requests
}

type Spoil = (text: string, path: string) => string

async function project(t: TestContext, requests: Requests): Promise<{ readonly folder: string; spoil: Spoil }> {
  const self = { folder: join(await temporary(t), 'project'), spoil: ((text) => text) as Spoil }
  const server = createServer((request, response) => {
    void requests(request.url ?? '/').then(async (answer) => {
      const text = Buffer.from(await answer.arrayBuffer()).toString('latin1')
      response.writeHead(answer.status).end(Buffer.from(self.spoil(text, request.url ?? ''), 'latin1'))
    })
  })
  const url = `http://${await listen(t, server)}`
  await writeFiles(self.folder, {
    '.mcp.json': JSON.stringify({ mcpServers: { notes: { command: 'npx', args: ['-y', 'notes@1.0.0'] } } }),
    'mcp.lock': formatLock(lockOf({ notes: pin })),
    ...Object.fromEntries(Object.entries(closure).map(([file, text]) => [`mcp.lock.d/notes/${file}`, text])),
    'mcp-lock.yaml': JSON.stringify({ registry: { ...policy, url } }),
  })
  return self
}

const COMMANDS = [
  ['check', '--no-live'],
  ['check', '--no-live', '--format', 'json'],
  ['registry', 'show', `${NAME}@1.0.0`],
  ['registry', 'show', NAME, '--format', 'json'],
  ['registry', 'search', 'acme'],
  ['registry', 'search', 'acme', '--format', 'json'],
  ['registry', 'pending'],
  ['registry', 'verify-log', '--format', 'json'],
]

/** What a terminal or a CI runner obeys. */
const OBEYED = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|^\s*::|##\w*\[/m

/** Hostile values, as JSON. */
const VALUES = [
  String.raw`"\u001b]0;owned\u0007\u009b31m‮ ##[error] ::set-output"`,
  String.raw`"::error::\n::stop-commands::x"`,
  String.raw`"\ud800"`,
  '{"__proto__":{"exit":0}}',
  '{"a":1,"a":2}',
  '{}',
  '[]',
  'null',
  'true',
  '-1',
  '0.5',
  '1e400',
  '9007199254740993',
  '"constructor"',
  '""',
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  `"${'a'.repeat(100_000)}"`,
].map((value) => Buffer.from(value).toString('latin1'))

/** Each value in the place of each member of an answer, in turn. */
function places(text: string): { readonly from: number; readonly to: number }[] {
  const values = /(?<=[:,[])(?:"(?:[^"\\]|\\.)*"(?!:)|-?\d[\d.]*|null|true|false|\{\}|\[\])(?=[,\]}])/g
  return [...text.matchAll(values)].map(({ index, 0: value }) => ({ from: index, to: index + value.length }))
}

test('whatever a registry answers, a command ends, says why, and writes nothing that a terminal obeys', async (t) => {
  const self = await project(t, await approved())
  const home = (i: number) => ({ HOME: join(self.folder, '..', String(i)) })
  let at = 0
  for (const command of COMMANDS) {
    self.spoil = (text) => text
    const honest = await run(self.folder, command, { env: home(at++) })
    assert.equal(honest.exit, 0, honest.stdout + honest.stderr)
    for (const value of VALUES) {
      for (let place = 0; ; place++) {
        let isSpoilt = false
        self.spoil = (text) => {
          const one = places(text)[place]
          if (one === undefined) return text
          isSpoilt = true
          return text.slice(0, one.from) + value + text.slice(one.to)
        }
        const { exit, stdout, stderr } = await run(self.folder, command, { env: home(at++) })
        if (!isSpoilt) break
        const said = `${command.join(' ')} with ${value.slice(0, 40)} at ${place}: ${exit}\n${stdout}${stderr}`
        assert.ok([0, 2, 3, 4].includes(exit), said)
        assert.doesNotMatch(stdout + stderr, OBEYED, said)
      }
    }
  }
})
