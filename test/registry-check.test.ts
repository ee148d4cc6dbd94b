/** The check of a pin against a registry: over the memory of its log, with the server that this project has, and with one that lies. */
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { CODES } from '../core/codes/codes.ts'
import { LockError } from '../core/codes/errors.ts'
import type { Pin } from '../core/lock/lockfile.ts'
import { formatManifest, manifestDigest, openCheckpoint, parseVerifier, type ControlPredicate } from '../core/registry/index.ts'
import { headOf } from '../cli/publishing/desk.ts'
import { checkPin } from '../cli/registry/check-registry.ts'
import { chooseVersion, newestOf } from '../cli/registry/choose-version.ts'
import { standingsOf } from '../cli/registry/standings.ts'
import {
  admin,
  alice,
  bob,
  control,
  manifestOf,
  NAME,
  newKey,
  observer,
  post,
  publication,
  registry as openServer,
  type Requests,
  type TestKey,
} from './registry-fixtures.ts'
import { client, codes, serving } from './registry-checking.ts'
import { liar, policy, statusText, type Liar } from './registry-liar.ts'
import { pinOf } from './registry-pins.ts'
import { temporary } from './world.ts'

const manifest = manifestOf()
const digest = manifestDigest(formatManifest(manifest))
const target = { kind: 'manifest', name: NAME, version: '1.0.0', digest } as const
const pin = pinOf(manifest)

async function send(requests: Requests, body: unknown): Promise<void> {
  const answer = await requests('/v1/statements', post(body))
  assert.ok(answer.status < 300, await answer.text())
}

async function say(requests: Requests, predicate: Pick<ControlPredicate, 'action' | 'target' | 'reason'>, by: TestKey): Promise<void> {
  const { size, root } = openCheckpoint(await (await requests('/log/checkpoint')).text(), parseVerifier(policy.log))
  await send(requests, control({ seen: { size, root: Buffer.from(root).toString('base64') }, ...predicate }, by))
}

async function approved(): Promise<Requests> {
  const requests = openServer()
  await send(requests, publication(manifest))
  await say(requests, { action: 'approve', target }, alice)
  return requests
}

/** With a count of what was asked. */
function counted(requests: Requests): { readonly requests: Requests; readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    requests: (path, init) => {
      asked.push(path)
      return requests(path, init)
    },
  }
}

test('what is approved passes, and stops to once it is paused or revoked', async (t) => {
  const requests = await approved()
  const registry = client(await temporary(t), requests)
  assert.deepEqual(await codes(registry), [])
  await say(requests, { action: 'pause', target: { kind: 'all' } }, admin)
  assert.deepEqual(await codes(registry), ['PAUSED'])
  await say(requests, { action: 'resume', target: { kind: 'all' } }, admin)
  assert.deepEqual(await codes(registry), [])
  await say(requests, { action: 'deprecate', target }, admin)
  assert.deepEqual(await codes(registry), ['deprecated'])
  await say(requests, { action: 'revoke', target }, admin)
  assert.deepEqual(await codes(registry), ['REVOKED', 'deprecated'])
})

test('what is not approved, or not there, does not', async (t) => {
  const requests = openServer()
  await send(requests, publication(manifest))
  const folder = await temporary(t)
  assert.deepEqual(await codes(client(folder, requests)), ['APPROVALS_MISSING'])
  assert.deepEqual(await codes(client(folder, requests), pinOf(manifestOf(NAME, '1.0.0', 'Deletes every note'))), ['NOT_LISTED'])
  assert.deepEqual(await codes(client(folder, requests, { name: 'com.acme/other' })), ['NOT_LISTED'])
  assert.deepEqual(await codes(client(folder, requests, { name: 'off' })), ['registry_off'])
  const elsewhere: Pin = { ...pin, source: { ...pin.source, package: { ...pin.source.package, integrity: 'sha512-BB==' } as never } }
  await say(requests, { action: 'approve', target }, bob)
  assert.deepEqual(await codes(client(folder, requests), elsewhere), ['REGISTRY_SOURCE_DIFFERS'])
})

async function details(registry: ReturnType<typeof client>): Promise<string[]> {
  return (await checkPin('notes', pin, registry)).findings.map(({ detail }) => detail ?? '')
}

test('what is missing is said with the command that gives it, and counts people, not statements', async (t) => {
  const requests = openServer()
  await send(requests, publication(manifest))
  for (const action of ['approve', 'withdraw', 'approve'] as const) await say(requests, { action, target }, alice)
  const folder = await temporary(t)
  const close = 'to look at it and approve it: mcp-lock approve com.acme/notes@1.0.0'
  const more = '1 more by signers who are no approver of the policy'
  const [onlyBob] = await details(client(folder, requests, { over: { approvers: [{ person: 'bob', identities: [{ key: bob.pem }] }] } }))
  assert.equal(onlyBob, `expected 1 approval, got that of nobody; ${more}; ${close}`)
  await say(requests, { action: 'withdraw', target }, alice)
  const [none] = await details(client(folder, requests, { over: { approvers: [{ person: 'bob', identities: [{ key: bob.pem }] }] } }))
  assert.equal(none, `expected 1 approval, got that of nobody; ${close}`)
})

test('why something is paused is said', async (t) => {
  const requests = await approved()
  const reason = { code: 'vulnerable', text: 'until 1.0.1 is out' } as const
  await say(requests, { action: 'pause', target: { kind: 'name', name: NAME }, reason }, admin)
  assert.deepEqual(await details(client(await temporary(t), requests)), ['com.acme/notes since record 2: vulnerable, until 1.0.1 is out'])
})

test('how each version of a name stands', async (t) => {
  const requests = await approved()
  const registry = client(await temporary(t), requests)
  for (const version of ['1.1.0', '1.0.1', '0.9.0']) await send(requests, publication(manifestOf(NAME, version)))
  const digestOf = (version: string): `sha256:${string}` => manifestDigest(formatManifest(manifestOf(NAME, version)))
  await say(requests, { action: 'approve', target: { ...target, version: '0.9.0', digest: digestOf('0.9.0') } }, alice)
  const reason = { code: 'superseded', text: 'use 1.0.0' } as const
  await say(requests, { action: 'deprecate', target: { kind: 'version', name: NAME, version: '0.9.0' }, reason }, observer)
  await say(requests, { action: 'revoke', target: { kind: 'version', name: NAME, version: '1.0.1' } }, admin)
  const all = await standingsOf(NAME, registry)
  assert.deepEqual(
    all.map(({ version, standing }) => [version, standing]),
    [
      ['1.1.0', 'pending'],
      ['1.0.1', 'revoked'],
      ['1.0.0', 'approved'],
      ['0.9.0', 'deprecated'],
    ],
  )
  assert.deepEqual(
    all.map(({ detail }) => detail).filter((_, i) => i !== 1),
    [
      'expected 1 approval, got that of nobody; to look at it and approve it: mcp-lock approve com.acme/notes@1.1.0',
      'by alice',
      'use 1.0.0',
    ],
  )
  await say(requests, { action: 'pause', target: { kind: 'name', name: NAME } }, admin)
  assert.deepEqual(
    (await standingsOf(NAME, registry)).map(({ standing }) => standing),
    ['paused', 'revoked', 'paused', 'paused'],
  )
  await assert.rejects(
    chooseVersion({ name: NAME, range: '^2' }, registry),
    /has no version \^2: it has 1\.1\.0, 1\.0\.1, 1\.0\.0, 0\.9\.0$/,
  )
  assert.equal((await newestOf({ name: NAME, range: '^1.1' }, registry)).findings[0]?.code, 'PAUSED')
})

test('what stands of a name is said by whom the policy names', async (t) => {
  const over = { publishers: [] }
  const [one] = await standingsOf(NAME, client(await temporary(t), await approved(), { over }))
  assert.deepEqual([one?.standing, one?.detail], ['refused', 'it is signed with a key of nobody whom the policy names'])
})

test('those who serve the same later do not stand before who served it first', async (t) => {
  const requests = await approved()
  for (let i = 0; i < 8; i++) await send(requests, publication({ ...manifest, name: `com.acme/a${i}` }))
  assert.deepEqual(await codes(client(await temporary(t), requests)), [])
})

test('a pin from the registry takes one request, and its proof holds the log without any memory', async (t) => {
  const { requests, asked } = counted(await approved())
  const served = JSON.parse(await (await requests(`/v1/servers/${encodeURIComponent(NAME)}/versions/1.0.0`)).text())
  const taken: Pin = { ...pin, registry: { name: NAME, version: '1.0.0', proof: served.statements[0].proof } }
  const folder = await temporary(t)
  assert.deepEqual(await codes(client(folder, requests), taken), [])
  asked.length = 0
  assert.deepEqual(await codes(client(folder, requests), taken), [])
  assert.deepEqual(asked, [`/v1/servers/${encodeURIComponent(NAME)}/versions/1.0.0`])
  // Another log of the same keys: the lock has seen more.
  const other = liar().add(publication(manifest))
  assert.deepEqual(await codes(client(await temporary(t), serving(other)), taken), ['LOG_ROLLED_BACK'])
  other.add(control({ seen: other.seen(), action: 'approve', target }, bob))
  assert.deepEqual(await codes(client(await temporary(t), serving(other)), taken), ['LOG_FORKED'])
})

function lying(): Liar {
  const lie = liar().add(publication(manifest))
  return lie.add(control({ seen: lie.seen(), action: 'approve', target }, alice))
}

async function evidence(folder: string): Promise<string[]> {
  const below = await readdir(folder, { recursive: true })
  return Promise.all(below.filter((file) => file.includes('evidence-')).map((file) => readFile(join(folder, file), 'utf8')))
}

async function sees(
  t: TestContext,
  first: Liar,
  second: Liar,
): Promise<{ readonly codes: string[]; readonly folder: string; readonly after: string[] }> {
  const folder = await temporary(t)
  assert.deepEqual(await codes(client(folder, serving(first))), [])
  const found = await codes(client(folder, serving(second)))
  return { codes: found, folder, after: await codes(client(folder, serving(first))) }
}

test('a log that becomes shorter is refused with both heads, and stays refused until somebody has looked', async (t) => {
  const longer = lying().add(publication(manifestOf(NAME, '1.0.1')))
  const { codes: found, folder, after } = await sees(t, longer, lying())
  assert.deepEqual([found, after], [['LOG_ROLLED_BACK'], ['LOG_ROLLED_BACK']])
  const [kept = ''] = await evidence(folder)
  for (const lie of [longer, lying()]) assert.ok(kept.includes(lie.checkpoint()), kept)
  await client(folder, serving(longer)).memory.forget()
  assert.deepEqual(await codes(client(folder, serving(longer))), [])
  assert.equal((await evidence(folder)).length, 1)
})

async function takenPin(requests: Requests): Promise<Pin> {
  const served = JSON.parse(await (await requests(`/v1/servers/${encodeURIComponent(NAME)}/versions/1.0.0`)).text())
  return { ...pin, registry: { name: NAME, version: '1.0.0', proof: served.statements[0].proof } }
}

test('whose memory a log contradicts is said, and that of a lock ends with a log that begins with all that was seen', async (t) => {
  const long = lying().add(publication(manifestOf(NAME, '1.0.1')))
  const taken = await takenPin(serving(long))
  const folder = await temporary(t)
  const over = { unreachable: 'use-last 2 hours' }
  assert.deepEqual(await codes(client(folder, serving(lying()), { over })), [])
  const [found] = (await checkPin('notes', taken, client(folder, serving(lying())))).findings
  assert.equal(found?.code, 'LOG_ROLLED_BACK')
  assert.match(found?.detail ?? '', /in the proof of `notes` in mcp\.lock: 3 records.*served: 2 records/)
  assert.match(found?.detail ?? '', /trust-log --i-have-looked, then mcp-lock pin notes --from-registry com\.acme\/notes/)
  // Neither is anything else of it believed, nor an old answer.
  assert.deepEqual(await codes(client(folder, serving(lying()))), ['LOG_ROLLED_BACK'])
  const gone: Requests = () => Promise.reject(new LockError('CONNECTION_REFUSED', 'nobody is there'))
  assert.deepEqual(await codes(client(folder, gone, { over })), ['MCP_REGISTRY_UNREACHABLE'])
  assert.deepEqual(await codes(client(folder, serving(long)), taken), [])
  assert.deepEqual(await codes(client(folder, serving(long))), [])
  assert.equal((await evidence(folder)).length, 1)
  const [own] = (await checkPin('notes', pin, client(folder, serving(lying())))).findings
  assert.match(own?.detail ?? '', /^remembered in .*log\.json: 3 records/)
})

test('a lock does not forgive a log that was another in between', async (t) => {
  const long = lying().add(publication(manifestOf(NAME, '1.0.1')))
  const other = liar().add(publication(manifest))
  other.add(control({ seen: other.seen(), action: 'approve', target }, bob))
  const taken = await takenPin(serving(long))
  const folder = await temporary(t)
  assert.deepEqual(await codes(client(folder, serving(other)), taken), ['LOG_ROLLED_BACK'])
  assert.deepEqual(await codes(client(folder, serving(long)), taken), ['LOG_ROLLED_BACK'])
  // Nor does anybody sign over it, where nothing but that is remembered.
  const withHead: Requests = (path, init) =>
    path === '/log/checkpoint' ? Promise.resolve(new Response(other.checkpoint())) : serving(other)(path, init)
  await assert.rejects(headOf(client(folder, withHead)), { code: 'LOG_ROLLED_BACK' })
  await client(folder, serving(long)).memory.forget()
  assert.equal((await headOf(client(folder, withHead))).size, 2)
  assert.deepEqual(await codes(client(folder, serving(long)), taken), [])
})

test('two views of one log are refused, of one size and of two', async (t) => {
  const other = (more: boolean): Liar => {
    const lie = liar().add(publication(manifest))
    lie.add(control({ seen: lie.seen(), action: 'approve', target }, bob))
    return more ? lie.add(publication(manifestOf(NAME, '1.0.1'))) : lie
  }
  for (const second of [other(false), other(true)]) {
    const { codes: found, folder, after } = await sees(t, lying(), second)
    assert.deepEqual([found, after], [['LOG_FORKED'], ['LOG_FORKED']])
    assert.equal((await evidence(folder)).length, 1)
  }
})

test('two heads in one answer are kept as evidence too', async (t) => {
  const other = liar().add(publication(manifest))
  other.add(control({ seen: other.seen(), action: 'approve', target }, bob))
  const folder = await temporary(t)
  const both: Requests = async (path, init) => {
    const answer = await serving(lying())(path, init)
    if (!path.startsWith('/v1/servers/')) return answer
    const served = JSON.parse(await answer.text())
    served.statements[1] = other.serve(manifest).statements[1]
    return Response.json(served)
  }
  assert.deepEqual(await codes(client(folder, both)), ['LOG_FORKED'])
  assert.deepEqual(await codes(client(folder, serving(lying()))), ['LOG_FORKED'])
  assert.ok((await evidence(folder))[0]?.includes('c2sp.org/tlog-proof@v1'))
})

test('a program of the repository is in no registry, and can be let off', async (t) => {
  const { package: _, ...source } = pin.source
  const local: Pin = { ...pin, source: { ...source, launch: { command: 'node', args: ['server.mjs'] } } }
  const folder = await temporary(t)
  const { findings } = await checkPin('notes', local, client(folder, await approved()))
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['NOT_LISTABLE'],
  )
  assert.match(CODES.NOT_LISTABLE.next, /registry: off/)
  assert.deepEqual(await codes(client(folder, await approved(), { name: 'off' }), local), ['registry_off'])
})

test('a log that grows is proven to, and what signers saw of it', async (t) => {
  const lie = lying()
  const folder = await temporary(t)
  assert.deepEqual(await codes(client(folder, serving(lie))), [])
  for (let i = 1; i < 30; i++) lie.add(publication(manifestOf(NAME, `1.0.${i}`)))
  assert.deepEqual(await codes(client(folder, serving(lie))), [])
})

test('a status with a lower epoch, or of another log, is refused', async (t) => {
  const folder = await temporary(t)
  const lie = lying()
  const at =
    (epoch: number, log = lie.seen()) =>
    () =>
      statusText({ epoch, log, issued: new Date(Date.now()).toISOString(), expires: new Date(Date.now() + 60_000).toISOString() })
  assert.deepEqual(await codes(client(folder, serving(lie, { status: at(9) }))), [])
  assert.deepEqual(await codes(client(folder, serving(lie, { status: at(8) }))), ['STATUS_ROLLED_BACK'])
  assert.deepEqual(await codes(client(folder, serving(lie, { status: at(9) }))), [])
  const root = Buffer.alloc(32).toString('base64')
  assert.deepEqual(await codes(client(folder, serving(lie, { status: at(10, { size: 1, root }) }))), ['LOG_FORKED'])
})

test('a registry that cannot be reached fails, or its last good answer serves up to an age', async (t) => {
  const folder = await temporary(t)
  const requests = await approved()
  const gone: Requests = () => Promise.reject(new LockError('CONNECTION_REFUSED', 'nobody is there'))
  assert.deepEqual(await codes(client(folder, gone)), ['MCP_REGISTRY_UNREACHABLE'])
  const over = { unreachable: 'use-last 2 hours' }
  assert.deepEqual(await codes(client(folder, gone, { over })), ['MCP_REGISTRY_UNREACHABLE'])
  assert.deepEqual(await codes(client(folder, requests, { over })), [])
  assert.deepEqual(await codes(client(folder, gone)), ['MCP_REGISTRY_UNREACHABLE'])
  assert.deepEqual(await codes(client(folder, gone, { over })), ['registry_last_answer'])
  const another: Pin = { ...pin, registry: { name: NAME, version: '2.0.0', proof: '' } }
  assert.deepEqual(await codes(client(folder, gone, { over }), another), ['MCP_REGISTRY_UNREACHABLE'])
  const later = (): number => Date.now() + 3 * 3_600_000
  assert.deepEqual(await codes(client(folder, gone, { over, now: later })), ['STATUS_EXPIRED'])
  // The rules are those of now.
  assert.deepEqual(await codes(client(folder, gone, { over: { ...over, approvals: 2 } })), ['APPROVALS_MISSING', 'registry_last_answer'])
  assert.deepEqual(await codes(client(folder, gone, { over }), pinOf(manifestOf(NAME, '1.0.0', 'Other'))), ['MCP_REGISTRY_UNREACHABLE'])
})

test('what a policy with other keys makes of the same name is remembered apart', async (t) => {
  const folder = await temporary(t)
  const lie = lying()
  assert.deepEqual(await codes(client(folder, serving(lie))), [])
  const [now, later] = [0, 60_000].map((from) => new Date(Date.now() + from).toISOString())
  const theirs = (over: object, by?: TestKey) => () => statusText({ issued: now ?? '', expires: later ?? '', log: lie.seen(), ...over }, by)
  const mallory = newKey()
  const over = { status: mallory.pem }
  // Their status would forbid every other, or say that the log has forked.
  assert.deepEqual(await codes(client(folder, serving(lie, { status: theirs({ epoch: 2 ** 53 - 1 }, mallory) }), { over })), [])
  const root = Buffer.alloc(32).toString('base64')
  assert.deepEqual(
    await codes(client(folder, serving(lie, { status: theirs({ epoch: 2 ** 53 - 1, log: { size: 1, root } }, mallory) }), { over })),
    ['LOG_FORKED'],
  )
  assert.deepEqual(await codes(client(folder, serving(lie))), [])
})

test('many at once remember one head', async (t) => {
  const folder = await temporary(t)
  const requests = await approved()
  const all = await Promise.all(Array.from({ length: 8 }, () => codes(client(folder, requests))))
  assert.deepEqual(all.flat(), [])
  const { head } = await client(folder, requests).watch.read()
  assert.equal(head?.size, 2)
})

test('a memory that cannot be read is not taken for none', async (t) => {
  const folder = await temporary(t)
  const registry = client(folder, await approved())
  assert.deepEqual(await codes(registry), [])
  const [file = ''] = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('log.json'))
  const { writeFile } = await import('node:fs/promises')
  for (const text of ['', '{}', '{"version":2}']) {
    await writeFile(join(folder, file), text)
    assert.deepEqual(await codes(registry), ['REGISTRY_MEMORY_INVALID'], text)
  }
})
