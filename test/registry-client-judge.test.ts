/** What a client makes of a registry that lies: each lie has a code of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { sha256 as sha256Of } from '../core/json/digest.ts'
import { isPrefix } from '../core/log/consistency.ts'
import {
  comparePin,
  formatManifest,
  judgeHistory,
  judgeStatus,
  judgeVersion,
  manifestDigest,
  MAX_AGE,
  noteSigner,
  formatVerifier,
  openServed,
  openStatement,
  parseManifest,
  rootOf,
  signCheckpoint,
  signNote,
  type Manifest,
  type OpenedStatement,
  type RegistryTrust,
  type Served,
  type Status,
} from '../core/registry/index.ts'
import { admin, alice, bob, control, logKey, manifestOf, NAME, newKey, observer, ORIGIN, pemOf, publication } from './registry-fixtures.ts'
import { liar, NOW, statusOf, statusText, trustOf, type Liar } from './registry-liar.ts'
import { pinOf } from './registry-pins.ts'

const manifest = manifestOf()
const digest = manifestDigest(formatManifest(manifest))
const target = { kind: 'manifest', name: NAME, version: '1.0.0', digest } as const

/** Codes of what is found, or of what stops it. */
function codesOf(
  served: Served,
  lie: Liar,
  trust: RegistryTrust = trustOf(),
  document: Manifest | null = manifest,
  status = statusOf(),
): string[] {
  try {
    const { head, statements } = openServed(served, served.name, trust)
    const rootAt = (size: number): string | null =>
      size <= (head?.size ?? 0) ? Buffer.from(rootOf(size, lie.hash)).toString('base64') : null
    const judged = judgeHistory(statements, head?.size ?? 0, trust.rules, rootAt, (wanted) =>
      wanted === served.manifest ? document : null,
    )
    const version = { name: served.name, version: served.version, digest: served.manifest }
    return judgeVersion(version, judged, status, trust.rules, NOW).findings.map(({ code }) => code)
  } catch (error) {
    if (error instanceof LockError) return [`!${error.code}`]
    throw error
  }
}

const approval = (lie: Liar, by = alice, seen = lie.seen()): { bundle: string } => control({ seen, action: 'approve', target }, by)
const published = (): Liar => liar(mallory).add(publication(manifest))
const mallory = newKey()

test('what is listed and approved may be used', () => {
  const lie = published()
  lie.add(approval(lie))
  assert.deepEqual(codesOf(lie.serve(manifest), lie), [])
  assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf({ approvals: 2 })), ['APPROVALS_MISSING'])
  assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf({ approvers: [] })), ['APPROVALS_MISSING'])
  assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf({ approvals: 0, approvers: [] })), [])
  lie.add(approval(lie, bob))
  assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf({ approvals: 2 })), [])
})

test('records about another name are no answer, whatever they say', () => {
  const lie = published()
  lie.add(approval(lie), publication(manifestOf('com.acme/other')))
  assert.deepEqual(codesOf(lie.serve(manifest), lie), ['!RECORD_INVALID'])
})

test('who is not named does not count, and is named as the reason', () => {
  const lie = published()
  lie.add(approval(lie))
  assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf({ publishers: [] })), ['SIGNER_UNTRUSTED'])
  const asAuthor = trustOf({ publishers: [{ names: 'com.acme/*', role: 'author', signers: [{ key: observer.pem }] }] })
  assert.deepEqual(codesOf(lie.serve(manifest), lie, asAuthor), ['PUBLISHER_UNKNOWN'])
  assert.deepEqual(codesOf(lie.serve(manifestOf(NAME, '9.9.9')), lie), ['NOT_LISTED'])
  // Revoked by nobody who may.
  lie.add(control({ seen: lie.seen(), action: 'revoke', target }, mallory))
  assert.deepEqual(codesOf(lie.serve(manifest), lie), [])
})

test('what is revoked or paused is not used, whoever says so: the log or the status', () => {
  const cases = [
    ['REVOKED', { action: 'revoke', target }],
    ['REVOKED', { action: 'revoke', target: { kind: 'version', name: NAME, version: '1.0.0' } }],
    ['REVOKED', { action: 'revoke', target: { kind: 'name', name: NAME } }],
    ['PAUSED', { action: 'pause', target: { kind: 'all' } }],
    ['PAUSED', { action: 'pause', target }],
  ] as const
  for (const [code, predicate] of cases) {
    const lie = published()
    lie.add(approval(lie))
    lie.add(control({ seen: lie.seen(), ...predicate }, admin))
    assert.deepEqual(codesOf(lie.serve(manifest), lie), [code])
  }
  const lie = published()
  lie.add(approval(lie))
  const revoked = statusOf().revoked
  const identity = { spki: `sha256:${'0'.repeat(64)}` } as const
  const statuses = [
    ['REVOKED', statusOf({ revoked: { ...revoked, manifests: { [digest]: { index: 2, code: 'malicious' } } } })],
    ['REVOKED', statusOf({ revoked: { ...revoked, versions: { [`${NAME}@1.0.0`]: { index: 2, code: 'policy' } } } })],
    ['REVOKED', statusOf({ revoked: { ...revoked, names: { [NAME]: { index: 2, code: 'policy' } } } })],
    ['PAUSED', statusOf({ paused: [{ target: { kind: 'name', name: NAME }, index: 2 }] })],
    [undefined, statusOf({ revoked: { ...revoked, signers: [{ identity, fromIndex: 0, index: 2 }] } })],
  ] as const
  for (const [code, status] of statuses)
    assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf(), manifest, status), code === undefined ? [] : [code])
})

test('a signer who is revoked by the status counts no more', () => {
  const lie = published()
  lie.add(approval(lie))
  const idOf = (index: number) => JSON.parse(lie.serve(manifest).statements[index]?.record ?? '').signer
  const { revoked } = statusOf()
  const by = (index: number, fromIndex = 0) =>
    statusOf({ revoked: { ...revoked, signers: [{ identity: idOf(index), fromIndex, index: 2 }] } })
  assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf(), manifest, by(0)), ['REVOKED'])
  assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf(), manifest, by(1)), ['APPROVALS_MISSING'])
  assert.deepEqual(codesOf(lie.serve(manifest), lie, trustOf(), manifest, by(1, 2)), [])
})

test('what no honest registry accepts is a finding with its code', () => {
  const resumed = published()
  resumed.add(approval(resumed))
  const old = control({ seen: resumed.seen(), action: 'resume', target: { kind: 'all' } }, admin)
  resumed.add(control({ seen: resumed.seen(), action: 'pause', target: { kind: 'all' } }, admin), old)
  assert.deepEqual(codesOf(resumed.serve(manifest), resumed), ['CONTROL_REPLAYED'])

  const elsewhere = published()
  const other = control({ seen: elsewhere.seen(), action: 'approve', target, registry: 'other.example/log' } as never, alice)
  assert.deepEqual(codesOf(elsewhere.add(other).serve(manifest), elsewhere), ['OTHER_REGISTRY'])

  const own = published()
  own.add(approval(own, observer))
  const both = trustOf({ approvers: [{ person: 'alice', identities: [{ key: alice.pem }, { key: observer.pem }] }] })
  assert.deepEqual(codesOf(own.serve(manifest), own, both), ['APPROVER_IS_PUBLISHER'])

  const twice = published()
  twice.add(approval(twice))
  twice.add(approval(twice, bob))
  const one = trustOf({ approvals: 1, approvers: [{ person: 'alice', identities: [{ key: alice.pem }, { key: bob.pem }] }] })
  assert.deepEqual(codesOf(twice.serve(manifest), twice, one), ['APPROVED_ALREADY'])

  const forked = published()
  forked.add(approval(forked, alice, { size: 1, root: statusOf().log.root }))
  assert.deepEqual(codesOf(forked.serve(manifest), forked), ['SEEN_UNKNOWN'])
  const ahead = published()
  ahead.add(approval(ahead, alice, { size: 9, root: statusOf().log.root }))
  assert.deepEqual(codesOf(ahead.serve(manifest), ahead), ['SEEN_UNKNOWN'])

  const changed = published().add(publication(manifestOf(NAME, '1.0.0', 'Deletes every note')))
  assert.deepEqual(codesOf(changed.serve(manifest), changed), ['VERSION_TAKEN'])

  const repeated = published()
  repeated.add(approval(repeated)).add(publication(manifest))
  assert.deepEqual(codesOf(repeated.serve(manifest), repeated), ['RECORD_REPEATED'])

  const renamed = liar().add(publication(manifest))
  assert.deepEqual(codesOf(renamed.serve(manifest), renamed, trustOf(), manifestOf('com.acme/other')), ['MANIFEST_MISMATCH'])
})

test('what is not proven, or not what was signed, stops the check', () => {
  const lie = published()
  lie.add(approval(lie))
  const served = lie.serve(manifest)
  const [first, second] = served.statements
  assert.ok(first !== undefined && second !== undefined)
  const earlier = published().serve(manifest).statements[0]
  assert.ok(earlier !== undefined)
  const forger = noteSigner(ORIGIN, 'ed25519', pemOf(mallory))
  const cases: readonly (readonly [what: string, code: string, ...statements: Served['statements'][number][]])[] = [
    ['a record twice', 'PROOF_INVALID', first, first],
    ['another order', 'PROOF_INVALID', second, first],
    ['another index', 'PROOF_INVALID', { ...first, index: 1 }],
    ['several heads', 'PROOF_INVALID', earlier, second],
    ["another's proof", 'PROOF_INVALID', { ...first, proof: second.proof }],
    ["another's bundle", 'RECORD_INVALID', { ...first, bundle: second.bundle }],
    [
      'a head by another key',
      'CHECKPOINT_UNTRUSTED',
      {
        ...first,
        proof: first.proof.replace(/\n\n[^]*/, `\n\n${signCheckpoint({ origin: ORIGIN, size: 2, root: rootOf(2, lie.hash) }, forger)}`),
      },
    ],
    ['a bundle that is none', 'RECORD_INVALID', { ...first, bundle: '{}' }],
  ]
  for (const [what, code, ...statements] of cases) assert.deepEqual(codesOf({ ...served, statements }, lie), [`!${code}`], what)
  assert.deepEqual(codesOf({ ...served, statements: [] }, lie), ['NOT_LISTED'])
})

test('a record must be that of what was signed', () => {
  const lie = liar()
  const { bundle } = publication(manifest)
  lie.add({ bundle })
  const honest = lie.serve(manifest)
  const [first] = honest.statements
  assert.ok(first !== undefined)
  // The same bundle, and a record under another name: in a log of its own it would be proven.
  const record = first.record.replace(NAME, 'com.acme/other')
  assert.notEqual(record, first.record)
  assert.deepEqual(codesOf({ ...honest, statements: [{ ...first, record }] }, lie), ['!PROOF_INVALID'])
  assert.throws(() => openServedRecord(record, bundle), { code: 'RECORD_INVALID' })
})

function openServedRecord(record: string, bundle: string): void {
  openStatement({ index: 0, record, bundle }, trustOf())
}

test('witnesses must have seen the head', () => {
  const witness = noteSigner('witness.example', 'cosignature', pemOf(newKey()))
  const trust = trustOf({ witnesses: { keys: [formatVerifier(witness)], threshold: 1 } })
  const lie = published()
  lie.add(approval(lie))
  const served = lie.serve(manifest)
  assert.deepEqual(codesOf(served, lie, trust), ['!CHECKPOINT_UNTRUSTED'])
  const line = signNote(lie.checkpoint().split('\n\n')[0] + '\n', witness, 1)
  const cosigned = served.statements.map((one) => ({
    ...one,
    proof: `${one.proof}— ${line.name} ${Buffer.concat([line.id, line.signature]).toString('base64')}\n`,
  }))
  assert.deepEqual(codesOf({ ...served, statements: cosigned }, lie, trust), [])
})

test('a status is by its own key, of this registry, fresh, and no older than one before', () => {
  const bounds = { origin: ORIGIN, now: NOW, epoch: 7, last: null }
  const code = (text: string, over: object = {}): string => {
    try {
      judgeStatus(text, trustOf().status, { ...bounds, ...over })
      return 'good'
    } catch (error) {
      return error instanceof LockError ? error.code : String(error)
    }
  }
  const at = (issued: number, age = MAX_AGE) => ({ issued: new Date(issued).toISOString(), expires: new Date(issued + age).toISOString() })
  assert.equal(code(statusText()), 'good')
  assert.equal(code(statusText({}, logKey)), 'STATUS_INVALID')
  assert.equal(code(statusText({ registry: 'other.example/log' })), 'STATUS_INVALID')
  assert.equal(code(statusText({ epoch: 6 })), 'STATUS_ROLLED_BACK')
  assert.equal(code(statusText({ epoch: 8 })), 'good')
  assert.equal(code(statusText(at(NOW - MAX_AGE))), 'STATUS_EXPIRED')
  assert.equal(code(statusText(at(NOW - MAX_AGE + 1))), 'good')
  assert.equal(code(statusText(at(NOW, MAX_AGE + 1))), 'STATUS_INVALID')
  assert.equal(code(statusText(at(NOW, -1))), 'STATUS_INVALID')
  assert.equal(code(statusText(at(NOW + 180_000))), 'STATUS_INVALID')
  assert.equal(code(statusText(at(NOW - 2 * MAX_AGE)), { maxAge: 3 * MAX_AGE }), 'good')
  assert.equal(code(statusText(at(NOW - 3 * MAX_AGE)), { maxAge: 3 * MAX_AGE }), 'STATUS_EXPIRED')
  assert.equal(code('{}'), 'STATUS_INVALID')
})

test('what is revoked stays revoked in every later status', () => {
  const entry = { index: 2, code: 'malicious' }
  const signer = { identity: { spki: `sha256:${'0'.repeat(64)}` }, fromIndex: 0, index: 3 } as const
  const revoked: Status['revoked'] = {
    manifests: { [digest]: entry },
    versions: { [`${NAME}@1.0.0`]: entry },
    names: { [NAME]: entry },
    signers: [signer],
  }
  const last = statusText({ revoked })
  const later = (less: Partial<Status['revoked']>): string => {
    try {
      judgeStatus(statusText({ epoch: 8, revoked: { ...revoked, ...less } }), trustOf().status, {
        origin: ORIGIN,
        now: NOW,
        epoch: 7,
        last,
      })
      return 'good'
    } catch (error) {
      return error instanceof LockError ? error.code : String(error)
    }
  }
  assert.equal(later({ names: { [NAME]: entry, 'com.acme/other': entry } }), 'good')
  for (const less of [{ manifests: {} }, { versions: {} }, { names: {} }, { signers: [] }])
    assert.equal(later(less), 'STATUS_ROLLED_BACK', JSON.stringify(less))
})

test('two views of a log, or a shorter one, do not begin with each other', async () => {
  const long = liar()
  for (let i = 0; i < 258; i++) long.add(publication(manifestOf(NAME, `1.0.${i}`)))
  const heads = [0, 1, 2, 3, 128, 255, 256, 257, 258].map((size) => ({ size, root: rootOf(size, long.hash) }))
  const tile = (size: number) => (wanted: { level: number; index: number; width: number }) =>
    Promise.resolve(
      Buffer.concat(Array.from({ length: wanted.width }, (_, i) => long.hash({ level: 8 * wanted.level, index: 256 * wanted.index + i }))),
    ).then((bytes) => (size > 0 ? bytes : Buffer.alloc(0)))
  for (const before of heads)
    for (const after of heads)
      assert.equal(await isPrefix(before, after, tile(after.size)), before.size <= after.size, `${before.size} ${after.size}`)
  const other = { size: 3, root: Buffer.alloc(32) }
  assert.equal(await isPrefix(other, { size: 258, root: rootOf(258, long.hash) }, tile(258)), false)
  await assert.rejects(
    isPrefix(heads[3] as never, heads[8] as never, () => Promise.resolve(Buffer.alloc(31))),
    { code: 'LOG_MALFORMED' },
  )
})

test('a pin is what was approved, or says in what it differs', () => {
  const pin = pinOf(manifest)
  assert.deepEqual(comparePin(pin, parseManifest(formatManifest(manifest))), [])
  const codes = (document: Manifest): string[] => comparePin(pin, document).map(({ code }) => code)
  assert.deepEqual(codes(manifestOf(NAME, '1.0.0', 'Deletes every note')), ['REGISTRY_SURFACE_DIFFERS'])
  assert.deepEqual(codes({ ...manifest, source: { image: { name: 'x', digest: `sha256:${'0'.repeat(64)}` } } }), [
    'REGISTRY_SOURCE_DIFFERS',
  ])
})

test('a name belongs to an owner and a repository by their numbers, and claims count from one issuer', () => {
  const name = 'io.github.acme/notes'
  const own = manifestOf(name)
  const sha256 = manifestDigest(formatManifest(own)).slice('sha256:'.length)
  const by = (version: string, ownerId: string, issuer: string, index: number): OpenedStatement => {
    const repository = { uri: 'https://github.com/acme/notes', id: '1', ownerId }
    const claims = {
      sourceRepositoryUri: repository.uri,
      sourceRepositoryId: '1',
      sourceRepositoryOwnerId: ownerId,
      sourceRepositoryOwnerUri: 'https://github.com/acme',
      sourceRepositoryRef: 'refs/heads/main',
      buildTrigger: 'push',
    }
    const digested = { name, version, surfaceDigest: own.surface.digest, registry: null, previous: null } as const
    const record = { v: 1, kind: 'manifest', name, version, manifest: `sha256:${sha256}`, signer: { issuer, subject: 'x' } } as const
    return {
      index,
      record: { ...record, statement: sha256Of(`${version} ${ownerId}`), bundle: `sha256:${sha256}` },
      signed: {
        index,
        identity: { kind: 'certificate', issuer, subject: 'x', claims },
        statement: {
          kind: 'manifest',
          subject: { name: `${name}@${version}`, sha256 },
          predicate: { role: 'author', repository, ...digested },
        },
      },
    }
  }
  const codes = (...statements: OpenedStatement[]): string[] => {
    const { rules } = trustOf({ approvals: 0 })
    const judged = judgeHistory(
      statements,
      2,
      rules,
      () => null,
      () => null,
    )
    const version = { name, version: '1.0.0', digest: `sha256:${sha256}` } as const
    return judgeVersion(version, judged, statusOf(), rules, NOW).findings.map(({ code }) => code)
  }
  const github = 'https://token.actions.githubusercontent.com'
  assert.deepEqual(codes(by('1.0.0', '7', github, 0)), [])
  assert.deepEqual(codes(by('1.0.0', '7', github, 0), by('1.0.1', '8', github, 1)), ['OWNER_CHANGED'])
  assert.deepEqual(codes(by('1.0.0', '7', 'https://evil.example', 0)), ['ISSUER_UNTRUSTED'])
})
