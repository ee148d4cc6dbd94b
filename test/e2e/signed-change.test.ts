/** The life of a signed lock, in a real repository and with the real `mcp-lock sign`. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Json } from '../../core/json/json.ts'
import { Repository } from '../repository.ts'
import { startSigstore } from '../sigstore/sigstore.ts'
import { exits, temporary } from '../world.ts'
import { BUNDLE, SignedRepository } from './signed-repository.ts'

const ACME = 'https://github.com/acme/tools'

/** How a lock is signed, by the one whom the policy names or by somebody else. */
type Way = {
  readonly files: { readonly [path: string]: string }
  readonly policy: (who: 'ours' | 'other', repository?: string) => string
  readonly sign: (who: 'ours' | 'other') => (repository: Repository) => Promise<void>
}

function policyText(repository: string, signer: Json, more: object): string {
  return `${JSON.stringify({ repository, signers: [signer], ...more }, null, 2)}\n`
}

function byKey(): Way {
  const keys = { ours: generateKeyPairSync('ec', { namedCurve: 'P-256' }), other: generateKeyPairSync('ed25519') }
  const pem = (who: 'ours' | 'other'): string => keys[who].publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return {
    files: {},
    policy: (who, repository = ACME) => policyText(repository, { key: pem(who) }, {}),
    sign: (who) => async (repository) => {
      const SIGNING_KEY = keys[who].privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      exits(await repository.run('sign --key ENV:SIGNING_KEY', { env: { SIGNING_KEY } }), 0)
    },
  }
}

async function byWorkflow(t: TestContext): Promise<Way> {
  const sigstore = await startSigstore()
  t.after(() => sigstore[Symbol.asyncDispose]())
  const { ci } = sigstore.issuers
  const files = { ours: '.github/workflows/lock.yml', other: '.github/workflows/release.yml' }
  const ref = 'refs/heads/main'
  return {
    files: {
      'trusted_root.json': JSON.stringify(sigstore.trustedRoot),
      'signing_config.json': JSON.stringify(sigstore.signingConfig({ rekor: 2, tsa: true })),
    },
    policy: (who, repository = ACME) =>
      policyText(
        repository,
        { github: 'acme/tools', workflow: files[who], ref, issuer: ci.issuer },
        { sigstore: { trustedRoot: 'trusted_root.json', signingConfig: 'signing_config.json' } },
      ),
    sign: (who) => async (repository) => {
      const uri = `acme/tools/${files[who]}@${ref}`
      const token = ci.token({ job_workflow_ref: uri, workflow_ref: uri })
      exits(await repository.run('sign --yes', { env: { SIGSTORE_ID_TOKEN: token } }), 0)
    },
  }
}

const WAYS: { readonly [name: string]: (t: TestContext) => Way | Promise<Way> } = { 'a key': byKey, 'a workflow of GitHub': byWorkflow }

for (const [name, make] of Object.entries(WAYS)) {
  const signed = async (t: TestContext): Promise<{ way: Way; project: SignedRepository }> => {
    const way = await make(t)
    return { way, project: await SignedRepository.make(t, { ...way.files, 'mcp-lock.yaml': way.policy('ours') }, way.sign('ours')) }
  }

  test(`the life of a change: pending, merged unsigned, signed by a change of its own (${name})`, async (t) => {
    const { project } = await signed(t)
    const { repository } = project
    await project.verify(0, '')
    await repository.branch('change')
    await project.verify(0)
    assert.ok(repository.has('started'))
    await project.change('Save a note for later.')
    await repository.commit()
    await project.verify(0, '--base main', 'SIGNATURE_PENDING')
    await project.verify(1, '--base main --strict', 'SIGNATURE_PENDING')
    exits(
      await repository.run('verify --base main --offline'),
      0,
      /the change is not signed yet \(SIGNATURE_PENDING\): the lock changed/,
      /mcp-lock sign/,
    )
    exits(await repository.run('verify --offline'), 4, /SIGNATURE_OTHER_FILE/)

    await project.merge('change')
    await project.verify(4, '', 'SIGNATURE_OTHER_FILE')
    await repository.branch('more')
    await project.verify(4, '--base main', 'SIGNATURE_OTHER_FILE')
    await project.change('Save a note for ever.')
    await project.verify(4, '--base main', 'SIGNATURE_OTHER_FILE')
    await repository.git('checkout', '-q', '--', '.')
    await repository.branch('signature')
    await project.sign()
    await repository.commit()
    await project.verify(0)
    // A bundle is no code that a server loads.
    assert.ok(repository.has('started'))
    await project.merge('signature')
    await project.verify(0, '')
    await project.verify(0, '--base HEAD~1')
  })

  test(`signed in the branch (${name})`, async (t) => {
    const { project } = await signed(t)
    await project.repository.branch('change')
    await project.change('Save a note for later.')
    await project.sign()
    await project.verify(0)
    await project.verify(0, '')
  })

  test(`the first signature comes alone, to a main that names the signer (${name})`, async (t) => {
    const { project } = await signed(t)
    const { repository } = project
    await repository.write({ [BUNDLE]: null })
    await repository.commit()
    await project.verify(4, '', 'SIGNATURE_MISSING')
    await repository.branch('signature')
    await project.verify(4, '--base main', 'SIGNATURE_MISSING')
    await project.sign()
    await project.verify(0)
    await project.change('Save a note for later.')
    await project.sign()
    await project.verify(4, '--base main', 'SIGNATURE_MISSING')
  })

  test(`what is no signature of this change (${name})`, async (t) => {
    const { way, project } = await signed(t)
    const { repository } = project
    const first = {
      'mcp.lock': await project.read('mcp.lock'),
      [BUNDLE]: await project.read(BUNDLE),
      'notes.mjs': await project.read('notes.mjs'),
    }
    await project.change('Save a note for later.')
    await project.sign()
    await repository.commit()
    await project.verify(0, '--base HEAD~1')
    const attempt = async (change: () => Promise<void>, ...codes: readonly string[]): Promise<void> => {
      await repository.git('switch', '-q', '-C', 'attempt', 'main')
      await change()
      await repository.commit()
      await project.verify(4, '--base main', ...codes)
      await repository.git('switch', '-q', 'main')
    }
    await attempt(() => repository.write({ [BUNDLE]: null }), 'SIGNATURE_REMOVED')
    await attempt(() => repository.write(first), 'SIGNATURE_STALE')
    await attempt(
      async () => {
        await repository.write({ 'mcp-lock.yaml': way.policy('other') })
        await way.sign('other')(repository)
      },
      'SIGNER_UNTRUSTED',
      'TRUST_CHANGED',
      'TRUST_CHANGED',
    )

    // The same files in a repository of another name, whose own policy says so.
    const fork = new SignedRepository(new Repository(join(await temporary(t), 'fork')), way.sign('ours'))
    await cp(repository.folder, fork.repository.folder, { recursive: true })
    await fork.verify(4, `--base main --repository ${ACME.replace('acme', 'other')}`, 'SIGNATURE_OTHER_REPOSITORY')
    await fork.repository.write({ 'mcp-lock.yaml': way.policy('ours', ACME.replace('acme', 'other')) })
    await fork.verify(4, '', 'SIGNATURE_OTHER_REPOSITORY', 'SIGNATURE_OTHER_POLICY')
  })
}
