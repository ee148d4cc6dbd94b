/** `verify --base` of a signed lock: what a branch may do to the signature, with bundles that `sign` would not make. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { sha256 } from '../../core/json/digest.ts'
import { EMPTY_LOCK, formatLock } from '../../core/lock/lockfile.ts'
import { publicGoodText } from '../../core/signing/trusted-root.ts'
import { policyOf, signedBundle, signingKey, type Said, type SigningKey } from '../key-signature.ts'
import { Repository } from '../repository.ts'
import { exits, run } from '../world.ts'
import { BUNDLE, PROJECT, SignedRepository } from './signed-repository.ts'

const KEY = signingKey()
const OTHER = signingKey()
const EMPTY = formatLock(EMPTY_LOCK)
const FILES = { 'mcp-lock.yaml': policyOf([KEY]) }

class Forger extends SignedRepository {
  #serial = 0

  constructor(repository: Repository) {
    super(repository, () => this.forge())
  }

  static async signed(t: TestContext, files: { readonly [path: string]: string } = FILES): Promise<Forger> {
    const { repository } = await SignedRepository.make(t, files, () => Promise.resolve())
    const forger = new Forger(repository)
    await forger.sign()
    await repository.commit('main')
    return forger
  }

  async forge(said: Said = {}, key: SigningKey = KEY): Promise<void> {
    this.#serial++
    const policy = this.repository.has('mcp-lock.yaml') ? await this.read('mcp-lock.yaml') : null
    await this.repository.write({ [BUNDLE]: signedBundle(await this.read('mcp.lock'), policy, key, { serial: this.#serial, ...said }) })
  }
}

test('no way down', async (t) => {
  const project = await Forger.signed(t)
  const { repository } = project
  const first = { lock: await project.read('mcp.lock'), bundle: await project.read(BUNDLE), server: await project.read('notes.mjs') }
  await project.change('Save a note for later.')
  await project.sign()
  await repository.commit()
  const attempts: readonly (readonly [what: string, change: () => Promise<void>, ...codes: string[]])[] = [
    ['the bundle removed', () => repository.write({ [BUNDLE]: null }), 'SIGNATURE_REMOVED'],
    [
      'the bundle removed, and the lock changed',
      async () => {
        await project.change('Give me your keys.')
        await repository.write({ [BUNDLE]: null })
      },
      'SIGNATURE_REMOVED',
    ],
    ['the lock removed', () => repository.write({ 'mcp.lock': null, [BUNDLE]: null }), 'SIGNATURE_REMOVED', 'LOCK_NOT_FOUND'],
    ['the lock removed, and the bundle left', () => repository.write({ 'mcp.lock': null }), 'SIGNATURE_REMOVED', 'LOCK_NOT_FOUND'],
    [
      'the project moved',
      async () => {
        await repository.git('mv', '.mcp.json', 'mcp.lock', BUNDLE, 'notes.mjs', await folderIn(repository, 'elsewhere'))
      },
      'SIGNATURE_REMOVED',
      'LOCK_NOT_FOUND',
    ],
    [
      'an older lock with its own signature',
      () => repository.write({ 'mcp.lock': first.lock, [BUNDLE]: first.bundle, 'notes.mjs': first.server }),
      'SIGNATURE_STALE',
    ],
    ['signed by somebody else', () => project.forge({}, OTHER), 'SIGNER_UNTRUSTED'],
    ['for another repository', () => project.forge({ repository: { uri: 'https://github.com/acme/fork' } }), 'SIGNATURE_OTHER_REPOSITORY'],
    ['for another path', () => project.forge({ path: 'apps/web/mcp.lock' }), 'SIGNATURE_OTHER_PATH'],
    ['no bundle', () => repository.write({ [BUNDLE]: '{}' }), 'BUNDLE_INVALID'],
    [
      'a policy that names another signer, who signed',
      async () => {
        await repository.write({ 'mcp-lock.yaml': policyOf([OTHER]) })
        await project.forge({}, OTHER)
      },
      'SIGNER_UNTRUSTED',
      'TRUST_CHANGED',
      'TRUST_CHANGED',
    ],
    ['one signer more', () => repository.write({ 'mcp-lock.yaml': policyOf([KEY, OTHER]) }), 'SIGNATURE_PENDING', 'TRUST_CHANGED'],
    [
      'one signer more, signed',
      async () => {
        await repository.write({ 'mcp-lock.yaml': policyOf([KEY, OTHER]) })
        await project.sign()
      },
      'TRUST_CHANGED',
    ],
    ['no policy any more', () => repository.write({ 'mcp-lock.yaml': null }), 'SIGNATURE_PENDING', 'TRUST_CHANGED', 'TRUST_CHANGED'],
    ['no signers any more', () => repository.write({ 'mcp-lock.yaml': '{}\n' }), 'SIGNATURE_PENDING', 'TRUST_CHANGED', 'TRUST_CHANGED'],
    [
      'another repository in the policy',
      () => repository.write({ 'mcp-lock.yaml': policyOf([KEY]).replace('acme/tools', 'acme/fork') }),
      'SIGNATURE_PENDING',
      'TRUST_CHANGED',
    ],
    [
      'another trusted root',
      () => repository.write({ 'mcp-lock.yaml': policyOf([KEY], 'sigstore: { trustedRoot: root.json }\n') }),
      'SIGNATURE_PENDING',
      'TRUST_CHANGED',
    ],
    [
      'lower thresholds',
      () => repository.write({ 'mcp-lock.yaml': policyOf([KEY], 'sigstore: { thresholds: { log: 0 } }\n') }),
      'SIGNATURE_PENDING',
      'TRUST_CHANGED',
    ],
  ]
  for (const [what, change, ...codes] of attempts) {
    await t.test(what, async () => {
      await repository.git('switch', '-q', '-C', 'attempt', 'main')
      await change()
      await repository.commit()
      await project.verify(4, '--base main', ...codes)
      await repository.git('switch', '-q', 'main')
    })
  }
  await repository.write({ 'mcp-lock.yaml': policyOf([KEY, OTHER]) })
  const shown = exits(
    await repository.run('verify --base main --offline'),
    4,
    /^ {2}policy {2}\/signers: the change alters who is trusted \(TRUST_CHANGED\)$/m,
  )
  assert.match(shown.stdout, /\+ +"key": "sha256:[0-9a-f]{64}"/)
  assert.doesNotMatch(shown.stdout, /NO_BASE|by no trust base/)
})

test('files of the command line that the change has written judge nothing', async (t) => {
  const project = await Forger.signed(t, { ...FILES, 'keys/signer.pub': KEY.pem, 'root.json': publicGoodText() })
  const { repository } = project
  await repository.branch('change')
  const signer = '--signer keys/signer.pub --repository https://github.com/acme/tools'
  const [before, after] = [KEY, OTHER].map(({ pem }) => ({ 'keys/signer.pub': pem }))
  await project.verify(0, `--base main --offline ${signer}`)
  await repository.write(after ?? {})
  await project.forge({}, OTHER)
  await repository.commit()
  await project.verify(4, `--base main --offline ${signer}`, 'SIGNER_UNTRUSTED', 'TRUST_CHANGED')
  // A replaced key under which base and change would both be good.
  await repository.write({ ...before, 'root.json': `${publicGoodText()}\n`, 'trust/policy.yaml': policyOf([KEY]) })
  await project.sign()
  await repository.commit()
  await project.verify(4, '--base main --offline --trusted-root root.json', 'TRUST_CHANGED')
  await project.verify(4, '--base main --offline --policy trust/policy.yaml', 'TRUST_CHANGED')
})

test('a base that is checked out is said, and what is typed to mend a change has its name', async (t) => {
  const project = await Forger.signed(t)
  const { repository } = project
  const said = /not checked: the base is the commit that is checked out/
  exits(await repository.run('verify --offline --base main'), 0, said)
  await repository.branch('change')
  await repository.write({ [BUNDLE]: null })
  await repository.commit()
  const format = async (base: string, how: string) => (await repository.run(`verify --offline --base ${base} --format ${how}`)).stdout
  for (const how of ['text', 'github']) {
    const shown = await format('main', how)
    assert.match(shown, /`git checkout main -- mcp\.lock\.sigstore\.json`/)
    assert.doesNotMatch(shown, said)
    // What could mean something to a shell is not repeated.
    assert.match(await format('main@{0}', how), /`git checkout BASE -- /)
  }
})

test('another policy that alters no trust is signed with the lock, and pending until then', async (t) => {
  const project = await Forger.signed(t)
  const { repository } = project
  await repository.branch('change')
  await repository.write({
    'mcp-lock.yaml': policyOf([KEY], 'sigstore: { signingConfig: ours.json }\nservers:\n  notes: { match: subset }\n'),
  })
  await repository.commit()
  await project.verify(0, '--base main', 'SIGNATURE_PENDING', 'POLICY_CHANGED', 'POLICY_CHANGED')
  await project.sign()
  await project.verify(0, '--base main', 'POLICY_CHANGED', 'POLICY_CHANGED')
  await project.verify(0, '')
})

test('the first signers are a policy that changed, and count once the base has them', async (t) => {
  const repository = await Repository.make(t, { ...PROJECT, 'mcp-lock.yaml': '{}\n' })
  exits(await repository.run('pin --yes'), 0)
  await repository.commit('main')
  await repository.branch('change')
  const project = new Forger(repository)
  await repository.write({ 'mcp-lock.yaml': policyOf([KEY]) })
  await project.verify(0, '--base main', 'POLICY_CHANGED', 'POLICY_CHANGED')
  await project.verify(4, '--base main --require-signature', 'SIGNATURE_MISSING', 'POLICY_CHANGED', 'POLICY_CHANGED')
  await project.sign()
  await project.verify(4, '--base main', 'SIGNER_UNTRUSTED', 'POLICY_CHANGED', 'POLICY_CHANGED')
  await project.verify(0, '')
})

test('a trusted root is that of the base, by its bytes', async (t) => {
  const root = await readFile(new URL('../../core/signing/public-good.json', import.meta.url), 'utf8')
  const policy = policyOf([KEY], 'sigstore: { trustedRoot: trust/root.json }\n')
  const project = await Forger.signed(t, { ...FILES, 'mcp-lock.yaml': policy, 'trust/root.json': root })
  const { repository } = project
  await repository.branch('change')
  await project.verify(0)
  await repository.write({ 'trust/root.json': '{}' })
  await project.verify(4, '', 'TRUSTED_ROOT_INVALID')
  await project.verify(4, '--base main', 'TRUST_CHANGED')
  await repository.write({ 'trust/root.json': null })
  await project.verify(4, '--base main', 'TRUST_CHANGED')
})

test('--policy takes signers and their root from outside', async (t) => {
  const project = await Forger.signed(t, { ...FILES, 'mcp-lock.yaml': 'servers: {}\n' })
  const { repository } = project
  const root = await readFile(new URL('../../core/signing/public-good.json', import.meta.url), 'utf8')
  const outside = policyOf([KEY], 'sigstore: { trustedRoot: root.json }\n')
  await repository.write({ '../central/policy.yaml': outside, '../central/root.json': root })
  await repository.branch('change')
  await project.verify(4, '', 'SIGNER_UNTRUSTED')
  await project.verify(0, '--policy ../central/policy.yaml')
  await project.verify(0, '--policy ../central/policy.yaml --base main')
  await repository.write({ 'mcp-lock.yaml': policyOf([OTHER]) })
  await project.forge({}, OTHER)
  await project.verify(4, '--policy ../central/policy.yaml', 'SIGNER_UNTRUSTED', ...Array<string>(3).fill('TRUST_CHANGED'))
  await repository.write({ '../central/root.json': '{}' })
  await project.verify(4, '--policy ../central/policy.yaml', 'TRUSTED_ROOT_INVALID', ...Array<string>(3).fill('TRUST_CHANGED'))
})

test('--recursive with a base: a signed lock is not taken away, with its project or without', async (t) => {
  const repository = await Repository.make(t, { 'a/.mcp.json': '{}', 'b/.mcp.json': '{}', 'c/.mcp.json': '{}' })
  for (const folder of ['a', 'b']) {
    await repository.write({ [`${folder}/mcp-lock.yaml`]: policyOf([KEY]) })
    await repository.write({ [`${folder}/mcp.lock`]: EMPTY })
    const path = `${folder}/mcp.lock`
    const bound = { path: `${folder}/mcp-lock.yaml`, sha256: sha256(policyOf([KEY])).slice('sha256:'.length) }
    await repository.write({ [`${folder}/${BUNDLE}`]: signedBundle(EMPTY, '', KEY, { path, policy: bound }) })
  }
  await repository.write({ 'c/mcp.lock': EMPTY })
  await repository.commit('main')
  await repository.branch('change')
  const verify = ['verify', '--recursive', '--offline', '--base', 'main']
  exits(await run(repository.folder, verify), 0)
  await repository.write({ 'a/mcp.lock': null, [`a/${BUNDLE}`]: null, b: null, c: null })
  await repository.commit()
  const { stdout } = exits(await run(repository.folder, verify), 4, /^a\/mcp\.lock$/m, /^b\/mcp\.lock$/m)
  assert.equal(stdout.match(/\(SIGNATURE_REMOVED\)/g)?.length, 2, stdout)
  assert.doesNotMatch(stdout, /^c\//m)
  // From within what is gone, too.
  await repository.write({ 'b/src/.keep': '', '.mcp.json': '{}', 'mcp.lock': EMPTY })
  exits(
    await run(repository.folder, ['verify', '--offline', '--base', 'main'], { cwd: join(repository.folder, 'b/src') }),
    4,
    /SIGNATURE_REMOVED/,
  )
})

async function folderIn(repository: Repository, name: string): Promise<string> {
  await repository.write({ [`${name}/.keep`]: '' })
  return name
}
