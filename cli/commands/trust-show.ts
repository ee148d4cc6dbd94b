/** `mcp-lock trust show`: who may sign here, and by which Sigstore. */
import { parsePublicKey } from '../../core/identity/keys.ts'
import type { Signer } from '../../core/identity/signer.ts'
import { sha256 } from '../../core/json/digest.ts'
import type { Json } from '../../core/json/json.ts'
import { yamlLines } from '../../core/policy/policy-edit.ts'
import { POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { hasEnded, rootEntries, ROLES, type RootEntry } from '../../core/signing/root-entries.ts'
import { displaySafe } from '../../core/text.ts'
import { policyInForce } from '../project/policy-in-force.ts'
import { findRoot } from '../project/project.ts'
import { rootInForce, type RootInForce } from '../project/trusted-root.ts'
import { escapedJson } from '../report/escaped-json.ts'
import { originOf, rootLines } from '../report/root-lines.ts'
import type { World } from '../world/world.ts'

export type TrustShowOptions = { readonly trustedRoot?: string; readonly format: 'text' | 'json' }

export async function trustShow({ trustedRoot, format }: TrustShowOptions, world: World): Promise<number> {
  const applied = await policyInForce(await findRoot(world), null, null, world.cwd)
  const root = await rootInForce(trustedRoot ?? null, world.cwd, applied)
  const entries = rootEntries(root.root)
  const write = format === 'json' ? asJson : asText
  world.stdout(write(applied.policy, root, entries, world.now()))
  return 0
}

function asText({ repository, signers, sigstore }: Policy, root: RootInForce, entries: readonly RootEntry[], now: number): string {
  const { log, timestamp, ctlog } = sigstore.thresholds
  const least = (count: number | undefined): string => String(count ?? '1 of a certificate, 0 of a key')
  const id = repository?.id === undefined ? '' : ` (id ${repository.id})`
  const lines = [
    `repository: ${repository === undefined ? `none in ${POLICY_FILE}` : displaySafe(repository.uri, 300) + id}`,
    signers.length === 0 ? 'signers: none, so the lock may be unsigned → mcp-lock trust add' : 'signers, each alone:',
    ...signers.flatMap(signerLines),
    ...(sigstore.signingConfig === undefined ? [] : [`signs with: ${displaySafe(sigstore.signingConfig, 300)}`]),
    'a signature must have',
    `  log entries: ${least(log)}`,
    `  timestamps: ${least(timestamp)}`,
    `  certificate timestamps: ${least(ctlog)}`,
    `trusted root: ${originOf(root)}`,
    `  ${sha256(root.text)}`,
    ...rootLines(entries, now).map((line) => `  ${line}`),
  ]
  return `${lines.join('\n')}\n`
}

function signerLines(signer: Signer): string[] {
  const shown = 'key' in signer ? { publicKey: parsePublicKey(signer.key).digest } : { ...signer }
  return yamlLines([shown]).map((line) => `  ${displaySafe(line, 2200)}`)
}

function asJson({ repository, signers, sigstore }: Policy, root: RootInForce, entries: readonly RootEntry[], now: number): string {
  const own = (role: string): Json =>
    entries
      .filter((entry) => entry.role === role)
      .map((entry) => {
        const { role: _, ...members } = entry
        return { ...members, ended: hasEnded(entry, now) }
      })
  const value: Json = {
    trustVersion: 1,
    repository: repository === undefined ? null : { ...repository },
    signers: signers.map((signer) => JSON.parse(JSON.stringify(signer)) as Json), // plain data
    thresholds: { ...sigstore.thresholds },
    signingConfig: sigstore.signingConfig ?? null,
    trustedRoot: {
      from: root.from,
      file: root.file,
      sha256: sha256(root.text),
      ...Object.fromEntries(ROLES.map((role) => [role, own(role)])),
    },
  }
  return `${escapedJson(value)}\n`
}
