/** A signature as CI makes it, without the network: certificate, log entry and timestamp come from the Sigstore of the tests. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleToJSON } from '@sigstore/bundle'
import { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness } from '@sigstore/sign'
import { GITHUB_ISSUER } from '../core/identity/signer.ts'
import { parseLock } from '../core/lock/lockfile.ts'
import { formatLockStatement, PAYLOAD_TYPE } from '../core/signing/index.ts'
import { startSigstore } from '../test/sigstore/sigstore.ts'

/** As the certificate names it. */
export const SIGNER = 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main'

const POLICY = `repository: https://github.com/acme/tools
signers:
  - github: acme/tools
    workflow: .github/workflows/lock.yml
    ref: refs/heads/main
sigstore:
  trustedRoot: trusted_root.json
`

/** Gives the project in a folder a policy that names a signer, its trusted root, and that signer's bundle beside the lock. */
export async function signProject(folder: string): Promise<void> {
  await using sigstore = await startSigstore({ issuers: { ci: GITHUB_ISSUER } })
  const lock = await readFile(join(folder, 'mcp.lock'), 'utf8')
  const servers = Object.fromEntries(Object.entries(parseLock(lock).servers).map(([name, { digest }]) => [name, digest]))
  const data = formatLockStatement(sha256(lock), {
    lockfileVersion: 1,
    digestScheme: 1,
    path: 'mcp.lock',
    repository: { uri: 'https://github.com/acme/tools' },
    serial: 1,
    previous: null,
    policy: { path: 'mcp-lock.yaml', sha256: sha256(POLICY) },
    servers,
    tool: { name: 'mcp-lock', version: '0.0.0' },
  })
  const builder = new DSSEBundleBuilder({
    signer: new FulcioSigner({
      fulcioBaseURL: `${sigstore.url}/fulcio`,
      identityProvider: { getToken: () => Promise.resolve(sigstore.issuers.ci.token()) },
    }),
    witnesses: [
      new RekorWitness({ rekorBaseURL: `${sigstore.url}/rekor1` }),
      new TSAWitness({ tsaBaseURL: `${sigstore.url}/tsa/api/v1/timestamp` }),
    ],
  })
  const bundle = bundleToJSON(await builder.create({ data, type: PAYLOAD_TYPE }))
  await mkdir(join(folder, '.git'), { recursive: true })
  await writeFile(join(folder, 'mcp-lock.yaml'), POLICY)
  await writeFile(join(folder, 'trusted_root.json'), JSON.stringify(sigstore.trustedRoot))
  await writeFile(join(folder, 'mcp.lock.sigstore.json'), JSON.stringify(bundle))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
