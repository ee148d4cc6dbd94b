/** Everybody who signs: as the policy names them, as they sign with either program, and as cosign is told whom to expect. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IdentityProvider } from '../../sigstore/issuer.ts'
import { p256 } from '../../sigstore/keys.ts'
import type { Cosign } from './cosign.ts'
import type { Outcome } from './isolation.ts'
import type { Policy, Project } from './project.ts'
import type { Stack } from './stack.ts'

export type Signing = {
  readonly who: string
  readonly policy: Policy
  readonly sign: (project: Project) => Promise<Outcome>
  /** Flags of `cosign attest-blob` for the same signer. */
  readonly signer: () => Promise<readonly string[]>
  /** Flags of `cosign verify-blob-attestation`. */
  readonly expected: readonly string[]
  /** More of them, that the certificate satisfies and that it does not. */
  readonly claims?: { readonly true: readonly string[]; readonly false: readonly string[] }
}

const GITHUB = 'https://github.com/acme/tools'
const GITLAB = 'https://gitlab.com/acme/tools'

/** Keys and tokens stand in the folder. */
export async function signings({ issuers: { ci, gitlab, user } }: Stack, cosign: Cosign, folder: string): Promise<readonly Signing[]> {
  const tokenOf = async (issuer: IdentityProvider): Promise<string> => {
    const path = join(folder, `${issuer.name}.token`)
    await writeFile(path, issuer.token(), { mode: 0o600 })
    return path
  }
  const certificate = (issuer: IdentityProvider, subject: string): Pick<Signing, 'expected' | 'signer'> => ({
    signer: async () => ['--identity-token', await tokenOf(issuer)],
    expected: ['--certificate-identity', subject, '--certificate-oidc-issuer', issuer.issuer],
  })
  const named = (issuer: IdentityProvider, subject: string): string => `issuer: ${issuer.issuer}\nsubject: ${subject}`
  const keys = p256()
  const spki = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const [privateKey, publicKey] = [join(folder, 'signer.pem'), join(folder, 'signer.pub')]
  await writeFile(privateKey, keys.privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
  await writeFile(publicKey, spki)
  const workflow = '.github/workflows/lock.yml'
  const pipeline = 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main'
  const person = 'dev@example.com'

  return [
    {
      who: 'a job of GitHub Actions',
      policy: {
        repository: GITHUB,
        signer: `github: acme/tools\nworkflow: ${workflow}\nref: refs/heads/main\nissuer: ${ci.issuer}`,
      },
      sign: (project) => project.sign([], ci.actionsEnvironment()),
      ...certificate(ci, `${GITHUB}/${workflow}@refs/heads/main`),
      claims: {
        true: ['--certificate-github-workflow-repository', 'acme/tools', '--certificate-github-workflow-trigger', 'push'],
        false: ['--certificate-github-workflow-repository', 'acme/other'],
      },
    },
    {
      who: 'a job of GitLab',
      policy: { repository: GITLAB, signer: named(gitlab, pipeline) },
      sign: (project) => project.sign([], { SIGSTORE_ID_TOKEN: gitlab.token() }),
      ...certificate(gitlab, pipeline),
    },
    {
      who: 'a person',
      policy: { repository: GITHUB, signer: named(user, person) },
      sign: async (project) => project.sign(['--identity-token-file', await tokenOf(user)]),
      ...certificate(user, person),
    },
    {
      who: 'a key',
      policy: { repository: GITHUB, signer: `key: |\n  ${spki.trimEnd().replaceAll('\n', '\n  ')}` },
      sign: (project) => project.sign(['--key', privateKey]),
      // cosign signs with keys in a form of its own, which it makes of others.
      signer: async () => {
        await cosign.run('import-key-pair', '--yes', '--key', privateKey, '--output-key-prefix', 'imported')
        return ['--key', join(folder, 'imported.key')]
      },
      expected: ['--key', publicKey],
    },
  ]
}
