/**
 * Each lie, on certificates of a Sigstore: the registry refuses it and a client does too, where a registry that accepts
 * everything serves it with proofs that hold.
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  formatManifest,
  formatStatement,
  formatVerifier,
  manifestDigest,
  noteSigner,
  openCheckpoint,
  parseVerifier,
  subjectOf,
  type Action,
  type ControlPredicate,
  type Manifest,
  type ManifestPredicate,
  type RegistryPolicy,
  type Rules,
} from '../../core/registry/index.ts'
import { parseTrustedRoot } from '../../core/signing/index.ts'
import { client, codes, serving } from '../registry-checking.ts'
import {
  BY_JOB,
  logKey,
  manifestOf as madeManifest,
  manifestPayload,
  newKey,
  ORIGIN,
  pemOf,
  post,
  registry,
  type Requests,
} from '../registry-fixtures.ts'
import { liarOf, policy, statusText, trustOf, type Liar } from '../registry-liar.ts'
import { pinOf } from '../registry-pins.ts'
import { makeBundle, type SigningKey } from '../sigstore/bundle.ts'
import type { Claims } from '../sigstore/identity.ts'
import { AT, certified, GITHUB_ISSUER, startWorkshop, UPSTREAM } from '../sigstore/vector-workshop.ts'
import { temporary } from '../world.ts'

const sigstore = await startWorkshop()
await sigstore[Symbol.asyncDispose]()
const root = parseTrustedRoot(JSON.stringify(sigstore.trustedRoot))

const person = (email: string, connector = UPSTREAM): SigningKey =>
  certified(sigstore, 'user', { email, federated_claims: { connector_id: connector } })
const job = (claims: Claims = {}): SigningKey => certified(sigstore, 'ci', claims)

const NAME = 'io.github.acme/notes'
const WORKFLOW = 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main'
const [author, carol, carolAtHome, dave, admin, deputy] = [
  job(),
  ...['carol', 'carol.home', 'dave', 'admin', 'deputy'].map((who) => person(`${who}@example.com`)),
] as [SigningKey, SigningKey, SigningKey, SigningKey, SigningKey, SigningKey]
const idOf = (who: string) => ({ issuer: UPSTREAM, subject: `${who}@example.com` })

const members = {
  publishers: [{ names: 'com.acme/*', role: 'observer', signers: [idOf('dave')] }],
  approvers: [
    { person: 'carol', identities: [idOf('carol'), idOf('carol.home')] },
    { person: 'dave', identities: [idOf('dave')] },
    { person: 'releases', identities: [{ issuer: GITHUB_ISSUER, subject: WORKFLOW }] },
  ],
  admins: [{ person: 'root', identities: [idOf('admin'), idOf('deputy')] }],
  approvals: 1,
} as const
const rules: Rules = { origin: ORIGIN, ...members, github: { issuer: GITHUB_ISSUER, triggers: ['push'], refs: ['refs/heads/main'] } }
const trusted: Partial<RegistryPolicy> = { ...members, github: { triggers: ['push'], refs: ['refs/heads/main'] } }
const trust = trustOf(trusted, root)

function signed(payload: Uint8Array, by: SigningKey): string {
  return JSON.stringify(makeBundle(sigstore, by, payload, { rekor: 2, tsa: true }))
}

type Sent = { readonly bundle: string; readonly manifest?: string }

function publication(manifest: Manifest, by: SigningKey, over: Partial<ManifestPredicate> = {}): Sent {
  return { bundle: signed(manifestPayload(manifest, { ...BY_JOB, ...over }), by), manifest: formatManifest(manifest).toString() }
}

function said(action: Action, target: ControlPredicate['target'], seen: ControlPredicate['seen'], by: SigningKey, origin = ORIGIN): Sent {
  const predicate: ControlPredicate = { registry: origin, seen, action, target }
  return { bundle: signed(formatStatement({ kind: 'control', subject: subjectOf(predicate), predicate }), by) }
}

const manifestOf = (version: string, name = NAME): Manifest => madeManifest(name, version)
const manifest = manifestOf('1.0.0')
const target = { kind: 'manifest', name: NAME, version: '1.0.0', digest: manifestDigest(formatManifest(manifest)) } as const
const [all, name] = [{ kind: 'all' }, { kind: 'name', name: NAME }] as const

/** An honest registry and one that takes everything, with the same records as far as the honest one accepts them. */
type Both = { readonly honest: Requests; readonly lie: Liar; readonly both: (sent: Sent) => Promise<void> }

async function begin(): Promise<Both> {
  const honest = registry({ policy: { rules, trust: { root, keys: [], thresholds: {} } }, clock: () => AT })
  const lie = liarOf(trust.bundles)
  const both = async (sent: Sent): Promise<void> => {
    const answer = await honest('/v1/statements', post(sent))
    assert.equal(answer.status, 201, await answer.text())
    lie.add(sent)
  }
  await both(publication(manifest, author))
  return { honest, lie, both }
}

const check = async (folder: string, requests: Requests, of = manifest): Promise<string[]> =>
  codes(client(folder, requests, { over: trusted, trust, now: () => AT }), pinOf(of))

async function refusedBy(honest: Requests, sent: Sent): Promise<string> {
  const answer = await honest('/v1/statements', post(sent))
  return answer.status < 300 ? 'accepted' : ((await answer.json()) as { code: string }).code
}

const head = async (honest: Requests): Promise<string> => (await honest('/log/checkpoint')).text()

type Lie = {
  readonly registry: string
  /** What a client says; as the registry where it is left out. */
  readonly client?: readonly string[]
  /** Does what is honest, and returns what is not. */
  readonly tell: (to: Both) => Promise<Sent> | Sent
}

const approve = (seen: ControlPredicate['seen'], by = carol): Sent => said('approve', target, seen, by)

const LIES: { readonly [what: string]: Lie } = {
  'a resume that is played again after a later pause': {
    registry: 'accepted',
    client: ['RECORD_REPEATED'],
    tell: async ({ lie, both }) => {
      await both(said('pause', all, lie.seen(), admin))
      const resume = said('resume', all, lie.seen(), admin)
      await both(resume)
      await both(said('pause', all, lie.seen(), admin))
      return resume
    },
  },
  'a resume that was signed before a later pause': {
    registry: 'CONTROL_REPLAYED',
    tell: async ({ lie, both }) => {
      await both(said('pause', all, lie.seen(), admin))
      const resume = said('resume', all, lie.seen(), admin)
      await both(said('pause', all, lie.seen(), deputy))
      return resume
    },
  },
  'an approval made for another registry': {
    registry: 'OTHER_REGISTRY',
    tell: ({ lie }) => said('approve', target, lie.seen(), carol, 'other.example/log'),
  },
  'the publisher approves': { registry: 'APPROVER_IS_PUBLISHER', tell: ({ lie }) => approve(lie.seen(), author) },
  'one person approves twice': {
    registry: 'APPROVED_ALREADY',
    tell: async ({ lie, both }) => {
      await both(approve(lie.seen()))
      return approve(lie.seen(), carolAtHome)
    },
  },
  'an owner of the same name with another id': {
    registry: 'OWNER_CHANGED',
    tell: () =>
      publication(manifestOf('1.1.0'), job({ repository_owner_id: '8', repository_id: '43' }), {
        repository: { uri: 'https://github.com/acme/tools', id: '43', ownerId: '8' },
      }),
  },
  'the claims of an owner from another issuer': {
    registry: 'ISSUER_UNTRUSTED',
    client: ['APPROVALS_MISSING'],
    tell: () => publication(manifestOf('1.1.0'), job({ iss: 'https://token.evil.example' })),
  },
  'the address of an approver from another issuer': {
    registry: 'APPROVER_UNKNOWN',
    client: ['APPROVALS_MISSING'],
    tell: ({ lie }) => approve(lie.seen(), person('carol@example.com', 'https://login.evil.example')),
  },
  'an approval over a head of another view of the log': {
    registry: 'SEEN_UNKNOWN',
    tell: () => approve({ size: 1, root: Buffer.alloc(32).toString('base64') }),
  },
  'other bytes under a version': {
    registry: 'VERSION_TAKEN',
    tell: () => publication(madeManifest(NAME, '1.0.0', 'Deletes every note'), author),
  },
  'a name in another case': { registry: 'NAME_TAKEN', tell: () => publication(manifestOf('1.1.0', 'io.github.acme/Notes'), author) },
  'an admin who is revoked resumes': {
    registry: 'SIGNER_REVOKED',
    tell: async ({ lie, both }) => {
      await both(said('pause', all, lie.seen(), admin))
      await both(said('revoke', { kind: 'signer', identity: idOf('admin'), fromIndex: lie.size() }, lie.seen(), deputy))
      return said('resume', all, lie.seen(), admin)
    },
  },
  'a publisher who is revoked publishes': {
    registry: 'SIGNER_REVOKED',
    tell: async ({ lie, both }) => {
      const identity = { issuer: GITHUB_ISSUER, subject: WORKFLOW }
      await both(said('revoke', { kind: 'signer', identity, fromIndex: lie.size() }, lie.seen(), deputy))
      return publication(manifestOf('1.1.0'), author)
    },
  },
  'a transfer that was held back until there is a new owner': {
    registry: 'CONTROL_REPLAYED',
    tell: async ({ lie, both }) => {
      const held = said('transfer', name, lie.seen(), admin)
      await both(said('transfer', name, lie.seen(), deputy))
      return held
    },
  },
  'who is no admin pauses': {
    registry: 'ADMIN_REQUIRED',
    client: ['APPROVALS_MISSING'],
    tell: ({ lie }) => said('pause', all, lie.seen(), dave),
  },
}

for (const [what, { registry: code, client: expected = [code], tell }] of Object.entries(LIES))
  test(what, async (t) => {
    const to = await begin()
    const sent = await tell(to)
    to.lie.add(sent)
    const before = await head(to.honest)
    assert.equal(await refusedBy(to.honest, sent), code)
    assert.equal(await head(to.honest), before)
    assert.deepEqual(await check(await temporary(t), serving(to.lie, { manifest, clock: () => AT })), expected)
  })

test('a manifest whose digest is right and whose name is that of another', async (t) => {
  const theirs = manifestOf('1.0.0', 'io.github.acme/other')
  const sent = publication(theirs, author, { name: NAME })
  const honest = registry({ policy: { rules, trust: { root, keys: [], thresholds: {} } }, clock: () => AT })
  assert.equal(await refusedBy(honest, sent), 'MANIFEST_MISMATCH')
  const lie = liarOf(trust.bundles).add(sent)
  const served: Requests = async (path, init) => {
    const answer = await serving(lie, { manifest: theirs, clock: () => AT })(path, init)
    return path.startsWith('/v1/manifests/') ? answer : new Response((await answer.text()).replaceAll('io.github.acme/other', NAME))
  }
  assert.deepEqual(await check(await temporary(t), served, theirs), ['MANIFEST_MISMATCH'])
})

async function approved(): Promise<Both> {
  const begun = await begin()
  await begun.both(approve(begun.lie.seen()))
  return begun
}

const at = (time: number): string => new Date(time).toISOString()

async function remembering(t: TestContext): Promise<Both & { readonly sees: (requests: Requests) => Promise<string[]> }> {
  const begun = await approved()
  const folder = await temporary(t)
  const sees = (requests: Requests): Promise<string[]> => check(folder, requests)
  assert.deepEqual(await sees(begun.honest), [])
  return { ...begun, sees }
}

test('what is honest is used', async (t) => {
  const { honest, lie, sees } = await remembering(t)
  assert.deepEqual(await check(await temporary(t), serving(lie, { manifest, clock: () => AT })), [])
  // Both have the same records, so both signed the same heads.
  const { size, root: hash } = openCheckpoint(await head(honest), parseVerifier(policy.log))
  assert.deepEqual(lie.seen(), { size, root: Buffer.from(hash).toString('base64') })
  assert.deepEqual(await sees(honest), [])
})

test('an older status with time left, and one by the key of the log', async (t) => {
  const { honest, both, lie, sees } = await remembering(t)
  const old = await (await honest('/v1/status')).text()
  const oldAnswer = await (await honest(`/v1/servers/${encodeURIComponent(NAME)}/versions/1.0.0`)).text()
  await both(said('revoke', target, lie.seen(), admin))
  assert.deepEqual(await sees(honest), ['REVOKED'])
  const replayed: Requests = (path, init) =>
    path.endsWith('/versions/1.0.0') ? Promise.resolve(new Response(oldAnswer)) : honest(path, init)
  // An answer from before is that of a shorter log; with the old status alone, of an older status.
  const mixed: Requests = async (path, init) => {
    const answer = await honest(path, init)
    return path.endsWith('/versions/1.0.0') ? Response.json({ ...((await answer.json()) as object), status: old }) : answer
  }
  assert.deepEqual(await sees(mixed), ['STATUS_ROLLED_BACK'])
  const status = (): string => statusText({ epoch: 99, issued: at(AT - 1_000), expires: at(AT + 60_000), log: lie.seen() }, logKey)
  assert.deepEqual(await sees(serving(lie, { manifest, clock: () => AT, status })), ['STATUS_INVALID'])
  assert.deepEqual(await sees(serving(lie, { manifest, clock: () => AT, status: () => status().replace('"sig":"', '"sig":"AA') })), [
    'STATUS_INVALID',
  ])
  assert.deepEqual(await sees(replayed), ['STATUS_ROLLED_BACK'])
})

test('a later status, and records, that forget what was revoked', async (t) => {
  const { honest, both, lie, sees } = await remembering(t)
  const kept = lie.serve(manifest).statements.length
  await both(said('revoke', target, lie.seen(), admin))
  assert.deepEqual(await sees(honest), ['REVOKED'])
  const silent: Requests = async (path, init) => {
    const answer = await serving(lie, { manifest, clock: () => AT, status: () => ahead(lie) })(path, init)
    if (!path.endsWith('/versions/1.0.0')) return answer
    const served = (await answer.json()) as { statements: unknown[] }
    return Response.json({ ...served, statements: served.statements.slice(0, kept) })
  }
  assert.deepEqual(await sees(silent), ['STATUS_ROLLED_BACK'])
})

test('a checkpoint that is smaller than the kept one', async (t) => {
  const { sees } = await remembering(t)
  const shorter = liarOf(trust.bundles).add(publication(manifest, author))
  assert.deepEqual(await sees(serving(shorter, { manifest, clock: () => AT, status: () => ahead(shorter) })), ['LOG_ROLLED_BACK'])
})

test('two views of one log', async (t) => {
  const { sees } = await remembering(t)
  const other = liarOf(trust.bundles).add(publication(manifest, author))
  other.add(approve(other.seen(), dave))
  assert.deepEqual(await sees(serving(other, { manifest, clock: () => AT, status: () => ahead(other) })), ['LOG_FORKED'])
})

test('a log by another key, and certificates by another authority', async (t) => {
  const { lie } = await approved()
  const foreign = await startWorkshop()
  await foreign[Symbol.asyncDispose]()
  const elsewhere = trustOf(trusted, parseTrustedRoot(JSON.stringify(foreign.trustedRoot)))
  const other = trustOf({ ...trusted, log: formatVerifier(noteSigner(ORIGIN, 'ed25519', pemOf(newKey()))) }, root)
  const folder = await temporary(t)
  for (const [of, code] of [
    [elsewhere, 'LOG_ENTRY_INVALID'],
    [other, 'CHECKPOINT_UNTRUSTED'],
  ] as const) {
    const asked = client(folder, serving(lie, { manifest, clock: () => AT }), { over: trusted, trust: of, now: () => AT })
    assert.deepEqual(await codes(asked, pinOf(manifest)), [code])
  }
})

function ahead(lie: Liar): string {
  return statusText({ epoch: 99, issued: at(AT - 1_000), expires: at(AT + 60_000), log: lie.seen() })
}
