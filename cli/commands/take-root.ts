/** Taking another trusted root: what it changes is shown and asked for, then the files beside the policy are written. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { sha256 } from '../../core/json/digest.ts'
import { addTrust } from '../../core/policy/policy-trust.ts'
import { POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { compareRoots, rootEntries, type RootChange } from '../../core/signing/root-entries.ts'
import type { SigningConfig } from '../../core/signing/signing-config.ts'
import { displaySafe } from '../../core/text.ts'
import { policyInForce, policyText } from '../project/policy-in-force.ts'
import { rootInForce, type RootFile, type RootInForce } from '../project/trusted-root.ts'
import { changeLines } from '../report/root-lines.ts'
import { readTextFile, writeFileAtomic } from '../world/files.ts'
import { confirm } from '../world/confirm.ts'
import type { World } from '../world/world.ts'
import { originOf } from './trust-show.ts'

/** Names of the files where the policy has none yet. */
const ROOT_FILE = 'trusted_root.json'
const SIGNING_FILE = 'signing_config.json'
const MAX_FILE = 1024 * 1024

export type SigningFile = { readonly text: string; readonly config: SigningConfig }

export type Proposal = {
  readonly root: RootFile
  /** Null to leave signing as it is. */
  readonly signing: SigningFile | null
}

/** What is trusted in a folder now. */
export type Standing = { readonly folder: string; readonly policy: Policy; readonly text: string; readonly inForce: RootInForce }

export async function standingIn(folder: string, world: World): Promise<Standing> {
  const text = (await policyText(folder)) ?? ''
  const applied = await policyInForce(folder, null, null, world.cwd)
  return { folder, policy: applied.policy, text, inForce: await rootInForce(null, world.cwd, applied) }
}

/**
 * Writes the files and the policy's entries for them, once a person or `--yes` has agreed.
 * @returns whether there was anything to write
 * @throws LockError `NO_TERMINAL`, `DECLINED`, `USAGE`, `FILE_REFUSED`
 */
export async function takeRoot({ root, signing }: Proposal, standing: Standing, yes: boolean, world: World): Promise<boolean> {
  const { folder, policy, text, inForce } = standing
  const { trustedRoot = ROOT_FILE, signingConfig = SIGNING_FILE } = policy.sigstore
  const held = signing === null ? null : await readTextFile(join(folder, signingConfig), MAX_FILE)
  const files = [
    ...(inForce.from === 'policy' && inForce.text === root.text ? [] : [[trustedRoot, root.text] as const]),
    ...(signing === null || (policy.sigstore.signingConfig !== undefined && held === signing.text)
      ? []
      : [[signingConfig, signing.text] as const]),
  ]
  if (files.length === 0) return false
  const entries = {
    ...(policy.sigstore.trustedRoot === undefined ? { trustedRoot } : {}),
    ...(signing === null || policy.sigstore.signingConfig !== undefined ? {} : { signingConfig }),
  }
  const isListed = Object.keys(entries).length === 0
  const edited = isListed ? text : addTrust(text, { sigstore: entries })
  world.stderr(
    `${describe(root, signing, inForce, world.now())}${files.map(([file]) => `  to be written: ${displaySafe(file, 300)}\n`).join('')}`,
  )
  if (!yes && world.terminal === null) throw new LockError('NO_TERMINAL', 'it asks before it trusts another root')
  if (!yes && !(await confirm('  trust it? [y/N] ', world))) throw new LockError('DECLINED', 'what is trusted stays as it was')
  for (const [file, content] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFileAtomic(join(folder, file), content)
  }
  if (!isListed) await writeFileAtomic(join(folder, POLICY_FILE), edited)
  const names = [...files.map(([file]) => displaySafe(file, 300)), ...(isListed ? [] : [POLICY_FILE])]
  world.stderr(`wrote ${names.join(', ')}: to be reviewed and committed\n`)
  if (!isListed && policy.signers.length > 0)
    world.stderr('  the policy is another one now, so the lock needs a new signature: mcp-lock sign\n')
  return true
}

function describe({ root, text }: RootFile, signing: SigningFile | null, inForce: RootInForce, now: number): string {
  const changes = compareRoots(rootEntries(inForce.root), rootEntries(root))
  const differing = changes.filter(({ kind }) => kind !== 'same')
  const head = [
    `  trusted now: ${originOf(inForce)}  ${sha256(inForce.text)}`,
    `  to be trusted: ${sha256(text)}`,
    ...(differing.length === 0 ? ['  it names the same authorities and logs'] : changeLines(changes, now)),
    ...(signing === null ? [] : [`  to sign with: ${services(signing.config).join(', ')}`]),
    ...warnings(changes),
  ]
  return `${head.join('\n')}\n`
}

/** Each by its address, once. */
function services({ authorities, logs, timestamps }: SigningConfig): string[] {
  return [...new Set([...authorities, ...logs, ...timestamps].map(({ url }) => displaySafe(url.href, 300)))]
}

function warnings(changes: readonly RootChange[]): string[] {
  if (sharesNothing(changes)) return ['  ! nothing that is trusted now stays: no signature made until now will verify']
  const isLess = changes.some(({ kind }) => kind === 'removed')
  return isLess ? ['  ! signatures that rest on what goes (-) will not verify any more'] : []
}

/** Whether the two are of different Sigstores. */
export function sharesNothing(changes: readonly RootChange[]): boolean {
  return changes.every(({ kind }) => kind === 'added' || kind === 'removed')
}
