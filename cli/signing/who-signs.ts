/** Whether the policy names who is about to sign, and the line that would add them. */
import { LockError } from '../../core/codes/errors.ts'
import type { CertificateIdentity, Identity } from '../../core/identity/identity.ts'
import { mismatches, sameRepository } from '../../core/identity/match.ts'
import { GITHUB } from '../../core/identity/signer.ts'
import { wordMismatch } from '../../core/identity/wording.ts'
import { POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'

/** A person's words for an identity. */
export function nameOf(identity: Identity): string {
  return identity.kind === 'key'
    ? `the key ${identity.digest}`
    : `${displaySafe(identity.subject, 300)} (${displaySafe(identity.issuer, 200)})`
}

/**
 * @param keyFile where the public key would be found
 * @throws LockError `SIGNER_UNDECLARED`
 */
export function requireDeclared(identity: Identity, { signers }: Policy, keyFile: string): void {
  if (signers.some((signer) => mismatches(signer, identity).length === 0)) return
  const would = `it would be ${displaySafe(wordMismatch(identity, signers), 2_000)}`
  const none = signers.length === 0 ? `, and ${POLICY_FILE} names no signers` : ''
  throw new LockError('SIGNER_UNDECLARED', `${would}${none}; to trust it: ${addition(identity, keyFile)}`)
}

type Repository = { readonly uri: string; readonly id?: string }

/** That a CI job signs for the repository that it runs in. @throws LockError `SIGNATURE_OTHER_REPOSITORY` */
export function requireOwnRepository(identity: Identity, { uri, id }: Repository): void {
  if (identity.kind === 'key') return
  const { sourceRepositoryUri: own, sourceRepositoryId: ownId } = identity.claims
  if (own === undefined || (sameRepository(own, uri) && (id === undefined || id === ownId))) return
  const where = displaySafe(`${own}${ownId === undefined ? '' : ` (id ${ownId})`}`, 400)
  const expected = displaySafe(`${uri}${id === undefined ? '' : ` (id ${id})`}`, 400)
  throw new LockError('SIGNATURE_OTHER_REPOSITORY', `the token is of a job in ${where}, expected ${expected}`)
}

/** What is typed into a shell holds nothing that means something there. */
const PLAIN = /^[\w.@:/+-]+$/

function addition(identity: Identity, keyFile: string): string {
  const words = identity.kind === 'key' ? [keyFile] : (githubWords(identity) ?? [identity.subject, '--issuer', identity.issuer])
  return words.every((word) => PLAIN.test(word)) ? `\`mcp-lock trust add ${words.join(' ')}\`` : '`mcp-lock trust add`, see its --help'
}

/** Null for what is no workflow of GitHub, or one that another workflow signs for. */
function githubWords({ subject, claims }: CertificateIdentity): string[] | null {
  const { sourceRepositoryUri: repository, buildConfigUri: workflow } = claims
  if (repository === undefined || workflow !== subject || !workflow.startsWith(`${repository}/`) || !repository.startsWith(`${GITHUB}/`))
    return null
  return [`github:${workflow.slice(GITHUB.length + 1)}`]
}
