/** Signing with keys: in files, variables, encrypted, behind a command; alone and with a log. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { SigningProject } from '../signing-project.ts'
import { exits, run, type Run } from '../world.ts'

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

const PASSPHRASE = 'correct horse battery'
const p256: Pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed25519: Pair = generateKeyPairSync('ed25519')
const publicPem = ({ publicKey }: Pair): string => publicKey.export({ type: 'spki', format: 'pem' }).toString()
const pem = ({ privateKey }: Pair, type: 'pkcs8' | 'sec1' = 'pkcs8'): string => privateKey.export({ type, format: 'pem' }).toString()
const encrypted = ({ privateKey }: Pair, type: 'pkcs8' | 'sec1' = 'pkcs8'): string =>
  privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE }).toString()

const ALONE = { signingConfig: undefined }
const VERIFIED = 'verify --offline'

/** A project whose policy names a key, which is in `key.pem`. */
async function withKey(t: TestContext, pair: Pair, text = pem(pair), sigstore: object = ALONE): Promise<SigningProject> {
  const project = await SigningProject.make(t, { rekor: 1, tsa: true })
  await project.policy([{ key: publicPem(pair) }], sigstore)
  await project.repository.write({ 'key.pem': text, 'key.pub': publicPem(pair) })
  await chmod(join(project.repository.folder, 'key.pem'), 0o600)
  project.secrets.push(PASSPHRASE, ...text.split('\n').filter((line) => line.length > 20 && !line.startsWith('-')))
  return project
}

const FORMS: readonly (readonly [name: string, pair: Pair, text: string])[] = [
  ['P-256 in PKCS#8', p256, pem(p256)],
  ['P-256 in SEC1', p256, pem(p256, 'sec1')],
  [
    'P-256 in SEC1 behind its parameters',
    p256,
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(p256, 'sec1')}`,
  ],
  ['P-256 with CRLF', p256, pem(p256).replaceAll('\n', '\r\n')],
  ['Ed25519', ed25519, pem(ed25519)],
  ['P-256, encrypted', p256, encrypted(p256)],
  ['P-256 in SEC1, encrypted', p256, encrypted(p256, 'sec1')],
  ['Ed25519, encrypted', ed25519, encrypted(ed25519)],
]

for (const [name, pair, text] of FORMS) {
  test(`${name}: without a log nothing becomes public, so nothing is asked`, async (t) => {
    const project = await withKey(t, pair, text)
    const env = { MCP_LOCK_KEY_PASSPHRASE: PASSPHRASE }
    exits(await project.run('sign --key key.pem', { env }), 0, /nothing becomes public/, /signed by the key sha256:/)
    exits(await project.run(VERIFIED), 0)
    exits(await project.run('sign --force --key ENV:SIGNING_KEY', { env: { ...env, SIGNING_KEY: text } }), 0, /serial 2/)
    exits(await project.run(VERIFIED), 0)
    assert.deepEqual(project.sigstore.requests, [])
  })
}

test('with a log and a timestamp authority', async (t) => {
  for (const [pair, rekor] of [
    [p256, 1],
    [p256, 2],
    [ed25519, 1],
  ] as const) {
    const project = await withKey(t, pair, pem(pair), { thresholds: { log: 1, timestamp: 1 } })
    await project.repository.write({ 'signing_config.json': JSON.stringify(project.sigstore.signingConfig({ rekor, tsa: true })) })
    exits(await project.run('sign --key key.pem'), 2, /NO_TERMINAL/)
    exits(await project.run('sign --key key.pem --yes'), 0, /the public key, the signature and the hash .* become public through 127/)
    exits(await project.run(VERIFIED), 0)
    assert.deepEqual(
      project.sigstore.requests.map(({ service }) => service),
      ['tsa', `rekor${rekor}`],
    )
  }
})

test('Ed25519 and Rekor v2 do not go together, and that is said before anybody is asked', async (t) => {
  const project = await withKey(t, ed25519, pem(ed25519), { thresholds: { log: 1 } })
  await project.repository.write({ 'signing_config.json': JSON.stringify(project.sigstore.signingConfig({ rekor: 2, tsa: true })) })
  exits(await project.run('sign --key key.pem --yes'), 2, /SIGNING_CONFIG_INVALID/)
  assert.deepEqual(project.sigstore.requests, [])
})

test('the passphrase: typed, absent, wrong', async (t) => {
  const project = await withKey(t, p256, encrypted(p256))
  exits(await project.run('sign --key key.pem'), 2, /KEY_LOCKED.*there is no passphrase/)
  exits(await project.run('sign --key key.pem', { env: { MCP_LOCK_KEY_PASSPHRASE: 'wrong' } }), 2, /KEY_LOCKED.*does not open/)
  exits(await project.run('sign --key key.pem', { answers: ['wrong'] }), 2, /passphrase of key\.pem: .*[^]*does not open/)
  assert.equal(project.bundle(), null)
  exits(await project.run('sign --key key.pem', { answers: [PASSPHRASE] }), 0)
})

test('what is no private key of ours', async (t) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const cosign = pem(p256).replaceAll(' PRIVATE KEY', ' ENCRYPTED SIGSTORE PRIVATE KEY')
  const cases: readonly (readonly [text: string, said: RegExp])[] = [
    [rsa, /expected ECDSA P-256 or Ed25519, got rsa/],
    [p384, /expected ECDSA P-256 or Ed25519, got ec on secp384r1/],
    [publicPem(p256), /that is a public key/],
    [cosign, /--key-command 'cosign sign-blob/],
    ['hello', /got no PEM/],
    ['', /got no PEM/],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /got `CERTIFICATE`/],
    ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', /cannot be read/],
  ]
  for (const [text, said] of cases) {
    const project = await withKey(t, p256, text)
    exits(await project.run('sign --key key.pem'), 2, /KEY_INVALID/, said)
    assert.equal(project.bundle(), null)
  }
  const project = await withKey(t, p256)
  exits(await project.run('sign --key nowhere.pem'), 2, /FILE_UNREADABLE.*nowhere\.pem/)
  exits(await project.run('sign --key ENV:NOTHING'), 2, /KEY_INVALID.*variable `NOTHING` has no value/)
  exits(await project.run('sign --key-command true'), 2, /USAGE.*--key PUBLIC\.pem/)
  exits(await project.run('sign --key key.pem --identity-token-file t'), 2, /USAGE/)
})

test('a key that others may read is used, and that is said', async (t) => {
  const project = await withKey(t, p256)
  await chmod(join(project.repository.folder, 'key.pem'), 0o644)
  exits(await project.run('sign --key key.pem'), 0, /key\.pem may be read by others than you: chmod 600 key\.pem$/m)
  await project.repository.write({ 'public.pem': publicPem(p256) })
  await chmod(join(project.repository.folder, 'public.pem'), 0o644)
  assert.doesNotMatch(exits(await project.run('sign --key public.pem --force'), 2, /that is a public key/).stderr, /chmod/)
})

test('another key than that of the policy', async (t) => {
  const project = await withKey(t, p256, pem(ed25519))
  exits(
    await project.run('sign --key key.pem'),
    4,
    /SIGNER_UNDECLARED.*`openssl pkey -in key\.pem -pubout -out key\.pub`, then `mcp-lock trust add key\.pub`/,
  )
  await project.repository.write({ 'other.pub': publicPem(ed25519) })
  exits(await project.repository.run('sign --key other.pub --key-command true'), 4, /SIGNER_UNDECLARED.*`mcp-lock trust add other\.pub`/)
  assert.equal(project.bundle(), null)
})

/** A program that signs with the key in key.pem, or does something else. */
const KMS = `
import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
const bytes = readFileSync(0)
const key = createPrivateKey(readFileSync('key.pem'))
const signature = (of) => sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', of, key).toString('base64')
const ways = {
  well: () => console.log(signature(bytes)),
  wrapped: () => console.log(signature(bytes).replace(/(.{20})/g, '$1\\n')),
  other: () => console.log(signature(Buffer.from('else'))),
  garbage: () => console.log('Signature: ' + signature(bytes)),
  nothing: () => {},
  much: () => console.log('A'.repeat(100_000)),
  hangs: () => setInterval(() => {}, 1_000),
  fails: () => { console.error('no such key \\u001b[31mred'); process.exit(3) },
}
ways[process.argv[2]]()
`

/** The words of the flag have blanks, which a line of a test does not. */
async function signBy(project: SigningProject, way: string, flags = ''): ReturnType<SigningProject['run']> {
  await project.repository.write({ 'kms.mjs': KMS, 'kms.sh': `'${process.execPath}' kms.mjs ${way}` })
  return project.run(`sign --key key.pub --key-command .\${IFS}./kms.sh ${flags}`.trim())
}

for (const [name, pair] of [
  ['P-256', p256],
  ['Ed25519', ed25519],
] as const) {
  test(`a command signs, ${name}`, { skip: process.platform === 'win32' }, async (t) => {
    const project = await withKey(t, pair)
    exits(await signBy(project, 'well'), 0)
    exits(await project.run(VERIFIED), 0)
    await project.pin('Keeps other notes.')
    exits(await signBy(project, 'wrapped'), 0, /serial 2/)
    exits(await project.run(VERIFIED), 0)
  })
}

test('a command that does not sign', { skip: process.platform === 'win32' }, async (t) => {
  const project = await withKey(t, p256)
  for (const [way, said] of [
    ['other', /is not a signature by the key of `--key`/],
    ['garbage', /expected base64/],
    ['nothing', /expected base64/],
    ['much', /wrote more than 4096 bytes/],
    ['fails', /exit status 3: no such key <U\+001B>\[31mred/],
  ] as const) {
    exits(await signBy(project, way), 3, /KEY_COMMAND_FAILED/, said)
    assert.equal(project.bundle(), null)
  }
  exits(await signBy(project, 'hangs', '--timeout 0.5'), 3, /KEY_COMMAND_FAILED.*took longer than 0\.5 seconds/)
})

/** What is in backticks in the line that says what to do next. */
function commandsIn({ stdout }: Run): string[] {
  return [...(/→ (.*)/.exec(stdout)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, words = '']) => words.replace('BASE', 'main'))
}

/** Runs what a report says, as it stands there; a key signs. */
async function obey(project: SigningProject, report: Run): Promise<void> {
  for (const words of commandsIn(report)) {
    const [program, ...rest] = words.split(' ')
    if (program === 'git') await project.repository.git(...rest)
    else exits(await project.run(`${rest.join(' ')} --key key.pem`), 0, /wrote mcp\.lock\.sigstore\.json/)
  }
}

test('a bundle that was lost, or signed beside the base: the report says what helps', async (t) => {
  const project = await withKey(t, p256)
  for (const text of ['Keeps notes.', 'Keeps more notes.']) {
    await project.pin(text)
    exits(await project.run('sign --key key.pem'), 0)
  }
  await project.repository.commit()
  await project.repository.branch('change')
  await project.repository.write({ 'mcp.lock.sigstore.json': null })
  await project.pin('Keeps other notes.')
  exits(await project.run('sign --key key.pem'), 0, /serial 1,/)
  const against = 'verify --offline --base main'
  const stale = exits(await project.run(against), 4, /SIGNATURE_STALE/)
  await obey(project, stale)
  exits(await project.run(against), 0)
})

test('a lock that was moved: the report says what helps', async (t) => {
  const project = await withKey(t, p256)
  exits(await project.run('sign --key key.pem'), 0)
  await mkdir(join(project.repository.folder, 'moved'))
  for (const file of ['mcp.lock', 'mcp.lock.sigstore.json', 'mcp-lock.yaml', '.mcp.json', 'key.pem', 'trusted_root.json'])
    await rename(join(project.repository.folder, file), join(project.repository.folder, 'moved', file))
  const moved = join(project.repository.folder, 'moved')
  exits(await run(moved, ['verify', '--offline']), 4, /SIGNATURE_OTHER_PATH[^]*→ .*delete mcp\.lock\.sigstore\.json.*`mcp-lock sign`/)
  exits(await run(moved, ['sign', '--key', 'key.pem']), 2, /BUNDLE_UNUSABLE[^]*copied or moved.*delete mcp\.lock\.sigstore\.json/)
  await rm(join(moved, 'mcp.lock.sigstore.json'))
  exits(await run(moved, ['sign', '--key', 'key.pem']), 0)
  exits(await run(moved, ['verify', '--offline']), 0)
})
