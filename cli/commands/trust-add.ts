/** `mcp-lock trust add`: a signer becomes part of the policy. */
import { join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { LockError } from '../../core/codes/errors.ts'
import { conditionsLost } from '../../core/identity/looser.ts'
import { sameRepository } from '../../core/identity/repository.ts'
import { parsePublicKey } from '../../core/identity/keys.ts'
import { GITHUB, type Signer } from '../../core/identity/signer.ts'
import { canonicalize } from '../../core/json/digest.ts'
import { parsePolicy } from '../../core/policy/policy-file.ts'
import { addTrust, additionLines, type TrustAddition } from '../../core/policy/policy-trust.ts'
import { POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { LOCK_FILE } from '../locks/lock-store.ts'
import { namedSigner } from '../project/named-signer.ts'
import { policyText } from '../project/policy-in-force.ts'
import { findRoot } from '../project/project.ts'
import { remoteRepository, repositoryAddress, requireRepository } from '../project/remote-repository.ts'
import { requireSamePolicy } from '../project/unchanged.ts'
import { exists, writeFileAtomic } from '../world/files.ts'
import { confirm } from '../world/confirm.ts'
import type { World } from '../world/world.ts'

export type TrustAddOptions = { readonly issuer?: string; readonly repository?: string }

export async function trustAdd(identity: string, { issuer, repository: named }: TrustAddOptions, world: World): Promise<number> {
  requireRepository(world)
  const signer = await namedSigner(identity, issuer ?? null, world.cwd)
  const root = await findRoot(world)
  const held = await policyText(root)
  const text = held ?? ''
  const policy = parsePolicy(text)
  const repository = await repositoryOf(policy, signer, named, root, world)
  const addition: TrustAddition = {
    ...(policy.repository === undefined ? { repository } : {}),
    ...(policy.signers.some((known) => isSame(known, signer)) ? {} : { signer }),
  }
  if (Object.keys(addition).length === 0) {
    world.stderr(`${POLICY_FILE} names this signer already\n`)
    return 0
  }
  const shown = additionLines(addition).map((line) => `  ${displaySafe(line, 4096)}\n`)
  const edited = addTo(text, addition, shown, world)
  await requireSamePolicy(root, held)
  await mkdir(root, { recursive: true })
  await writeFileAtomic(join(root, POLICY_FILE), edited)
  world.stderr(`wrote into ${POLICY_FILE}:\n${shown.join('')}`)
  const lost = new Set(policy.signers.flatMap((known) => conditionsLost(signer, known)))
  if (addition.signer !== undefined && lost.size > 0)
    world.stderr(`  ! each signs alone: this workflow now signs without the ${[...lost].join(' and ')} that another entry asks of it\n`)
  const isPinned = await exists(join(root, LOCK_FILE))
  world.stderr(`  ${isPinned ? next(signer) : 'there is no mcp.lock in this folder yet; next: mcp-lock pin'}\n`)
  return 0
}

function next(signer: Signer): string {
  const how = 'key' in signer ? ' --key FILE, with the private key' : 'github' in signer ? ', in that workflow, once this is merged' : ''
  return `from now on verify fails until the lock is signed; next: mcp-lock sign${how}`
}

function addTo(text: string, addition: TrustAddition, shown: readonly string[], world: World): string {
  try {
    return addTrust(text, addition)
  } catch (error) {
    world.stderr(`  to be added to ${POLICY_FILE}:\n${shown.join('')}`)
    throw error
  }
}

function isSame(one: Signer, other: Signer): boolean {
  if ('key' in one && 'key' in other) return parsePublicKey(one.key).digest === parsePublicKey(other.key).digest
  return canonicalize({ ...one }) === canonicalize({ ...other })
}

/**
 * Where the lock belongs: as the policy, the command line or a person says. What git says is only proposed, for whoever
 * copies a repository sets it too.
 * @throws LockError `USAGE`, `DECLINED`
 */
async function repositoryOf(
  { repository: held }: Policy,
  signer: Signer,
  named: string | undefined,
  root: string,
  world: World,
): Promise<string> {
  const ofWorkflow = 'github' in signer ? `${signer.server ?? GITHUB}/${signer.github}` : undefined
  const asked = named === undefined ? undefined : addressOf(named)
  const known = held?.uri ?? asked
  if (known !== undefined && asked !== undefined && !sameRepository(asked, known))
    throw new LockError('USAGE', `the repository is \`${known}\` in ${POLICY_FILE}; change it there if it moved`)
  if (known !== undefined && ofWorkflow !== undefined && !sameRepository(ofWorkflow, known))
    throw new LockError(
      'USAGE',
      `a workflow of \`${ofWorkflow}\` cannot sign a lock of \`${known}\`: its certificate names its own repository`,
    )
  if (known !== undefined) return known
  if (ofWorkflow !== undefined) return ofWorkflow
  const proposal = await remoteRepository(root, world)
  if (world.terminal === null || proposal === null)
    throw new LockError(
      'USAGE',
      'where does the lock belong? A signature counts in one repository only: `--repository https://github.com/OWNER/NAME`',
    )
  if (await confirm(`  signatures will count in ${displaySafe(proposal, 300)} only, as git's origin says. Is it that one? [y/N] `, world))
    return proposal
  throw new LockError('DECLINED', 'say which one it is with `--repository URL`')
}

function addressOf(named: string): string {
  const address = repositoryAddress(named)
  if (address === null)
    throw new LockError('USAGE', 'expected the address of a repository, as in `--repository https://github.com/acme/tools`')
  return address
}
