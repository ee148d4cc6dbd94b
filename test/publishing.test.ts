/** Statements on their way into a registry: judged, asked about, signed, sent, proven. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approveManifest } from '../cli/publishing/approve.ts'
import { versionNote } from '../cli/publishing/exact-version.ts'
import { headOf, historyOf } from '../cli/publishing/desk.ts'
import { govern } from '../cli/publishing/govern.ts'
import { publishManifest } from '../cli/publishing/publish.ts'
import { LockError } from '../core/codes/errors.ts'
import { signersOf, versionsOf, type Manifest, type VersionState } from '../core/registry/index.ts'
import { keysOf, publicGood, publicKeyOf } from '../core/signing/index.ts'
import { openedFor, personWith, type Desk } from './registry-desk.ts'
import { admin, alice, bob, manifestOf, NAME, newKey, observer, registry, rules, type Requests, type TestKey } from './registry-fixtures.ts'

const NOW = Date.UTC(2026, 10, 26)

async function publish(requests: Requests, manifest: Manifest, by = personWith(observer), more: object = {}): Promise<Desk> {
  const options = { ...by.options, observer: false, dryRun: false, ...more }
  await publishManifest({ manifest, closure: null, metadata: {} }, options, openedFor(requests), by.world)
  return by
}

async function approve(requests: Requests, version: string, by = personWith(alice), diff: string | null = null): Promise<Desk> {
  await approveManifest({ name: NAME, version, diff, expires: null }, by.options, openedFor(requests), by.world)
  return by
}

type Order = Parameters<typeof govern>[0]

async function order(requests: Requests, wanted: Order, by: Desk | TestKey): Promise<Desk> {
  const desk = 'secret' in by ? personWith(by) : by
  await govern(wanted, desk.options, openedFor(requests), desk.world)
  return desk
}

async function state(requests: Requests, version = '1.0.0'): Promise<VersionState> {
  const found = versionsOf(await historyOf(NAME, openedFor(requests)), rules, NOW).find((one) => one.version === version)
  assert.ok(found !== undefined)
  return found
}

async function size(requests: Requests): Promise<number> {
  return (await headOf(openedFor(requests))).size
}

const code =
  (expected: string) =>
  (error: unknown): boolean =>
    error instanceof LockError && error.code === expected

test('what is published is said, signed, proven, and there once', async () => {
  const requests = registry()
  const first = await publish(requests, manifestOf())
  assert.match(first.said(), /about to publish com\.acme\/notes@1\.0\.0: npm notes@1\.0\.0, 1 definition, sha256:\w{12}…, as an observer/)
  assert.match(first.said(), /become public at registry\.test/)
  assert.match(first.said(), /accepted: record 0 of registry\.example\/log, proven in its log of 1/)
  const again = await publish(requests, manifestOf())
  assert.match(again.said(), /so already, by record 0 of registry\.test: nothing to do/)
  assert.equal(await size(requests), 1)
})

test('a manifest names the one before it, and the same one again says the same', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  await publish(requests, manifestOf(NAME, '1.1.0'))
  const again = await publish(requests, manifestOf(NAME, '1.0.0'))
  assert.match(again.said(), /so already, by record 0/)
  const [one, two] = (await historyOf(NAME, openedFor(requests))).publications
  assert.equal(one?.statement.predicate.previous, null)
  assert.equal(two?.statement.predicate.previous, `sha256:${one?.statement.subject.sha256}`)
})

test('a doomed statement is refused before it is signed, and nothing is sent', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const cases: readonly (readonly [code: string, act: () => Promise<unknown>])[] = [
    ['PUBLISHER_UNKNOWN', () => publish(requests, manifestOf(), personWith(alice))],
    ['PUBLISHER_UNKNOWN', () => publish(requests, manifestOf('org.other/notes'))],
    ['VERSION_TAKEN', () => publish(requests, manifestOf(NAME, '1.0.0', 'Deletes every note'))],
    ['NAME_TAKEN', () => publish(requests, manifestOf('com.acme/Notes', '2.0.0'))],
    ['APPROVER_UNKNOWN', () => approve(requests, '1.0.0', personWith(observer))],
    ['NOT_LISTED', () => approve(requests, '9.9.9')],
    ['NOT_LISTED', () => approve(requests, '1.0.0', personWith(alice), '0.9.0')],
    ['NOT_APPROVED', () => order(requests, { action: 'withdraw', target: { kind: 'version', name: NAME, version: '1.0.0' } }, alice)],
    ['ADMIN_REQUIRED', () => order(requests, { action: 'pause', target: { kind: 'all' } }, alice)],
    ['ADMIN_REQUIRED', () => order(requests, { action: 'revoke', target: { kind: 'name', name: NAME } }, bob)],
    ['TARGET_UNKNOWN', () => order(requests, { action: 'revoke', target: { kind: 'name', name: 'com.acme/none' } }, admin)],
  ]
  for (const [expected, act] of cases) await assert.rejects(act(), code(expected), expected)
  assert.equal(await size(requests), 1)
})

test('the question: what is answered with no, or by nobody, is not signed', async () => {
  const requests = registry()
  const no = personWith(observer, ['n'])
  await assert.rejects(publish(requests, manifestOf(), no), code('DECLINED'))
  const nobody = personWith(observer)
  await assert.rejects(publish(requests, manifestOf(), { ...nobody, options: { ...nobody.options, yes: false } }), code('NO_TERMINAL'))
  assert.equal(await size(requests), 0)
  await publish(requests, manifestOf(), personWith(observer, ['y']))
  const hasty = personWith(admin, ['y'])
  await assert.rejects(order(requests, { action: 'revoke', target: { kind: 'name', name: NAME } }, hasty), code('DECLINED'))
  assert.match(hasty.said(), /every client refuses com\.acme\/notes as soon as it asks, and for good/)
  await order(requests, { action: 'revoke', target: { kind: 'name', name: NAME } }, personWith(admin, [NAME]))
  assert.notEqual((await state(requests)).revoked, null)
  // In an incident a pause is a keystroke away.
  await order(requests, { action: 'pause', target: { kind: 'all' } }, personWith(admin, ['y']))
})

test('an approval shows the whole first, then the difference to what was approved', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const first = await approve(requests, '1.0.0')
  assert.match(first.shown(), /tools\/add/)
  assert.match(first.shown(), /Adds a note/)
  assert.match((await approve(requests, '1.0.0')).said(), /so already, by record 1/)
  assert.deepEqual(
    (await state(requests)).approvals.map(({ person }) => person),
    ['alice'],
  )
  await publish(requests, manifestOf(NAME, '1.1.0', 'Adds a note and sends it away'))
  const second = await approve(requests, '1.1.0', personWith(bob))
  assert.match(second.shown(), /1\.0\.0 → 1\.1\.0/)
  assert.match(second.shown(), /sends it away/)
  await order(requests, { action: 'withdraw', target: { kind: 'version', name: NAME, version: '1.0.0' } }, alice)
  assert.deepEqual((await state(requests)).approvals, [])
})

test('an approval that has expired is given again', async () => {
  const requests = registry({ clock: () => NOW })
  await publish(requests, manifestOf())
  const give = async (now: number, expires: string): Promise<string> => {
    const by = personWith(alice, null, () => now)
    await approveManifest({ name: NAME, version: '1.0.0', diff: null, expires }, by.options, openedFor(requests), by.world)
    return by.said()
  }
  assert.match(await give(NOW - 86_400_000, '2026-11-26T00:00:01Z'), /accepted: record 1/)
  assert.match(await give(NOW, '2026-12-26T00:00:00Z'), /so already, by record 1/)
  await assert.rejects(give(NOW + 2_000, '2026-12-26T00:00:00Z'), code('APPROVED_ALREADY'), 'the registry, whose clock stands still')
})

test('pause and resume follow each other, and what stands is not said twice', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const target = { kind: 'name', name: NAME } as const
  await order(requests, { action: 'pause', target }, admin)
  assert.match((await order(requests, { action: 'pause', target }, admin)).said(), /nothing to do/)
  assert.notEqual((await state(requests)).paused, null)
  await order(requests, { action: 'resume', target }, admin)
  assert.equal((await state(requests)).paused, null)
  await order(requests, { action: 'pause', target }, admin)
  assert.notEqual((await state(requests)).paused, null)
  assert.equal(await size(requests), 4)
})

test('what somebody let through whose key is revoked is said anew by another', async () => {
  const deputy = newKey()
  const ofRules = { ...rules, admins: [{ person: 'admin', identities: [{ key: admin.pem }, { key: deputy.pem }] }] }
  const trust = { root: publicGood(), keys: keysOf(signersOf(ofRules)), thresholds: {} }
  const requests = registry({ policy: { rules: ofRules, trust } })
  await publish(requests, manifestOf())
  const say = async (wanted: Order, by: TestKey): Promise<string> => {
    const { options, world, said } = personWith(by)
    await govern(wanted, options, openedFor(requests, ofRules), world)
    return said()
  }
  const target = { kind: 'name', name: NAME } as const
  await say({ action: 'pause', target }, deputy)
  await say({ action: 'resume', target }, admin)
  const identity = { spki: publicKeyOf(admin.secret).digest }
  const reason = { code: 'compromised', text: '' } as const
  await say({ action: 'revoke', target: { kind: 'signer', identity, fromIndex: 2 }, reason }, deputy)
  assert.match(await say({ action: 'resume', target }, deputy), /accepted: record 4/)
  assert.match(await say({ action: 'resume', target }, deputy), /so already, by record 4/)
})

test('who resumes is told what stays paused or revoked', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const [all, name] = [{ kind: 'all' }, { kind: 'name', name: NAME }] as const
  await order(requests, { action: 'pause', target: all }, admin)
  await order(requests, { action: 'pause', target: name }, admin)
  const still = await order(requests, { action: 'resume', target: name }, admin)
  assert.match(still.said(), /! everything stays paused, by record 1; to end that: mcp-lock resume --all\n/)
  assert.doesNotMatch(still.said(), /is accepted again/)
  const again = await order(requests, { action: 'resume', target: name }, admin)
  assert.match(again.said(), /! everything stays paused, by record 1[^]*so already, by record 3 of registry\.test: nothing to do/)
  await order(requests, { action: 'pause', target: name }, admin)
  await order(requests, { action: 'revoke', target: { kind: 'version', name: NAME, version: '1.0.0' } }, admin)
  const rest = await order(requests, { action: 'resume', target: all }, admin)
  assert.match(rest.said(), /! com\.acme\/notes stays paused, by record 4; to end that: mcp-lock resume com\.acme\/notes\n/)
  const last = await order(requests, { action: 'resume', target: name }, admin)
  assert.match(last.said(), /! com\.acme\/notes@1\.0\.0 stays revoked, by record 5\n/)
})

test('what is resumed and was never paused is said to be so', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const by = await order(requests, { action: 'resume', target: { kind: 'all' } }, admin)
  assert.match(by.said(), /nothing is paused by these words: nothing to do/)
  assert.equal(await size(requests), 1)
})

test('a revoked version is typed whole, and what else has its definitions is named', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  await publish(requests, { ...manifestOf(), name: 'com.acme/twin' })
  await publish(requests, manifestOf(NAME, '1.0.1', 'Another'))
  const by = personWith(admin, [`${NAME}@1.0.0`])
  await order(requests, { action: 'revoke', target: { kind: 'version', name: NAME, version: '1.0.0' } }, by)
  assert.match(by.said(), /! com\.acme\/twin@1\.0\.0 has the same definitions, and is not revoked by this\n/)
  assert.doesNotMatch(by.said(), /1\.0\.1/)
})

test('a signer is not revoked from a record that the log does not have', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const spki = publicKeyOf(observer.secret).digest
  const from = (fromIndex: number): Promise<unknown> =>
    order(requests, { action: 'revoke', target: { kind: 'signer', identity: { spki }, fromIndex } }, admin)
  await assert.rejects(from(2), code('USAGE'))
  assert.equal(await size(requests), 1)
  await from(1)
})

async function failure(work: Promise<unknown>): Promise<LockError> {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof LockError, String(error))
  return error
}

test('whom only the rules of the registry keep from it is told so', async () => {
  const theirs = { ...rules, publishers: [], approvers: [] }
  const trust = { root: publicGood(), keys: keysOf(signersOf({ ...theirs, admins: rules.admins })), thresholds: {} }
  const requests = registry({ policy: { rules: theirs, trust } })
  const unknown = await failure(publish(requests, manifestOf()))
  assert.equal(unknown.code, 'REFUSED_BY_RULES')
  assert.match(unknown.message, /^`registry\.test` answered SIGNER_UNTRUSTED: .*; mcp-lock\.yaml here would let it/)
  const known = { ...trust, keys: keysOf(signersOf(rules)) }
  const refused = await failure(publish(registry({ policy: { rules: theirs, trust: known } }), manifestOf()))
  assert.equal(refused.code, 'REFUSED_BY_RULES')
  assert.match(refused.message, /answered PUBLISHER_UNKNOWN: /)
})

test('a name that this signer may not publish is answered with those that it may', async () => {
  const typo = await failure(publish(registry(), manifestOf('com.acmee/notes')))
  assert.equal(typo.code, 'PUBLISHER_UNKNOWN')
  assert.match(
    typo.message,
    /nobody lets this signer publish com\.acmee\/notes as an observer; it may publish com\.acme\/\* as an observer;/,
  )
  const nobody = await failure(publish(registry(), manifestOf(), personWith(alice)))
  assert.match(nobody.message, /publish com\.acme\/notes as its author; `publishers` of the policy names it for nothing;/)
})

test('who may not approve is told before anything is shown', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const by = personWith(observer)
  await assert.rejects(approve(requests, '1.0.0', by), code('APPROVER_UNKNOWN'))
  assert.equal(by.shown(), '')
})

test('what an approval shows has no verdict in it', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  await approve(requests, '1.0.0')
  await publish(requests, { ...manifestOf(), version: '1.0.1' })
  assert.equal((await approve(requests, '1.0.1')).shown(), '  com.acme/notes, 1.0.0 → 1.0.1: the same source and the same definitions\n')
  await publish(requests, manifestOf(NAME, '1.1.0', 'Adds a note and sends it away'))
  const shown = (await approve(requests, '1.1.0')).shown()
  assert.match(shown, /sends it away/)
  assert.doesNotMatch(shown, /exit \d/)
})

test('a version is one of semver, or that of the package', () => {
  const npm = { type: 'npm', version: '1.0.0' } as const
  assert.equal(versionNote('1.0.0', npm), null)
  assert.match(versionNote('2.0.0', npm) ?? '', /the version is 2\.0\.0, that of its package 1\.0\.0/)
  assert.throws(() => versionNote('banana', npm), code('USAGE'))
  assert.equal(versionNote('2026.11.26.post1', { type: 'pypi', version: '2026.11.26.post1' }), null)
  assert.match(versionNote('1.0.post2', { type: 'pypi', version: '1.0.post1' }) ?? '', /that of its package/)
  assert.throws(() => versionNote('banana', { type: 'pypi', version: '1.0' }), code('USAGE'))
  assert.match(versionNote('banana', null) ?? '', /`banana` is no version of semver/)
  assert.equal(versionNote('1.0.0', null), null)
})

test('a dry run prints what would be signed, and sends nothing', async () => {
  const requests = registry()
  const by = await publish(requests, manifestOf(), personWith(observer), { dryRun: true })
  const { statement, manifest } = JSON.parse(by.shown()) as { statement: { predicate: { role: string } }; manifest: { name: string } }
  assert.deepEqual([statement.predicate.role, manifest.name], ['observer', NAME])
  assert.equal(await size(requests), 0)
})

test('another name that serves the same is pointed out', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const by = await publish(requests, manifestOf('com.acme/n0tes'))
  assert.match(by.said(), /! com\.acme\/notes serves the same tools\/add/)
  assert.doesNotMatch((await publish(requests, manifestOf(NAME, '2.0.0'))).said(), /! com\.acme\/notes /)
})

test('an answer about another statement, or without a proof, is not believed', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const lying: Requests = async (path, init) => {
    const answer = await requests(path, init)
    if (path !== '/v1/statements') return answer
    const { record, ...rest } = (await answer.json()) as { record: object }
    return Response.json({ ...rest, record: { ...record, statement: `sha256:${'0'.repeat(64)}` } }, { status: 201 })
  }
  await assert.rejects(publish(lying, manifestOf(NAME, '1.1.0')), code('PROOF_INVALID'))
  const forging: Requests = async (path, init) => {
    const answer = await requests(path, init)
    if (path !== '/v1/statements') return answer
    const { proof, ...rest } = (await answer.json()) as { proof: string }
    return Response.json({ ...rest, proof: proof.replace(/^index \d+/m, 'index 7') }, { status: 201 })
  }
  await assert.rejects(publish(forging, manifestOf(NAME, '1.2.0')), code('PROOF_INVALID'))
})

test('a manifest under the name of another is not approved', async () => {
  const requests = registry()
  await publish(requests, manifestOf())
  const swapped: Requests = async (path, init) => (path.startsWith('/v1/manifests/') ? new Response('{}') : requests(path, init))
  await assert.rejects(approve(swapped, '1.0.0'), code('MANIFEST_MISMATCH'))
})
