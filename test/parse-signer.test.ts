/** Signers in the words of a command line. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { parseSigner } from '../core/signing/index.ts'

const none = (path: string): Promise<string> => Promise.reject(new LockError('FILE_UNREADABLE', `no ${path}`))
const parse = (words: string, issuer: string | null = null): ReturnType<typeof parseSigner> => parseSigner(words, issuer, none)

async function refused(words: string, issuer: string | null, code: string, ...says: readonly RegExp[]): Promise<void> {
  const error = await parse(words, issuer).then(
    (signer) => assert.fail(JSON.stringify(signer)),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof LockError, String(error))
  assert.equal(error.code, code, words)
  for (const pattern of says) assert.match(error.message, pattern)
}

test('a workflow of GitHub, by repository, file and whole ref', async () => {
  assert.deepEqual(await parse('github:acme/my.tools/.github/workflows/lock.yml@refs/heads/feature/x'), {
    github: 'acme/my.tools',
    workflow: '.github/workflows/lock.yml',
    ref: 'refs/heads/feature/x',
  })
  await refused('github:acme/tools/.github/workflows/lock.yml@main', null, 'USAGE', /@refs\/heads\/main`.*@refs\/tags\/main`/)
  await refused('github:acme/tools/.github/workflows/lock.yml@rele ase', null, 'USAGE', /@refs\/heads\/main/)
  await refused('github:acme/tools/.github/workflows/lock.yml', null, 'USAGE', /a whole ref/)
  await refused('github:acme/tools/.github/workflows/lock.yml@refs/', null, 'USAGE', /a whole ref/)
  for (const ref of ['refs/heads/', 'refs/pull/1/merge', 'refs/heads/ma\u200bin'])
    await refused(`github:acme/tools/.github/workflows/lock.yml@${ref}`, null, 'USAGE', /a whole ref/)
  await refused('github:acme/tools/.github/workflows/lock.yml@refs/tags/v*', null, 'USAGE', /refPattern/)
  await refused('github:acme/tools/lock.yml@refs/heads/main', null, 'USAGE', /\.github\/workflows\/NAME\.yml/)
  await refused('github:acme/.github/workflows/lock.yml@refs/heads/main', null, 'USAGE', /OWNER\/REPOSITORY/)
  await refused('github:acme/tools', null, 'USAGE', /OWNER\/REPOSITORY/)
  await refused('github:acme/tools/.github/workflows/lock.yml@refs/heads/main', 'https://a.example', 'USAGE', /is known/)
  // Its URI alone does not say in which repository the workflow ran.
  const uri = 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main'
  await refused(uri, null, 'USAGE', /`github:OWNER/)
  await refused(uri, 'https://token.actions.githubusercontent.com', 'USAGE', /`github:OWNER/)
})

test('an e-mail or a URI, with its issuer', async () => {
  const issuer = 'https://accounts.google.com'
  assert.deepEqual(await parse('me@acme.example', issuer), { issuer, subject: 'me@acme.example' })
  assert.deepEqual(await parse('spiffe://acme.example/ci', issuer), { issuer, subject: 'spiffe://acme.example/ci' })
  const gitlab = 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main'
  assert.deepEqual(await parse(gitlab, 'https://gitlab.com'), { issuer: 'https://gitlab.com', subject: gitlab })
  await refused('me@acme.example', null, 'USAGE', /an e-mail needs `--issuer URL`/)
  await refused('spiffe://acme.example/ci', null, 'USAGE', /a URI needs `--issuer URL`/)
  await refused('me@acme.example', 'accounts.google.com', 'USAGE', /the URL of an issuer/)
  for (const words of ['\u0430na@acme.example', 'ana\u200b@acme.example', 'spiffe://acme.\u0435xample/ci'])
    await refused(words, issuer, 'USAGE', /in ASCII/)
  await refused('me@acme.example', 'https://\u0430ccounts.google.com', 'USAGE', /the URL of an issuer/)
  await refused('acme', issuer, 'USAGE', /a key has none/)
  await refused('', issuer, 'USAGE', /a signer/)
})

test('a path of a public key', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const asked: string[] = []
  const read =
    (text: string) =>
    (path: string): Promise<string> => {
      asked.push(path)
      return Promise.resolve(text)
    }
  assert.deepEqual(await parseSigner('./keys/me@home.pem', null, read(`\n${pem}\n`)), { key: pem })
  assert.deepEqual(await parseSigner(String.raw`C:\keys\lock.pem`, null, read(pem)), { key: pem })
  assert.deepEqual(asked, ['./keys/me@home.pem', String.raw`C:\keys\lock.pem`])
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await assert.rejects(parseSigner('key.pem', null, read(secret)), (error) => {
    assert.ok(error instanceof LockError && error.code === 'KEY_INVALID')
    assert.ok(!error.message.includes(secret.split('\n')[1] ?? ''))
    return true
  })
  await refused('gone.pem', null, 'FILE_UNREADABLE', /gone/)
})
