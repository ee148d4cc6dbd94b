/** `mcp-lock sign` against a Sigstore on the loopback, and `verify --offline` of what it wrote. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from '../../core/json/digest.ts'
import type { Json } from '../../core/json/json.ts'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatLock } from '../../core/lock/lockfile.ts'
import { main } from '../../cli/main.ts'
import { worldOf } from '../login.ts'
import { lockOf, packagePin, pinOf } from '../pins.ts'
import { newKeys } from '../sigstore/keys.ts'
import { startSigstore, type Sigstore } from '../sigstore/sigstore.ts'
import { REPOSITORY, SigningProject, WORKFLOW } from '../signing-project.ts'
import { exits, snapshot } from '../world.ts'

const COMBINATIONS = [
  { rekor: 1, tsa: false },
  { rekor: 1, tsa: true },
  { rekor: 2, tsa: true },
] as const

type Person = {
  readonly name: string
  readonly token: (sigstore: Sigstore) => string
  readonly signer: (sigstore: Sigstore) => Json
  readonly id?: string
  readonly repository?: string
}

const PEOPLE: readonly Person[] = [
  {
    name: 'a job of GitHub',
    token: ({ issuers }) => issuers.ci.token(),
    signer: ({ issuers }) => ({ ...WORKFLOW, issuer: issuers.ci.issuer }),
    id: '42',
  },
  {
    name: 'a job of GitLab',
    token: ({ issuers }) => issuers.gitlab.token(),
    signer: ({ issuers }) => ({ issuer: issuers.gitlab.issuer, subject: 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main' }),
    id: '42',
    repository: 'https://gitlab.com/acme/tools',
  },
  {
    name: 'a person',
    token: ({ issuers }) => issuers.user.token({ federated_claims: { connector_id: 'https://accounts.google.com' } }),
    signer: () => ({ issuer: 'https://accounts.google.com', subject: 'dev@example.com' }),
  },
  {
    name: 'a workload',
    token: ({ issuers }) => issuers.user.token({ sub: 'spiffe://acme/release', email: '' }),
    signer: ({ issuers }) => ({ issuer: issuers.user.issuer, subject: 'spiffe://acme/release' }),
  },
]

for (const { name, token, signer, id, repository = REPOSITORY } of PEOPLE) {
  for (const services of COMBINATIONS) {
    test(`${name} signs, with Rekor v${services.rekor}${services.tsa ? ' and a timestamp authority' : ''}`, async (t) => {
      const project = await SigningProject.make(t, services)
      const { sigstore } = project
      await project.policy([signer(sigstore)], {}, { repository })
      exits(await project.run('verify --offline'), 4, /SIGNATURE_MISSING/)
      exits(await project.sign(token(sigstore)), 0, /cannot be removed/, /wrote mcp\.lock\.sigstore\.json: signed by/)
      exits(await project.run('verify --offline'), 0)
      const { predicate } = project.statement()
      assert.equal(predicate.repository.id, id)
      assert.deepEqual([predicate.serial, predicate.previous], [1, null])
      assert.match(project.bundle() ?? '', /^\{\n  "mediaType": "application\/vnd\.dev\.sigstore\.bundle\.v0\.3\+json",\n[^]*[^\n]\n$/)
      assert.ok(!(project.bundle() ?? '').includes('keyid'))
    })
  }
}

test('two logs, of two operators, where the policy asks for both', async (t) => {
  const project = await SigningProject.make(t)
  const { sigstore, repository } = project
  const [first, second] = [sigstore.signingConfig({ rekor: 1, tsa: true }), sigstore.signingConfig({ rekor: 2, tsa: true })]
  const rekorTlogUrls = [...first.rekorTlogUrls, ...second.rekorTlogUrls.map((log) => ({ ...log, operator: 'another' }))]
  const both = { ...first, rekorTlogUrls, rekorTlogConfig: { selector: 'EXACT', count: 2 } }
  await repository.write({ 'signing_config.json': JSON.stringify(both) })
  await project.policy([{ ...WORKFLOW, issuer: sigstore.issuers.ci.issuer }], { thresholds: { log: 2, timestamp: 2 } })
  exits(await project.sign(), 0)
  exits(await project.run('verify --offline'), 0)
  await repository.write({ 'signing_config.json': JSON.stringify(first) })
  exits(await project.sign(undefined, '--yes --force'), 2, /needs 2 of the kind log/)
})

test('a signature counts on from the one that it replaces, and a signed lock is left alone', async (t) => {
  const project = await SigningProject.make(t)
  await project.repository.commit()
  const { sigstore, repository } = project
  const first = sha256(readFileSync(join(repository.folder, 'mcp.lock'), 'utf8'))
  exits(await project.sign(), 0, /serial 1/)
  const [bundle, asked] = [project.bundle(), sigstore.requests.length]
  exits(await project.sign(), 0, /signed already, serial 1: nothing to do/)
  assert.equal(project.bundle(), bundle)
  assert.equal(sigstore.requests.length, asked)
  await project.pin('Keeps other notes.')
  exits(await project.sign(), 0, /serial 2/)
  const { predicate } = project.statement()
  assert.deepEqual([predicate.serial, predicate.previous, predicate.commit], [2, first, await repository.git('rev-parse', 'HEAD')])
  exits(await project.sign(undefined, '--yes --force'), 0, /serial 3/)
  exits(await project.run('verify --offline'), 0)
})

test('below the top of a repository, and outside of one', async (t) => {
  const project = await SigningProject.make(t)
  const { repository } = project
  await repository.git('mv', '-k', '.', 'nowhere').catch(() => '')
  for (const file of ['.mcp.json', 'mcp.lock', 'mcp-lock.yaml', 'trusted_root.json', 'signing_config.json'])
    await repository.write({ [`apps/web/${file}`]: readFileSync(join(repository.folder, file), 'utf8'), [file]: null })
  const cwd = join(repository.folder, 'apps/web')
  exits(await project.sign(undefined, '--yes', { cwd }), 0)
  exits(await project.run('verify --offline', { cwd }), 0)
  const statement = JSON.parse(
    Buffer.from(JSON.parse(readFileSync(join(cwd, 'mcp.lock.sigstore.json'), 'utf8')).dsseEnvelope.payload, 'base64').toString(),
  )
  assert.equal(statement.predicate.path, 'apps/web/mcp.lock')
  assert.equal(statement.predicate.policy.path, 'apps/web/mcp-lock.yaml')
})

test('the question: no terminal, no, yes', async (t) => {
  const project = await SigningProject.make(t)
  exits(await project.sign(undefined, ''), 2, /NO_TERMINAL/)
  exits(await project.sign(undefined, '', { answers: ['n'] }), 1, /DECLINED/, /sign\? \[y\/N\]/)
  assert.deepEqual(project.sigstore.requests, [])
  assert.equal(project.bundle(), null)
  exits(await project.sign(undefined, '', { answers: ['y'] }), 0, /1 server, serial 1, for https:\/\/github\.com\/acme\/tools/)
})

test('a person at a terminal signs in, sees who becomes public, and agrees', async (t) => {
  const project = await SigningProject.make(t)
  const { issuer } = project.sigstore.issuers.user
  await project.policy([{ issuer, subject: 'dev@example.com' }])
  const said: string[] = []
  const world = worldOf({ cwd: project.repository.folder, answers: ['y'] }, (text) => void said.push(text))
  assert.equal(await main(['sign'], world), 0, said.join(''))
  const all = said.join('')
  assert.ok(all.indexOf(`as dev@example.com (${issuer})`) < all.indexOf('sign? [y/N]'), all)
  assert.doesNotMatch(all, /eyJ/)
  exits(await project.run('verify --offline'), 0)
})

test('whom the policy does not name signs nothing and contacts nobody', async (t) => {
  const project = await SigningProject.make(t)
  const { issuers, requests } = project.sigstore
  const cases: readonly (readonly [token: string, said: RegExp])[] = [
    [
      issuers.ci.token({
        ref: 'refs/heads/x',
        workflow_ref: 'acme/tools/.github/workflows/lock.yml@refs/heads/x',
        job_workflow_ref: 'acme/tools/.github/workflows/lock.yml@refs/heads/x',
      }),
      /`mcp-lock trust add https:\/\/github\.com\/acme\/tools\/\.github\/workflows\/lock\.yml@refs\/heads\/x --issuer http/,
    ],
    [
      issuers.user.token({ federated_claims: { connector_id: 'https://accounts.google.com' } }),
      /`mcp-lock trust add dev@example\.com --issuer https:\/\/accounts\.google\.com`/,
    ],
    [
      issuers.user.token({ email: 'a`$(b)@example.com' }),
      /to trust it: `signers: \[\{ issuer: .*, subject: "a`\$\(b\)@example\.com" \}\]` in mcp-lock\.yaml/,
    ],
  ]
  for (const [token, said] of cases) exits(await project.sign(token), 4, /SIGNER_UNDECLARED/, said)
  const fork = {
    repository: 'evil/tools',
    repository_id: '7',
    workflow_ref: 'evil/tools/.github/workflows/lock.yml@refs/heads/main',
    job_workflow_ref: 'evil/tools/.github/workflows/lock.yml@refs/heads/main',
  }
  await project.policy([{ ...WORKFLOW, github: 'evil/tools', issuer: issuers.ci.issuer }])
  exits(
    await project.sign(issuers.ci.token(fork)),
    4,
    /SIGNATURE_OTHER_REPOSITORY/,
    /evil\/tools \(id 7\), expected https:\/\/github\.com\/acme\/tools/,
  )
  await project.policy([])
  exits(await project.sign(), 4, /SIGNER_UNDECLARED/, /names no signers/)
  assert.deepEqual(requests, [])
  assert.equal(project.bundle(), null)
})

test('what is not as it was pinned is not signed', async (t) => {
  const project = await SigningProject.make(t)
  const { repository, sigstore } = project
  const lock = readFileSync(join(repository.folder, 'mcp.lock'), 'utf8')
  await repository.write({ 'mcp.lock': lock.replace('Keeps notes.', 'Keeps NOTES.') })
  exits(await project.sign(), 2, /LOCK_INCONSISTENT/)
  await repository.write({ 'mcp.lock': lock, 'mcp-lock.yaml': 'signers: 3' })
  exits(await project.sign(), 2, /POLICY_INVALID/)
  await repository.write({ 'mcp.lock': null })
  exits(await project.sign(), 2, /LOCK_NOT_FOUND/)
  const { pin, closure } = packagePin('1.0.0')
  await repository.write({ 'mcp.lock': formatLock(lockOf({ notes: pin })), 'mcp-lock.yaml': JSON.stringify({}) })
  exits(await project.sign(), 1, /CLOSURE_ALTERED.*notes: the files are missing/)
  const files = Object.entries(closure).map(
    ([name, text]) => [`mcp.lock.d/notes/${name}`, name === 'package-lock.json' ? `${text} ` : text] as const,
  )
  await repository.write(Object.fromEntries(files))
  exits(await project.sign(), 1, /CLOSURE_ALTERED.*notes: the files differ/)
  exits(await project.sign(undefined, '--yes --global'), 2, /USAGE.*--global/)
  assert.deepEqual(sigstore.requests, [])
})

test('a bundle that does not say where to count on from', async (t) => {
  const project = await SigningProject.make(t)
  const { repository, sigstore } = project
  exits(await project.sign(), 0)
  const good = project.bundle() ?? ''
  const asked = sigstore.requests.length
  await project.pin('Keeps other notes.')
  const write = (text: string): Promise<void> => repository.write({ 'mcp.lock.sigstore.json': text })
  const claiming = (change: (text: string) => string): string => {
    const bundle = JSON.parse(good)
    bundle.dsseEnvelope.payload = Buffer.from(change(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString())).toString('base64')
    return JSON.stringify(bundle)
  }
  const cases: readonly (readonly [text: string, said: RegExp])[] = [
    [`<<<<<<< HEAD\n${good}=======\n${good}>>>>>>> other\n`, /the markers of a merge.*--ours/],
    ['{}', /BUNDLE_UNUSABLE/],
    [
      claiming((text) => text.replace('github.com/acme/tools"', 'github.com/acme/other"')),
      /another repository, `https:\/\/github\.com\/acme\/other`/,
    ],
    [claiming((text) => text.replace('"path":"mcp.lock"', '"path":"a/mcp.lock"')), /another path, `a\/mcp\.lock`/],
    [claiming((text) => text.replace('"serial":1', '"serial":1000000000')), /no later one/],
  ]
  for (const [text, said] of cases) {
    await write(text)
    const before = await snapshot(repository.folder)
    exits(await project.sign(), 2, /BUNDLE_UNUSABLE/, said)
    assert.deepEqual(await snapshot(repository.folder), before)
  }
  assert.equal(sigstore.requests.length, asked)
  // One whose signature does not hold any more still says which number was the last.
  await write(claiming((text) => text.replace('"serial":1', '"serial":6')))
  exits(await project.sign(), 0, /! the bundle beside the lock is believed in nothing here \([A-Z]+_[A-Z_]+\), and serial 7 counts on/)
  await project.pin('Keeps notes again.')
  assert.doesNotMatch(exits(await project.sign(), 0, /serial 8/).stderr, /believed in nothing/)
})

test('what nobody could verify is not made', async (t) => {
  const project = await SigningProject.make(t)
  const { repository, sigstore } = project
  exits(await project.sign(undefined, '--yes --trusted-root nowhere.json'), 2, /FILE_UNREADABLE.*nowhere\.json/)
  await repository.write({ 'trusted_root.json': '{}' })
  exits(await project.sign(), 4, /TRUSTED_ROOT_INVALID/)
  await repository.write({ 'trusted_root.json': JSON.stringify(sigstore.trustedRoot) })
  const pins = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`server-${i}`, pinOf(`Keeps notes ${i}.`)]))
  await repository.write({ 'mcp.lock': formatLock(lockOf(pins)) })
  exits(await project.sign(), 4, /STATEMENT_INVALID.*can be signed/)
  assert.deepEqual(sigstore.requests, [])
})

test('a token goes to an authority of the trusted root only, and encrypted', async (t) => {
  const project = await SigningProject.make(t)
  const { sigstore, repository } = project
  const elsewhere = await startSigstore()
  t.after(() => elsewhere[Symbol.asyncDispose]())
  const honest = sigstore.signingConfig({ rekor: 1, tsa: true })
  const write = (url: string): Promise<void> =>
    repository.write({ 'signing_config.json': JSON.stringify({ ...honest, caUrls: honest.caUrls.map((ca) => ({ ...ca, url })) }) })
  await write(`${elsewhere.url}/fulcio`)
  exits(await project.sign(), 4, /AUTHORITY_UNKNOWN: `http:\/\/127\S+` is no authority of the trusted root, which names `http:\/\/127/)
  await project.policy([{ issuer: sigstore.issuers.user.issuer, subject: 'dev@example.com' }])
  exits(await project.run('sign', { answers: [] }), 4, /AUTHORITY_UNKNOWN/)
  assert.deepEqual([...sigstore.requests, ...elsewhere.requests], [])
  // Named on the command line, it is the choice of whoever signs.
  await project.policy([{ ...WORKFLOW, issuer: sigstore.issuers.ci.issuer }])
  exits(await project.sign(undefined, '--yes --signing-config signing_config.json'), 3, /SIGNING_REFUSED: Fulcio/)
  await write('http://fulcio.acme.test')
  for (const flags of ['--yes', '--yes --signing-config signing_config.json'])
    exits(await project.sign(undefined, flags), 4, /AUTHORITY_UNKNOWN: `http:\/\/fulcio\.acme\.test` is no address of HTTPS/)
  assert.equal(project.bundle(), null)
})

test('a bundle that could not be written is refused before anything becomes public', async (t) => {
  const project = await SigningProject.make(t)
  const { folder } = project.repository
  symlinkSync(join(folder, 'elsewhere.json'), join(folder, 'mcp.lock.sigstore.json'))
  exits(await project.sign(), 2, /FILE_REFUSED.*symbolic link/)
  rmSync(join(folder, 'mcp.lock.sigstore.json'))
  mkdirSync(join(folder, 'mcp.lock.sigstore.json'))
  exits(await project.sign(), 2, /FILE_REFUSED/)
  assert.deepEqual(project.sigstore.requests, [])
})

test('what changes while a person is asked is not signed, and nothing becomes public', async (t) => {
  const project = await SigningProject.make(t)
  const { folder } = project.repository
  for (const [file, text] of [
    ['mcp.lock', formatLock(lockOf({ notes: pinOf('Keeps other notes.') }))],
    ['mcp-lock.yaml', `${readFileSync(join(folder, 'mcp-lock.yaml'), 'utf8')}\n`],
  ] as const) {
    const onSaid = (said: string): void => (said.includes('[y/N]') ? writeFileSync(join(folder, file), text) : undefined)
    exits(await project.sign(undefined, '', { answers: ['y'], onSaid }), 3, new RegExp(`CHANGED_MEANWHILE: ${file}`))
  }
  assert.deepEqual(project.sigstore.requests, [])
  assert.equal(project.bundle(), null)
})

test('a policy that changes while it is signed', async (t) => {
  const project = await SigningProject.make(t)
  project.sigstore.disturb('rekor1', (honest) => {
    writeFileSync(join(project.repository.folder, 'mcp-lock.yaml'), '{}\n')
    return honest()
  })
  exits(await project.sign(), 4, /SIGNING_UNVERIFIED/)
  assert.equal(project.bundle(), null)
})

test('a lock that changes while it is signed', async (t) => {
  const project = await SigningProject.make(t)
  const other = formatLock(lockOf({ notes: pinOf('Keeps other notes.') }))
  project.sigstore.disturb('rekor1', (honest) => {
    writeFileSync(join(project.repository.folder, 'mcp.lock'), other)
    return honest()
  })
  exits(await project.sign(), 4, /SIGNING_UNVERIFIED: SIGNATURE_OTHER_FILE/)
  assert.equal(project.bundle(), null)
})

test('services of one Sigstore and the root of another: nothing is written', async (t) => {
  const project = await SigningProject.make(t)
  const other = await startSigstore({ keys: newKeys() })
  t.after(() => other[Symbol.asyncDispose]())
  const [{ uri } = { uri: '' }] = project.sigstore.trustedRoot.certificateAuthorities
  const certificateAuthorities = other.trustedRoot.certificateAuthorities.map((authority) => ({ ...authority, uri }))
  await project.repository.write({ 'other.json': JSON.stringify({ ...other.trustedRoot, certificateAuthorities }) })
  exits(await project.sign(undefined, '--yes --trusted-root other.json'), 4, /SIGNING_UNVERIFIED: LOG_ENTRY_INVALID/)
  assert.equal(project.bundle(), null)
})

test('more proof than the services give is noticed before anybody is asked', async (t) => {
  const project = await SigningProject.make(t)
  const { sigstore, repository } = project
  const signer = { ...WORKFLOW, issuer: sigstore.issuers.ci.issuer }
  await project.policy([signer], { thresholds: { log: 2 } })
  exits(await project.sign(), 2, /SIGNING_CONFIG_INVALID/, /needs 2 of the kind log/)
  await project.policy([signer])
  await repository.write({ 'signing_config.json': JSON.stringify(sigstore.signingConfig({ rekor: 2, tsa: false })) })
  exits(await project.sign(), 2, /SIGNING_CONFIG_INVALID/, /an entry of Rekor v2 says no time/)
  await repository.write({ 'signing_config.json': JSON.stringify(sigstore.signingConfig({ rekor: null, tsa: true })) })
  exits(await project.sign(), 2, /SIGNING_CONFIG_INVALID/, /needs 1 of the kind log, and it names none/)
  assert.deepEqual(sigstore.requests, [])
  await project.policy([signer], { thresholds: { log: 0 } })
  exits(await project.sign(), 0, /become public through 127\.0\.0\.1/)
  exits(await project.run('verify --offline'), 0)
})
