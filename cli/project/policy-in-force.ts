/** Which policy a check applies, and how the project's own file differs from it. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { diffLeaves, unionOfKeys } from '../../core/json/leaves.ts'
import { NO_POLICY, POLICY_FILE, policyFor, type Policy } from '../../core/policy/policy.ts'
import { storedPointer } from '../../core/json/pointer.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'
import type { TrustBase } from './trust-base.ts'

export type PolicyInForce = {
  readonly policy: Policy
  /** The one whose volatile rules the lock must have: a change may bring rules and lock together, and says so. */
  readonly rules: Policy
  readonly findings: readonly Finding[]
}

const MAX_POLICY = 1024 * 1024
/** More than a reviewer reads in a report; the file says the rest. */
const MAX_DIFFERENCES = 20

/**
 * The policy of a named file, else that of the trust base, else the project's own.
 * @param file from `cwd`
 * @throws LockError `POLICY_INVALID`, `FILE_UNREADABLE`, for the one that applies
 */
export async function policyInForce(root: string, file: string | null, base: TrustBase | null, cwd: string): Promise<PolicyInForce> {
  if (file === null && base === null) {
    const policy = await parse(await policyText(root))
    return { policy, rules: policy, findings: [] }
  }
  const text = file === null ? (base?.policy ?? null) : await readNamed(resolve(cwd, file), file)
  const policy = await parse(text, file ?? `${POLICY_FILE} at \`${displaySafe(base?.name ?? '', 200)}\``)
  const own = await readOwn(root)
  if ('failure' in own) return { policy, rules: policy, findings: [asFinding(own.failure), changed('it cannot be read')] }
  // Where the policy is kept elsewhere, the project needs none of its own.
  if (own.text === text || (file !== null && own.text === null)) return { policy, rules: policy, findings: [] }
  return { policy, rules: file === null ? own.policy : policy, findings: differences(policy, own.policy) }
}

/** Null where there is none. */
export function policyText(root: string): Promise<string | null> {
  return readTextFile(resolve(root, POLICY_FILE), MAX_POLICY)
}

async function readNamed(path: string, file: string): Promise<string> {
  const text = await readTextFile(path, MAX_POLICY)
  if (text === null) throw new LockError('FILE_UNREADABLE', `there is no policy \`${displaySafe(file, 300)}\``)
  return text
}

async function parse(text: string | null, where?: string): Promise<Policy> {
  if (text === null) return NO_POLICY
  const { parsePolicy } = await import('../../core/policy/policy-file.ts')
  return where === undefined ? parsePolicy(text) : LockError.within(displaySafe(where, 300), () => parsePolicy(text))
}

type Own = { readonly text: string | null; readonly policy: Policy } | { readonly failure: LockError }

/** The project's own file, which is only looked at: whatever is wrong with it is a finding. */
async function readOwn(root: string): Promise<Own> {
  try {
    const text = await policyText(root)
    return { text, policy: await parse(text) }
  } catch (error) {
    if (error instanceof LockError) return { failure: error }
    throw error
  }
}

function asFinding({ code, message }: LockError): Finding {
  return { code, subject: 'policy', detail: message }
}

function changed(detail: string): Finding {
  return { code: 'POLICY_CHANGED', subject: 'policy', detail }
}

function differences(applied: Policy, own: Policy): Finding[] {
  const names = unionOfKeys(applied.servers, own.servers)
  const leaves = [
    ...diffLeaves({ ...applied, servers: {} }, { ...own, servers: {} }),
    ...names.flatMap((name) => diffLeaves(policyFor(applied, name), policyFor(own, name), ['servers', name])),
  ]
  if (leaves.length === 0) return [changed('in nothing that takes effect')]
  const shown = leaves
    .slice(0, MAX_DIFFERENCES)
    .map(({ path, ...sides }): Finding => ({ code: 'POLICY_CHANGED', subject: 'policy', pointer: storedPointer(path), ...sides }))
  return leaves.length > shown.length ? [...shown, changed(`and in ${leaves.length - shown.length} more places`)] : shown
}
