/** The client of the sigstore-conformance suite and cosign, on files of any kind. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../../core/json/digest.ts'
import { STATEMENT_TYPE } from '../../../core/signing/statement.ts'
import { run, runIsolated, type Outcome } from './isolation.ts'
import { cosign, exits, folder, stack } from './session.ts'

const client = fileURLToPath(new URL('../../conformance-client', import.meta.url))
const options = { cwd: folder, env: { HOME: folder, PATH: process.env['PATH'] } }
const at = (name: string): string => join(folder, name)
const [artifact, other, bundle, token] = [at('artifact'), at('other'), at('artifact.sigstore.json'), at('artifact.token')]

const { user } = stack.issuers
const root = ['--trusted-root', stack.trustedRoot]
const services = [...root, '--signing-config', stack.signingConfig]
const signer = ['--certificate-identity', 'dev@example.com', '--certificate-oidc-issuer', user.issuer]

before(async () => {
  await writeFile(artifact, 'a file')
  await writeFile(other, 'another file')
})

describe('a file signed by cosign', () => {
  const verify = (subject: string): Promise<Outcome> =>
    runIsolated(client, ['verify-bundle', '--bundle', bundle, ...signer, ...root, subject], options)

  before(async () => {
    await writeFile(token, user.token())
    exits(await cosign.run('sign-blob', '--yes', '--identity-token', token, ...services, '--bundle', bundle, artifact), 0)
  })

  test('the conformance client accepts it, by path and by digest', async () => {
    exits(await verify(artifact), 0)
    exits(await verify(sha256('a file')), 0)
  })

  test('the conformance client refuses it for another file', async () => {
    exits(await verify(other), 1)
    exits(await verify(sha256('another file')), 1)
  })
})

describe('signed by the conformance client', () => {
  const sign = (file: string, ...flags: readonly string[]): Promise<Outcome> =>
    run(client, ['sign-bundle', ...flags, '--identity-token', user.token(), '--bundle', bundle, ...services, file], options)

  test('cosign accepts a file, and no other', async () => {
    exits(await sign(artifact), 0)
    const verify = (file: string): Promise<Outcome> => cosign.runIsolated('verify-blob', '--bundle', bundle, ...signer, ...root, file)
    exits(await verify(artifact), 0, /Verified OK/)
    exits(await verify(other), 1)
  })

  test('cosign accepts a statement about a file, and about no other', async () => {
    const predicateType = 'https://example.com/predicate/v1'
    const subject = [{ name: 'artifact', digest: { sha256: sha256('a file').slice('sha256:'.length) } }]
    await writeFile(at('statement'), JSON.stringify({ _type: STATEMENT_TYPE, subject, predicateType, predicate: {} }))
    exits(await sign(at('statement'), '--in-toto'), 0)
    const verify = (file: string): Promise<Outcome> =>
      cosign.runIsolated('verify-blob-attestation', '--type', predicateType, '--bundle', bundle, ...signer, ...root, file)
    exits(await verify(artifact), 0, /Verified OK/)
    exits(await verify(other), 1, /digests do not match/)
  })
})
