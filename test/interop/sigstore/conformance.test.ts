/** The client of the sigstore-conformance suite and cosign, on files of any kind. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../../core/json/digest.ts'
import { runIsolated, type Outcome } from './isolation.ts'
import { cosign, exits, folder, stack } from './session.ts'

const client = fileURLToPath(new URL('../../conformance-client', import.meta.url))
const options = { cwd: folder, env: { HOME: folder, PATH: process.env['PATH'] } }
const at = (name: string): string => join(folder, name)
const [artifact, other, bundle, token] = [at('artifact'), at('other'), at('artifact.sigstore.json'), at('artifact.token')]
const { user } = stack.issuers
const signer = ['--certificate-identity', 'dev@example.com', '--certificate-oidc-issuer', user.issuer]

const verify = (subject: string): Promise<Outcome> =>
  runIsolated(client, ['verify-bundle', '--bundle', bundle, ...signer, '--trusted-root', stack.trustedRoot, subject], options)

describe('a file signed by cosign', () => {
  before(async () => {
    await writeFile(artifact, 'a file')
    await writeFile(other, 'another file')
    await writeFile(token, user.token())
    const services = ['--signing-config', stack.signingConfig, '--trusted-root', stack.trustedRoot, '--identity-token', token]
    exits(await cosign.run('sign-blob', '--yes', ...services, '--bundle', bundle, artifact), 0)
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
