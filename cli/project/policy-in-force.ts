/** Which policy a check applies, and that of the project beside it. */
import { dirname, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import type { DeclaredTrust, Trusting } from '../../core/compare/trust-change.ts'
import { NO_POLICY, POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { readNamedFile, readTextFile } from '../world/files.ts'
import type { Revision } from '../world/revision.ts'
import type { TrustBase } from './trust-base.ts'

export type PolicyInForce = {
  readonly policy: Policy
  /** Whether it is the project's own, which a change edits together with what it is applied to. */
  readonly isOwn: boolean
  /** The one whose volatile rules the lock must have: a change may bring rules and lock together, and says so. */
  readonly rules: Policy
  readonly findings: readonly Finding[]
  /** The project's own file as it was read, once for all that a command does; null where it cannot be read. */
  readonly own: { readonly text: string | null } | null
  /** The text of a file that the policy names, from where the policy is; null where there is none. */
  readonly readBeside: Revision['read']
}

const MAX_POLICY = 1024 * 1024
const MAX_BESIDE = 1024 * 1024

/**
 * The policy of a named file, else that of the trust base, else the project's own.
 * @param file from `cwd`
 * @throws LockError `POLICY_INVALID`, `FILE_UNREADABLE`, for the one that applies
 */
export async function policyInForce(root: string, file: string | null, base: TrustBase | null, cwd: string): Promise<PolicyInForce> {
  const { text, where, readBeside } = await originOf(root, file, base, cwd)
  const policy = await parse(text, where)
  const isOwn = file === null && base === null
  if (isOwn) return { policy, isOwn, own: { text }, rules: policy, findings: [], readBeside }
  const own = await readOwn(root)
  const read = own.text === undefined ? null : { text: own.text }
  const guarded = file === null || base === null ? { policy, readBeside } : await atBase(base)
  const { trusting, trustChanges } = await import('../../core/compare/trust-change.ts')
  const { policyChanged, policyChanges } = await import('../../core/compare/policy-change.ts')
  const known = trusting(guarded.policy)
  if ('failure' in own) {
    const code = known.signers || known.registry ? 'TRUST_CHANGED' : 'POLICY_CHANGED'
    return {
      policy,
      isOwn,
      own: read,
      rules: policy,
      findings: [asFinding(own.failure), { code, subject: 'policy', detail: 'it cannot be read' }],
      readBeside,
    }
  }
  // Trust that is kept elsewhere alone is altered by nothing here.
  const [applied, had] = [trusting(policy), trusting(own.policy)]
  const isElsewhere = (what: keyof Trusting): boolean => file !== null && applied[what] && !had[what] && (base === null || !known[what])
  const elsewhere = { signers: isElsewhere('signers'), registry: isElsewhere('registry') }
  const altered = { signers: known.signers && !elsewhere.signers, registry: known.registry && !elsewhere.registry }
  const trust =
    altered.signers || altered.registry
      ? trustChanges(...(await bothSides(guarded, { policy: own.policy, readBeside: besides(root) })), altered)
      : []
  if (own.text === text || (file !== null && own.text === null))
    return { policy, isOwn, own: read, rules: policy, findings: trust, readBeside }
  const others = policyChanges(policy, own.policy, {
    signers: known.signers || elsewhere.signers,
    registry: known.registry || elsewhere.registry,
  })
  const findings =
    trust.length + others.length === 0 && !elsewhere.signers && !elsewhere.registry
      ? [policyChanged('in nothing that takes effect')]
      : [...trust, ...others]
  return { policy, isOwn, own: read, rules: file === null ? own.policy : policy, findings, readBeside }
}

type Origin = Pick<PolicyInForce, 'readBeside'> & { readonly text: string | null; readonly where?: string }

async function originOf(root: string, file: string | null, base: TrustBase | null, cwd: string): Promise<Origin> {
  if (file !== null) {
    const path = resolve(cwd, file)
    return { text: await readNamedFile('policy', file, cwd, MAX_POLICY), where: file, readBeside: besides(dirname(path)) }
  }
  if (base !== null) return { text: base.policy, where: whereAt(base), readBeside: base.read }
  return { text: await policyText(root), readBeside: besides(root) }
}

function besides(folder: string): Origin['readBeside'] {
  return (path) => readTextFile(resolve(folder, path), MAX_BESIDE)
}

type Declared = Pick<PolicyInForce, 'policy' | 'readBeside'>

async function atBase(base: TrustBase): Promise<Declared> {
  return { policy: await parse(base.policy, whereAt(base)), readBeside: base.read }
}

function whereAt({ name }: TrustBase): string {
  return `${POLICY_FILE} at \`${name}\``
}

async function bothSides(before: Declared, after: Declared): Promise<[DeclaredTrust, DeclaredTrust]> {
  // Whatever is wrong with a file of the change, it is another one.
  const now = await rootText(after).catch(asNone)
  return [
    { policy: before.policy, root: await rootText(before) },
    { policy: after.policy, root: now },
  ]
}

async function rootText({ policy, readBeside }: Declared): Promise<string | null> {
  const { trustedRoot } = policy.sigstore
  return trustedRoot === undefined ? null : readBeside(trustedRoot)
}

function asNone(error: unknown): null {
  if (error instanceof LockError) return null
  throw error
}

/** Null where there is none. */
export function policyText(root: string): Promise<string | null> {
  return readTextFile(resolve(root, POLICY_FILE), MAX_POLICY)
}

async function parse(text: string | null, where?: string): Promise<Policy> {
  if (text === null) return NO_POLICY
  const { parsePlainPolicy } = await import('../../core/policy/plain-policy.ts')
  const plain = parsePlainPolicy(text)
  if (plain !== null) return plain
  const { parsePolicy } = await import('../../core/policy/policy-file.ts')
  return where === undefined ? parsePolicy(text) : LockError.within(displaySafe(where, 300), () => parsePolicy(text))
}

/** The text is undefined where the file cannot be read. */
type Own = { readonly text: string | null; readonly policy: Policy } | { readonly text?: string | null; readonly failure: LockError }

/** The project's own file, which is only looked at: whatever is wrong with it is a finding. */
async function readOwn(root: string): Promise<Own> {
  let text: string | null | undefined
  try {
    text = await policyText(root)
    return { text, policy: await parse(text) }
  } catch (error) {
    if (error instanceof LockError) return { ...(text === undefined ? {} : { text }), failure: error }
    throw error
  }
}

function asFinding({ code, message }: LockError): Finding {
  return { code, subject: 'policy', detail: message }
}
