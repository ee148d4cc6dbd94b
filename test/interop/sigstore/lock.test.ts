/**
 * This program and the real Sigstore: what `mcp-lock sign` makes, cosign accepts, and the other way round.
 * Whoever verifies has no network.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { startSigstore } from '../../sigstore/sigstore.ts'
import { isolated, run, runIsolated } from './isolation.ts'
import { mutation, MUTATIONS } from './mutations.ts'
import { Project } from './project.ts'
import { cosign, exits, folder, stack } from './session.ts'
import { signings } from './signings.ts'

test('whoever verifies has no network', { skip: isolated ? false : 'not isolated: this system gives no network namespace' }, async () => {
  const ask = [process.execPath, ['--eval', `await fetch('${stack.issuers.user.issuer}/keys')`], { cwd: folder, env: {} }] as const
  exits(await run(...ask), 0)
  exits(await runIsolated(...ask), 1, /fetch failed/)
})

for (const { who, policy, sign, signer, expected, claims } of await signings(stack, cosign, folder)) {
  describe(`a lock signed by ${who}`, () => {
    let project: Project
    before(async () => {
      project = await Project.make(join(folder, who.replaceAll(' ', '-')), stack, policy)
      exits(await sign(project), 0)
    })

    test('mcp-lock accepts it', async () => {
      exits(await project.verify(), 0)
    })

    test('cosign accepts it', async () => {
      exits(await cosign.verify(expected, project), 0, /Verified OK/)
    })

    if (claims !== undefined) {
      test('cosign accepts the claims of its certificate, and no others', async () => {
        exits(await cosign.verify([...expected, ...claims.true], project), 0, /Verified OK/)
        exits(await cosign.verify([...expected, ...claims.false], project), 1, /no matching CertificateIdentity/)
      })
    }

    test('both refuse it for a changed lock', async () => {
      await during({ [project.lock]: () => project.otherLock() }, async () => {
        exits(await project.verify(), 4, /SIGNATURE_OTHER_FILE/)
        exits(await cosign.verify(expected, project), 1, /digests do not match/)
      })
    })

    for (const { what, code, bundle, root } of MUTATIONS) {
      test(`mcp-lock refuses ${what}`, async (t) => {
        const changes = { [project.bundle]: mutation(bundle), [project.root]: mutation(root) }
        await during(changes, async () => {
          exits(await project.verify(), 4, new RegExp(code))
          const { exit, said } = await cosign.verify(expected, project)
          t.diagnostic(`cosign ${exit === 0 ? 'accepts' : 'refuses'} it: ${said.trim().split('\n')[0]}`)
        })
      })
    }

    describe('with cosign', () => {
      let statement: string
      before(async () => void (statement = await statementIn(project.bundle)))

      /** The signer signs the statement with cosign. */
      async function attest(text: string): Promise<void> {
        const file = join(folder, 'statement.json')
        await writeFile(file, text)
        const services = ['--signing-config', stack.signingConfig, '--trusted-root', stack.trustedRoot, ...(await signer())]
        exits(await cosign.run('attest-blob', '--yes', ...services, '--statement', file, '--bundle', project.bundle), 0)
      }

      test('mcp-lock accepts it', async () => {
        await attest(statement)
        exits(await project.verify(), 0)
      })

      test('mcp-lock refuses one about another lock', async () => {
        await attest(statement.replace(/(?<="sha256":")[0-9a-f]{64}(?="},"name":"mcp.lock")/, '0'.repeat(64)))
        exits(await project.verify(), 4, /SIGNATURE_OTHER_FILE/)
      })
    })
  })
}

/** Rekor v1 needs a database and more, so it is played here by the Sigstore of the tests. */
for (const tsa of [true, false]) {
  test(`cosign accepts a lock that is logged in Rekor v1, ${tsa ? 'with' : 'without'} a timestamp`, async () => {
    await using sigstore = await startSigstore()
    const { gitlab } = sigstore.issuers
    const files = { trustedRoot: join(folder, 'trusted_root.json'), signingConfig: join(folder, 'signing_config.json') }
    await writeFile(files.trustedRoot, JSON.stringify(sigstore.trustedRoot))
    await writeFile(files.signingConfig, JSON.stringify(sigstore.signingConfig({ rekor: 1, tsa })))
    const subject = 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main'
    const policy = { repository: 'https://gitlab.com/acme/tools', signer: `issuer: ${gitlab.issuer}\nsubject: ${subject}` }
    const project = await Project.make(join(folder, `rekor-1-${tsa ? 'tsa' : 'set'}`), files, policy)
    exits(await project.sign([], { SIGSTORE_ID_TOKEN: gitlab.token() }), 0)
    const expected = ['--certificate-identity', subject, '--certificate-oidc-issuer', gitlab.issuer]
    exits(await cosign.verify(expected, project), 0, /Verified OK/)
  })
}

/** The bytes that a bundle's envelope signs. */
async function statementIn(bundle: string): Promise<string> {
  const { dsseEnvelope }: { readonly dsseEnvelope: { readonly payload: string } } = JSON.parse(await readFile(bundle, 'utf8'))
  return Buffer.from(dsseEnvelope.payload, 'base64').toString()
}

/** Changes files for as long as something is tried with them. */
async function during(changes: { readonly [file: string]: (text: string) => string }, attempt: () => Promise<void>): Promise<void> {
  const texts = await Promise.all(Object.keys(changes).map(async (file) => [file, await readFile(file, 'utf8')] as const))
  try {
    for (const [file, text] of texts) await writeFile(file, changes[file]?.(text) ?? text)
    await attempt()
  } finally {
    for (const [file, text] of texts) await writeFile(file, text)
  }
}
