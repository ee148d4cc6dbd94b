/** Whether the policy names who is about to sign, and the line that would add them. */
import { LockError } from '../../core/codes/errors.ts'
import type { Identity } from '../../core/identity/identity.ts'
import { mismatches } from '../../core/identity/match.ts'
import { formatSigner } from '../../core/identity/parse-signer.ts'
import { signersLine } from '../../core/identity/policy-lines.ts'
import { isRepository, repositoryOf, wordRepository, type Repository } from '../../core/identity/repository.ts'
import { signerOf } from '../../core/identity/signer-of.ts'
import { wordMismatch } from '../../core/identity/wording.ts'
import { POLICY_FILE, type Policy } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'

/** A person's words for an identity. */
export function nameOf(identity: Identity): string {
  return identity.kind === 'key'
    ? `the key ${identity.digest}`
    : `${displaySafe(identity.subject, 300)} (${displaySafe(identity.issuer, 200)})`
}

/** The file that a command line names for a key. */
type KeyFile = { readonly path: string; readonly isPrivate: boolean }

/**
 * @param key null where it is in no file, or there is none
 * @throws LockError `SIGNER_UNDECLARED`
 */
export function requireDeclared(identity: Identity, { signers }: Policy, key: KeyFile | null): void {
  if (signers.some((signer) => mismatches(signer, identity).length === 0)) return
  const would = `it would be ${displaySafe(wordMismatch(identity, signers), 2_000)}`
  const none = signers.length === 0 ? `, and ${POLICY_FILE} names no signers` : ''
  throw new LockError('SIGNER_UNDECLARED', `${would}${none}; to trust it: ${addition(identity, key)}`)
}

/** That a CI job signs for the repository that it runs in. @throws LockError `SIGNATURE_OTHER_REPOSITORY` */
export function requireOwnRepository(identity: Identity, repository: Repository): void {
  const own = repositoryOf(identity)
  if (own === null || isRepository(own, repository)) return
  const [where, expected] = [own, repository].map((one) => displaySafe(wordRepository(one), 400))
  throw new LockError('SIGNATURE_OTHER_REPOSITORY', `the token is of a job in ${where}, expected ${expected}`)
}

/** What is typed into a shell holds nothing that means something there. */
const PLAIN = /^[\w.@:/+-]+$/

/** The command, or the line where there is no command for it. */
function addition(identity: Identity, key: KeyFile | null): string {
  if (identity.kind === 'key') return keyAddition(key)
  const signer = signerOf(identity)
  const words = signer === null ? null : formatSigner(signer)
  if (words?.every((word) => PLAIN.test(word)) === true) return `\`mcp-lock trust add ${words.join(' ')}\``
  return signer === null ? '`mcp-lock trust add`, see its --help' : `\`${displaySafe(signersLine(signer), 2_000)}\` in ${POLICY_FILE}`
}

/** For a private key first what makes the file of its public half. */
function keyAddition(key: KeyFile | null): string {
  if (key === null || !PLAIN.test(key.path)) return '`mcp-lock trust add PUBLIC.pem`, the file of its public half'
  if (!key.isPrivate) return `\`mcp-lock trust add ${key.path}\``
  const half = `${key.path.replace(/\.(?:pem|key)$/, '')}.pub`
  return `\`openssl pkey -in ${key.path} -pubout -out ${half}\`, then \`mcp-lock trust add ${half}\``
}
