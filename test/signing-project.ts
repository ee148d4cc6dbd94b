/** A repository with a lock and a policy, and a Sigstore on the loopback that signs it. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatLock } from '../core/lock/lockfile.ts'
import type { Json } from '../core/json/json.ts'
import { parseBundle } from '../core/signing/bundle.ts'
import { parseLockStatement, type LockStatement } from '../core/signing/statement.ts'
import { lockOf, pinOf } from './pins.ts'
import { Repository } from './repository.ts'
import { startSigstore, type Services, type Sigstore, type SigstoreOptions } from './sigstore/sigstore.ts'

import type { Run, Settings } from './world.ts'

export const REPOSITORY = 'https://github.com/acme/tools'
export const WORKFLOW = { github: 'acme/tools', workflow: '.github/workflows/lock.yml', ref: 'refs/heads/main' }

export class SigningProject {
  readonly sigstore: Sigstore
  readonly repository: Repository
  /** Every token and secret that a test has used: none may be in any output. */
  readonly secrets: string[] = []

  private constructor(sigstore: Sigstore, repository: Repository) {
    this.sigstore = sigstore
    this.repository = repository
  }

  static async make(t: TestContext, services: Services = { rekor: 1, tsa: true }, options: SigstoreOptions = {}): Promise<SigningProject> {
    const sigstore = await startSigstore(options)
    t.after(() => sigstore[Symbol.asyncDispose]())
    const repository = await Repository.make(t, {
      '.mcp.json': JSON.stringify({ mcpServers: { notes: { command: 'server', args: [] } } }),
      'mcp.lock': formatLock(lockOf({ notes: pinOf('Keeps notes.') })),
      'trusted_root.json': JSON.stringify(sigstore.trustedRoot),
      'signing_config.json': JSON.stringify(sigstore.signingConfig(services)),
    })
    const project = new SigningProject(sigstore, repository)
    await project.policy([{ ...WORKFLOW, issuer: sigstore.issuers.ci.issuer }])
    return project
  }

  async policy(signers: readonly Json[], sigstore: object = {}, more: object = {}): Promise<void> {
    const files = { trustedRoot: 'trusted_root.json', signingConfig: 'signing_config.json' }
    const policy = { repository: REPOSITORY, signers, sigstore: { ...files, ...sigstore }, ...more }
    await this.repository.write({ 'mcp-lock.yaml': JSON.stringify(policy, null, 2) })
  }

  /** Runs a command, and sees that nothing of it says a secret. */
  async run(line: string, settings: Settings = {}): Promise<Run> {
    const result = await this.repository.run(line, settings)
    for (const secret of this.secrets.flatMap((text) => [text, ...text.split('.')]))
      assert.ok(!`${result.stdout}${result.stderr}`.includes(secret), `a secret is in the output: ${result.stdout}${result.stderr}`)
    return result
  }

  /** Signs with a token. */
  async sign(token = this.sigstore.issuers.ci.token(), flags = '--yes', settings: Settings = {}): Promise<Run> {
    this.secrets.push(token)
    return this.run(`sign ${flags}`.trim(), { ...settings, env: { SIGSTORE_ID_TOKEN: token, ...settings.env } })
  }

  /** The text of the bundle, null where there is none. */
  bundle(): string | null {
    const path = join(this.repository.folder, 'mcp.lock.sigstore.json')
    return existsSync(path) ? readFileSync(path, 'utf8') : null
  }

  statement(): LockStatement {
    const { content } = parseBundle(this.bundle() ?? '').bundle
    assert.equal(content.$case, 'dsseEnvelope')
    return parseLockStatement(content.dsseEnvelope.payload)
  }

  async pin(text: string): Promise<void> {
    await this.repository.write({ 'mcp.lock': formatLock(lockOf({ notes: pinOf(text) })) })
  }
}
