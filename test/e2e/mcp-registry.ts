/** A registry of MCP servers on a port of the loopback, and a team whose policy names it. */
import { createServer } from 'node:http'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { formatVerifier, noteSigner, type Rules } from '../../core/registry/index.ts'
import { publicKeyOf, parseTrustedRoot } from '../../core/signing/index.ts'
import { createRegistry } from '../../registry-server/index.ts'
import { verifyPool } from '../../registry-server/verify-pool.ts'
import { Repository } from '../repository.ts'
import { startSigstore, type Sigstore } from '../sigstore/sigstore.ts'
import { logKey, newKey, options, ORIGIN, pemOf, statusKey, type TestKey } from '../registry-fixtures.ts'
import type { Run, Settings } from '../world.ts'
import { listen } from './remote.ts'

export const KEYS = ['observer', 'alice', 'admin'] as const
export type KeyName = (typeof KEYS)[number]

export type Team = {
  readonly sigstore: Sigstore
  readonly repository: Repository
  readonly url: string
  /** A command with a key of the team, or with a token. */
  readonly run: (line: string, by?: KeyName | { readonly token: string }, settings?: Settings) => Promise<Run>
  /** The registry loses all that it has. */
  readonly forget: () => void
  /** Everything that no output may hold. */
  readonly secrets: string[]
}

/** @param files of the repository besides the policy */
export async function makeTeam(t: TestContext, files: { readonly [path: string]: string } = {}): Promise<Team> {
  const sigstore = await startSigstore()
  t.after(() => sigstore[Symbol.asyncDispose]())
  const keys = Object.fromEntries(KEYS.map((name) => [name, newKey()])) as { readonly [name in KeyName]: TestKey }
  const carol = { issuer: sigstore.issuers.user.issuer, subject: 'dev@example.com' }
  const members = {
    publishers: [{ names: 'com.acme/*', role: 'observer', signers: [{ key: keys.observer.pem }] }],
    approvers: [
      { person: 'alice', identities: [{ key: keys.alice.pem }] },
      { person: 'carol', identities: [carol] },
    ],
    admins: [{ person: 'root', identities: [{ key: keys.admin.pem }] }],
    approvals: 1,
  } as const
  const github = { issuer: sigstore.issuers.ci.issuer, triggers: ['push'], refs: ['refs/heads/main'] }
  const rules: Rules = { origin: ORIGIN, ...members, github }
  const root = parseTrustedRoot(JSON.stringify(sigstore.trustedRoot))
  const trusted = Object.values(keys).map(({ secret }) => publicKeyOf(secret))
  const trust = { root, keys: trusted, thresholds: {} }
  const verifier = verifyPool(trust, { threads: 1, queue: 10 })
  t.after(() => verifier.close())
  const open = (): ReturnType<typeof createRegistry> => createRegistry(options({ policy: { rules, trust }, verifier }))
  let registry = open()
  const url = `http://${await listen(t, createServer(getRequestListener((request) => registry.fetch(request))))}`
  const log = formatVerifier(noteSigner(ORIGIN, 'ed25519', pemOf(logKey)))
  const repository = await Repository.make(t, {
    ...files,
    'trusted_root.json': JSON.stringify(sigstore.trustedRoot),
    'signing_config.json': JSON.stringify(sigstore.signingConfig({ rekor: 2, tsa: true })),
    'mcp-lock.yaml': JSON.stringify({
      sigstore: { trustedRoot: 'trusted_root.json', signingConfig: 'signing_config.json' },
      registry: { url, log, status: statusKey.pem, ...members, github },
    }),
  })
  for (const name of KEYS) await writeFile(join(repository.folder, `${name}.pem`), pemOf(keys[name]), { mode: 0o600 })
  const secrets: string[] = []
  return {
    sigstore,
    repository,
    url,
    secrets,
    forget: () => void (registry = open()),
    run: (line, by, settings = {}) => {
      if (by === undefined) return repository.run(line, settings)
      if (typeof by === 'string') return repository.run(line.replace(/(?= -- |$)/, ` --key ${by}.pem`), settings)
      secrets.push(by.token)
      return repository.run(line, { ...settings, env: { SIGSTORE_ID_TOKEN: by.token, ...settings.env } })
    },
  }
}
