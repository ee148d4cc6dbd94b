/** Whether a lock is signed as the policy demands: these bytes, here, by one of its signers. */
import type { Finding } from '../compare/finding.ts'
import type { Identity } from '../identity/identity.ts'
import { parsePublicKey, type PublicKey } from '../identity/keys.ts'
import { policyLines } from '../identity/policy-lines.ts'
import { mismatches } from '../identity/match.ts'
import { isRepository, repositoryOf, wordRepository, type Repository } from '../identity/repository.ts'
import { signerOf } from '../identity/signer-of.ts'
import { REPOSITORY, type Signer } from '../identity/signer.ts'
import { wordClaims, wordMismatch } from '../identity/wording.ts'
import { sha256 } from '../json/digest.ts'
import type { Pins } from '../lock/lockfile.ts'
import { openEnvelope, parseEnvelope } from './envelope.ts'
import { parseLockStatement, type LockStatement } from './statement.ts'
import type { Trust } from './verify-bundle.ts'

/** What a lock is checked against; none of it comes from lock or bundle. */
export type Expected = {
  readonly signers: readonly Signer[]
  readonly repository: Repository
  /** Of the lock from the top of the repository, with slashes. */
  readonly path: string
  readonly policy: { readonly path: string; readonly sha256: string } | null
}

export type SignedLock = { readonly text: string; readonly pins: Pins }

export type Signature = { readonly identity: Identity; readonly statement: LockStatement }

/**
 * Opens a bundle: its signature holds, whoever made it, and signs a statement about a lock. Who may sign, and what
 * is signed, is for `checkSigner` and `checkStatement` to say.
 * @throws LockError `BUNDLE_INVALID`, `STATEMENT_INVALID`, and as `verifyBundle`
 */
export function openSignature(text: string, trust: Trust): Signature {
  const { identity, payload } = openEnvelope(text, trust)
  return { identity, statement: parseLockStatement(payload) }
}

/** What a bundle says that it signs, whether or not it does. @throws LockError `BUNDLE_INVALID`, `STATEMENT_INVALID` */
export function claimedStatement(text: string): LockStatement {
  return parseLockStatement(parseEnvelope(text).payload)
}

/** The keys among signers, which a bundle only names. */
export function keysOf(signers: readonly Signer[]): PublicKey[] {
  return signers.flatMap((signer) => ('key' in signer ? [parsePublicKey(signer.key)] : []))
}

/** That somebody is none of the signers; where there are none, with the lines that would make them one. */
export function checkSigner({ identity, statement }: Signature, signers: readonly Signer[]): Finding[] {
  if (signers.some((signer) => mismatches(signer, identity).length === 0)) return []
  const lines = signers.length === 0 ? linesFor(identity, statement.predicate.repository.uri) : null
  const advice = lines === null ? '' : `, and nobody is declared; in mcp-lock.yaml, \`${lines.join('` and `')}\` would trust them`
  return [{ code: 'SIGNER_UNTRUSTED', subject: 'signature', detail: `${wordMismatch(identity, signers)}${advice}${wordClaims(identity)}` }]
}

/** Null also where a text that the signer chose would look like the end of the lines. */
function linesFor(identity: Identity, repository: string): readonly string[] | null {
  const signer = signerOf(identity)
  const lines = signer === null || !REPOSITORY.test(repository) ? [] : policyLines(signer, repository)
  return lines.length === 0 || lines.some((line) => line.includes('`')) ? null : lines
}

/** What keeps a signature from being one of this lock, here, under this policy. */
export function checkStatement({ identity, statement }: Signature, lock: SignedLock, expected: Omit<Expected, 'signers'>): Finding[] {
  const { subject, predicate } = statement
  const find = (code: Finding['code'], detail: string): Finding => ({ code, subject: 'signature', detail })
  const findings: Finding[] = []
  const [signed, own] = [`sha256:${subject[0].digest.sha256}`, sha256(lock.text)]
  if (signed !== own) findings.push(find('SIGNATURE_OTHER_FILE', `it signs ${signed}, and the lock is ${own}`))
  else if (!samePins(predicate.servers, lock.pins)) findings.push(find('STATEMENT_INVALID', 'it names other pins than the lock has'))
  const other = repositoriesOf({ identity, statement }).find(([, repository]) => !isRepository(repository, expected.repository))
  if (other !== undefined) {
    const [what, repository] = other
    findings.push(
      find('SIGNATURE_OTHER_REPOSITORY', `${what} ${wordRepository(repository)}, expected ${wordRepository(expected.repository)}`),
    )
  }
  if (predicate.path !== expected.path)
    findings.push(find('SIGNATURE_OTHER_PATH', `it was signed at ${predicate.path}, and the lock is at ${expected.path}`))
  if (!samePolicy(predicate.policy, expected.policy))
    findings.push(
      find('SIGNATURE_OTHER_POLICY', `it was signed with ${wordPolicy(predicate.policy)}, and here is ${wordPolicy(expected.policy)}`),
    )
  return findings
}

function wordPolicy(policy: Expected['policy']): string {
  return policy === null ? 'no policy' : `${policy.path} of sha256:${policy.sha256}`
}

function samePolicy(a: Expected['policy'], b: Expected['policy']): boolean {
  return a?.path === b?.path && a?.sha256 === b?.sha256
}

function samePins(named: { readonly [name: string]: string }, pins: Pins): boolean {
  const names = Object.keys(pins)
  return (
    names.length === Object.keys(named).length && names.every((name) => Object.hasOwn(named, name) && named[name] === pins[name]?.digest)
  )
}

/** The repositories that a signature names: a certificate of a CI job says in which one it ran. */
function repositoriesOf({ identity, statement }: Signature): (readonly [what: string, Repository])[] {
  const own = repositoryOf(identity)
  return [['it was signed for', statement.predicate.repository], ...(own === null ? [] : [['its signer ran in', own] as const])]
}
