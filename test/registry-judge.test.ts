import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { publicKeyOf, type Identity } from '../core/signing/index.ts'
import {
  compileStatus,
  GITHUB_DEFAULTS,
  judgeControl,
  judgeManifest,
  signerId,
  subjectOf,
  toHistory,
  versionsOf,
  type ControlPredicate,
  type History,
  type Manifest,
  type ManifestPredicate,
  type Rules,
  type Signed,
} from '../core/registry/index.ts'
import { transfersOf } from '../core/registry/history.ts'
import { seal } from '../core/surface/surface.ts'

const newKey = (): { pem: string; identity: Identity } => {
  const { publicKey } = generateKeyPairSync('ed25519')
  return {
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    identity: { kind: 'key', digest: publicKeyOf(publicKey).digest },
  }
}
const [alice, alicesOther, bob, admin, thief, team] = [newKey(), newKey(), newKey(), newKey(), newKey(), newKey()]
const ORIGIN = 'registry.example/log'
const ROOT = Buffer.alloc(32).toString('base64')
const NOW = Date.parse('2026-01-01T00:00:00Z')

const rules: Rules = {
  origin: ORIGIN,
  publishers: [{ names: 'com.acme/*', role: 'observer', signers: [{ key: team.pem }, { key: alice.pem }] }],
  approvers: [
    { person: 'alice', identities: [{ key: alice.pem }, { key: alicesOther.pem }] },
    { person: 'bob', identities: [{ key: bob.pem }] },
  ],
  admins: [{ person: 'root', identities: [{ key: admin.pem }] }],
  github: GITHUB_DEFAULTS,
  approvals: 1,
}

const github = (over: Partial<Extract<Identity, { kind: 'certificate' }>['claims']> = {}, issuer = GITHUB_DEFAULTS.issuer): Identity => ({
  kind: 'certificate',
  issuer,
  subject: 'https://github.com/acme/tools/.github/workflows/publish.yml@refs/heads/main',
  claims: {
    sourceRepositoryUri: 'https://github.com/acme/tools',
    sourceRepositoryId: '42',
    sourceRepositoryOwnerUri: 'https://github.com/acme',
    sourceRepositoryOwnerId: '7',
    sourceRepositoryRef: 'refs/heads/main',
    buildTrigger: 'push',
    ...over,
  },
})

const surface = seal({ capabilities: {}, tools: {} })
const HEX = 'a'.repeat(64)

function manifest(name: string, version = '1.0.0'): Manifest {
  const observed = { era: 'legacy', protocolVersion: '2025-11-25', profile: 1 } as const
  return { name, version, source: { image: { name: 'x', digest: `sha256:${HEX}` } }, observed, surface }
}

function published(name: string, identity: Identity, over: Partial<ManifestPredicate> = {}, hex = HEX): Signed {
  const predicate: ManifestPredicate = {
    role: identity.kind === 'key' ? 'observer' : 'author',
    name,
    version: '1.0.0',
    registry: null,
    repository: identity.kind === 'key' ? null : { uri: 'https://github.com/acme/tools', id: '42', ownerId: '7' },
    surfaceDigest: surface.digest,
    previous: null,
    ...over,
  }
  return { statement: { kind: 'manifest', subject: { name: `${name}@${predicate.version}`, sha256: hex }, predicate }, identity }
}

const TARGET = { kind: 'manifest', name: 'com.acme/tools', version: '1.0.0', digest: `sha256:${HEX}` } as const

function control(action: ControlPredicate['action'], identity: Identity, over: Partial<ControlPredicate> = {}): Signed {
  const predicate: ControlPredicate = { registry: ORIGIN, seen: { size: 1, root: ROOT }, action, target: TARGET, ...over }
  return { statement: { kind: 'control', subject: subjectOf(predicate), predicate }, identity }
}

function history(...signed: readonly Signed[]): History {
  return toHistory(
    signed.length,
    signed.map((one, index) => ({ ...one, index })),
  )
}

const judge = (signed: Signed, before = history()): string =>
  (signed.statement.kind === 'manifest'
    ? judgeManifest(signed, manifest(signed.statement.predicate.name, signed.statement.predicate.version), before, rules)
    : judgeControl(signed, before, rules, () => ROOT, NOW)
  )?.code ?? 'accepted'

const NAME = 'io.github.acme/tools'

test('a workflow publishes below its owner, and nobody else does', () => {
  assert.equal(judge(published(NAME, github())), 'accepted')
  assert.equal(judge(published('io.github.other/tools', github())), 'PUBLISHER_UNKNOWN')
  assert.equal(judge(published(NAME, github({ buildTrigger: 'pull_request' }))), 'PUBLISHER_UNKNOWN')
  assert.equal(judge(published(NAME, github({ sourceRepositoryRef: 'refs/heads/feature' }))), 'PUBLISHER_UNKNOWN')
  assert.equal(judge(published(NAME, github({ sourceRepositoryRef: 'refs/tags/v1' }))), 'accepted')
  assert.equal(judge(published(NAME, github({}, 'https://evil.example'))), 'ISSUER_UNTRUSTED')
  assert.equal(
    judge(published(NAME, github(), { repository: { uri: 'https://github.com/acme/tools', id: '43', ownerId: '7' } })),
    'PUBLISHER_UNKNOWN',
  )
  assert.equal(judge(published(NAME, github(), { registry: 'other.example/log' })), 'OTHER_REGISTRY')
})

test('a name stays with the ids that published it first, until an admin frees it', () => {
  const taken = published(NAME, github({ sourceRepositoryOwnerId: '8' }), {
    version: '2.0.0',
    repository: { uri: 'https://github.com/acme/tools', id: '42', ownerId: '8' },
  })
  const before = history(published(NAME, github()))
  assert.equal(judge(taken, before), 'OWNER_CHANGED')
  assert.equal(judge(published(NAME, github(), { version: '2.0.0' }), before), 'accepted')
  const freed = history(published(NAME, github()), control('transfer', admin.identity, { target: { kind: 'name', name: NAME } }))
  assert.equal(judge(taken, freed), 'accepted')
})

test('nobody claims a repository that no certificate of theirs names', () => {
  const repository = { uri: 'https://github.com/other/tools', id: '1', ownerId: '2' }
  assert.equal(judge(published('com.acme/tools', team.identity)), 'accepted')
  assert.equal(judge(published('com.acme/tools', team.identity, { repository })), 'PUBLISHER_UNKNOWN')
  assert.equal(judge(published(NAME, github(), { repository: null })), 'PUBLISHER_UNKNOWN')
})

test('what is published never changes, and its name has one case', () => {
  const before = history(published(NAME, github()))
  assert.equal(judge(published(NAME, github(), {}, 'b'.repeat(64)), before), 'VERSION_TAKEN')
  assert.equal(judge(published('io.github.acme/Tools', github(), { version: '2.0.0' }), before), 'NAME_TAKEN')
  assert.equal(judgeManifest(published(NAME, github()), manifest('io.github.acme/other'), history(), rules)?.code, 'MANIFEST_MISMATCH')
})

test('a name that a key published first still belongs to the first repository, and a transfer is not played again', () => {
  const withKeys: Rules = { ...rules, publishers: [{ names: 'io.github.acme/*', role: 'author', signers: [{ key: team.pem }] }] }
  const byKey = published(NAME, team.identity, { role: 'author' })
  const before = history(byKey, published(NAME, github(), { version: '1.1.0' }, 'b'.repeat(64)))
  const renamed = published(NAME, github({ sourceRepositoryOwnerId: '8' }), {
    version: '2.0.0',
    repository: { uri: 'https://github.com/acme/tools', id: '42', ownerId: '8' },
  })
  assert.equal(judgeManifest(renamed, manifest(NAME, '2.0.0'), before, withKeys)?.code, 'OWNER_CHANGED')

  const target = { kind: 'name', name: NAME } as const
  const freed = history(published(NAME, github()), control('transfer', admin.identity, { target }))
  assert.equal(judge(control('transfer', admin.identity, { target }), freed), 'CONTROL_REPLAYED')
  assert.equal(judge(control('transfer', admin.identity, { target, seen: { size: 2, root: ROOT } }), freed), 'accepted')
})

test('who owned a name before its transfer revokes what was theirs, and nothing that came after', () => {
  const target = { kind: 'name', name: 'com.acme/tools' } as const
  const next = published('com.acme/tools', alice.identity, { version: '2.0.0' }, 'b'.repeat(64))
  const freed = history(listed, control('transfer', admin.identity, { target }), next)
  const version = (of: string) => ({ target: { kind: 'version', name: 'com.acme/tools', version: of } }) as const
  assert.equal(judge(control('revoke', team.identity), freed), 'accepted')
  assert.equal(judge(control('revoke', team.identity, { target }), freed), 'ADMIN_REQUIRED')
  assert.equal(judge(control('revoke', team.identity, version('2.0.0')), freed), 'ADMIN_REQUIRED')
  assert.equal(judge(control('deprecate', alice.identity, version('1.0.0')), freed), 'ADMIN_REQUIRED')
  assert.equal(judge(control('revoke', alice.identity, { target }), freed), 'accepted')
})

const listed = published('com.acme/tools', team.identity)

test('people approve, each once, and never what they published', () => {
  assert.equal(judge(control('approve', bob.identity), history(listed)), 'accepted')
  assert.equal(judge(control('approve', team.identity), history(listed)), 'APPROVER_UNKNOWN')
  const own = history(published('com.acme/tools', alice.identity))
  assert.equal(judge(control('approve', alice.identity), own), 'APPROVER_IS_PUBLISHER')
  assert.equal(judge(control('approve', alicesOther.identity), own), 'APPROVER_IS_PUBLISHER')
  const approved = history(listed, control('approve', alice.identity))
  assert.equal(judge(control('approve', alicesOther.identity, { seen: { size: 2, root: ROOT } }), approved), 'APPROVED_ALREADY')
  const byRevoked = history(
    listed,
    control('approve', alice.identity),
    control('revoke', admin.identity, {
      target: { kind: 'signer', identity: signerId(alice.identity), fromIndex: 1 },
    }),
  )
  assert.equal(judge(control('approve', alicesOther.identity, { seen: { size: 3, root: ROOT } }), byRevoked), 'accepted')
  assert.equal(judge(control('withdraw', bob.identity), approved), 'NOT_APPROVED')
  assert.equal(judge(control('withdraw', alicesOther.identity, { seen: { size: 2, root: ROOT } }), approved), 'accepted')
  assert.equal(judge(control('approve', bob.identity, { registry: 'other.example/log' }), history(listed)), 'OTHER_REGISTRY')
  assert.equal(judge(control('approve', bob.identity, { expires: '2025-01-01T00:00:00Z' }), history(listed)), 'APPROVAL_EXPIRED')
  assert.equal(judge(control('approve', bob.identity)), 'TARGET_UNKNOWN')
})

test('an old resume or approval is not played again', () => {
  const paused = history(listed, control('pause', admin.identity), control('resume', admin.identity), control('pause', admin.identity))
  assert.equal(judge(control('resume', admin.identity, { seen: { size: 2, root: ROOT } }), paused), 'CONTROL_REPLAYED')
  assert.equal(judge(control('resume', admin.identity, { seen: { size: 4, root: ROOT } }), paused), 'accepted')
  assert.equal(judge(control('pause', admin.identity), paused), 'accepted')
  const withdrawn = history(listed, control('approve', bob.identity), control('withdraw', bob.identity))
  assert.equal(judge(control('approve', bob.identity), withdrawn), 'CONTROL_REPLAYED')
  const revoked = history(listed, control('revoke', team.identity))
  assert.equal(judge(control('approve', bob.identity), revoked), 'CONTROL_REPLAYED')
  assert.equal(judge(listed, revoked), 'REVOKED')
})

test('admins pause; publishers revoke their own', () => {
  for (const action of ['pause', 'resume', 'transfer'] as const)
    assert.equal(judge(control(action, bob.identity), history(listed)), 'ADMIN_REQUIRED', action)
  assert.equal(judge(control('revoke', team.identity), history(listed)), 'accepted')
  assert.equal(judge(control('revoke', bob.identity), history(listed)), 'ADMIN_REQUIRED')
  const signer = {
    kind: 'signer',
    identity: { spki: team.identity.kind === 'key' ? team.identity.digest : 'sha256:' },
    fromIndex: 0,
  } as const
  assert.equal(judge(control('revoke', team.identity, { target: signer }), history(listed)), 'ADMIN_REQUIRED')
  const without = history(listed, control('revoke', admin.identity, { target: signer }))
  assert.equal(judge(published('com.acme/tools', team.identity, { version: '2.0.0' }, 'c'.repeat(64)), without), 'SIGNER_REVOKED')
  assert.notEqual(versionsOf(without, rules, NOW)[0]?.revoked, null)
})

test('a revoked signer says nothing more, and what they let through before counts no more either', () => {
  const signer = (identity: Identity, fromIndex: number) => {
    const target = { kind: 'signer', identity: signerId(identity), fromIndex } as const
    return control('revoke', admin.identity, { target })
  }
  const all = { target: { kind: 'all' } } as const
  const name = { target: { kind: 'name', name: 'com.acme/tools' } } as const
  const later = { seen: { size: 4, root: ROOT } } as const
  const before = history(listed, control('approve', bob.identity), control('pause', admin.identity, all), signer(admin.identity, 3))
  for (const [action, over] of [
    ['resume', all],
    ['pause', all],
    ['revoke', {}],
    ['transfer', name],
  ] as const)
    assert.equal(judge(control(action, admin.identity, { ...over, ...later }), before), 'SIGNER_REVOKED', action)
  const withoutBob = history(listed, signer(bob.identity, 1))
  assert.equal(judge(control('approve', bob.identity, { seen: { size: 2, root: ROOT } }), withoutBob), 'SIGNER_REVOKED')

  // Found out afterwards: the resume and the transfer were the thief's.
  const stolen = [control('pause', admin.identity, all), control('resume', thief.identity, all), control('transfer', thief.identity, name)]
  const found = history(listed, ...stolen, signer(thief.identity, 2))
  assert.equal(versionsOf(found, rules, NOW)[0]?.paused?.index, 1)
  assert.deepEqual(
    compileStatus(found).paused.map(({ index }) => index),
    [1],
  )
  assert.deepEqual(transfersOf(found, 'com.acme/tools'), [])
  assert.deepEqual(transfersOf(history(listed, ...stolen), 'com.acme/tools'), [3])
  // What was withdrawn stays so.
  const withdrawn = history(listed, control('approve', bob.identity), control('withdraw', bob.identity), signer(bob.identity, 2))
  assert.deepEqual(versionsOf(withdrawn, rules, NOW)[0]?.approvals, [])
})

test('who approves first and publishes then is a publisher all the same', () => {
  const both = history(listed, control('approve', alice.identity), published('com.acme/tools', alicesOther.identity))
  assert.deepEqual(versionsOf(both, rules, NOW)[0]?.approvals, [])
})

test('the state of a version is what its history amounts to', () => {
  const all = history(
    listed,
    control('approve', alice.identity),
    control('approve', bob.identity),
    control('withdraw', bob.identity),
    control('pause', admin.identity, { target: { kind: 'all' } }),
  )
  const [state] = versionsOf(all, rules, NOW)
  assert.deepEqual(
    state?.approvals.map(({ person }) => person),
    ['alice'],
  )
  assert.equal(state?.paused?.index, 4)
  assert.equal(state?.revoked, null)
  const resumed = toHistory(6, [
    ...all.publications,
    ...all.controls,
    { ...control('resume', admin.identity, { target: { kind: 'all' } }), index: 5 },
  ])
  assert.equal(versionsOf(resumed, rules, NOW)[0]?.paused, null)
})

test('who approved for a time approves again when it is over, and may have where nobody knows when', () => {
  const before = history(listed, control('approve', alice.identity, { expires: '2025-12-01T00:00:00Z' }))
  const again = control('approve', alice.identity, { expires: '2026-12-01T00:00:00Z', seen: { size: 2, root: ROOT } })
  const at = (now: number | null): string | undefined => judgeControl(again, before, rules, () => ROOT, now)?.code
  assert.equal(at(NOW), undefined)
  assert.equal(at(null), undefined)
  assert.equal(at(Date.parse('2025-11-30T00:00:00Z')), 'APPROVED_ALREADY')
})
