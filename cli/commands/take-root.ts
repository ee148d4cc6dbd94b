/** Taking another trusted root: what it changes is shown and asked for, then the files beside the policy are written. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { addTrust } from '../../core/policy/policy-trust.ts'
import { POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { policyInForce } from '../project/policy-in-force.ts'
import type { SigningFile } from '../project/signing-config.ts'
import { rootInForce, type RootFile } from '../project/trusted-root.ts'
import { requireSamePolicy } from '../project/unchanged.ts'
import { rootChangeText, type Present } from '../report/root-change.ts'
import { confirm } from '../world/confirm.ts'
import { readTextFile, statOwn, writeFileAtomic } from '../world/files.ts'
import type { World } from '../world/world.ts'

/** Names of the files where the policy has none yet. */
const NAMES = { trustedRoot: 'trusted_root.json', signingConfig: 'signing_config.json' }
const MAX_FILE = 1024 * 1024

export type Proposal = {
  readonly root: RootFile
  /** Null to leave signing as it is. */
  readonly signing: SigningFile | null
}

/** What is trusted in a folder now. */
export type Standing = {
  readonly folder: string
  readonly policy: Policy
  /** Of the policy; null where there is none. */
  readonly text: string | null
  readonly present: Present
}

export async function standingIn(folder: string, world: World): Promise<Standing> {
  const applied = await policyInForce(folder, null, null, world.cwd)
  const text = applied.own?.text ?? null
  return { folder, policy: applied.policy, text, present: await rootInForce(null, world.cwd, applied).catch(unusable) }
}

/** A file that is missing or malformed is what another one mends. */
function unusable(error: unknown): LockError {
  if (error instanceof LockError) return error
  throw error
}

/**
 * Writes the files and the policy's entries for them, once a person or `--yes` has agreed.
 * @returns whether there was anything to write
 * @throws LockError `NO_TERMINAL`, `DECLINED`, `USAGE`, `CHANGED_MEANWHILE`, `FILE_REFUSED`
 */
export async function takeRoot(proposal: Proposal, standing: Standing, yes: boolean, world: World): Promise<boolean> {
  const { folder, policy, text, present } = standing
  const files = await filesOf(proposal, standing)
  if (files.length === 0) return false
  const entries = Object.fromEntries(files.flatMap(({ entry, file }) => (policy.sigstore[entry] === undefined ? [[entry, file]] : [])))
  const edited = Object.keys(entries).length === 0 ? null : addTrust(text ?? '', { sigstore: entries })
  const names = [...files.map(({ file }) => displaySafe(file, 300)), ...(edited === null ? [] : [POLICY_FILE])].join(', ')
  world.stderr(rootChangeText(proposal.root, proposal.signing?.config ?? null, present, world.now()))
  world.stderr(`  to be written: ${names}\n`)
  if (!yes && world.terminal === null) throw new LockError('NO_TERMINAL', 'it asks before it trusts another root')
  if (!yes && !(await confirm('  trust it? [y/N] ', world))) throw new LockError('DECLINED', 'what is trusted stays as it was')
  await requireSamePolicy(folder, text)
  for (const { file } of files) await makeFolder(folder, file)
  for (const { file, content } of files) await writeFileAtomic(join(folder, file), content)
  if (edited !== null) await writeFileAtomic(join(folder, POLICY_FILE), edited)
  world.stderr(`wrote ${names}: to be reviewed and committed\n`)
  if (edited !== null && policy.signers.length > 0)
    world.stderr('  the policy is another one now, so the lock needs a new signature: mcp-lock sign\n')
  return true
}

type Written = { readonly entry: keyof typeof NAMES; readonly file: string; readonly content: string }

/** Those that are not there yet, or not named by the policy. */
async function filesOf({ root, signing }: Proposal, { folder, policy }: Standing): Promise<Written[]> {
  const proposed = [['trustedRoot', root.text] as const, ...(signing === null ? [] : [['signingConfig', signing.text] as const])]
  const files: Written[] = []
  for (const [entry, content] of proposed) {
    const named = policy.sigstore[entry]
    const file = named ?? NAMES[entry]
    const held = named === undefined ? null : await readTextFile(join(folder, file), MAX_FILE)
    if (held !== content) files.push({ entry, file, content })
  }
  return files
}

/** That of a file, where nothing on the way leads out of the project. @throws LockError `FILE_REFUSED` */
async function makeFolder(root: string, file: string): Promise<void> {
  let folder = root
  for (const name of dirname(file).split('/')) {
    folder = join(folder, name)
    await statOwn(folder, 'folder')
  }
  await mkdir(folder, { recursive: true })
}
