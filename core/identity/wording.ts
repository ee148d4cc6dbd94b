/** Identities and signers in words. Claims are what somebody asserted: what shows them makes them safe. */
import type { ClaimName, Identity } from './identity.ts'
import { parsePublicKey } from './keys.ts'
import { mismatches } from './match.ts'
import { GITHUB, GITHUB_ISSUER, type Signer } from './signer.ts'

function wordIdentity(identity: Identity): string {
  return identity.kind === 'key' ? `the key ${identity.digest}` : `${identity.subject} (${identity.issuer})`
}

function wordSigner(signer: Signer): string {
  if ('key' in signer) return `the key ${parsePublicKey(signer.key).digest}`
  if (!('github' in signer)) return `${'subject' in signer ? signer.subject : signer.subjectPattern} (${signer.issuer})`
  const { server = GITHUB, github, workflow, ref, refPattern = '', issuer = GITHUB_ISSUER } = signer
  return `${server}/${github}/${workflow}@${ref ?? refPattern} (${issuer})`
}

/** `signed by X, expected Y`, and in which claims the nearest of the signers differs. */
export function wordMismatch(identity: Identity, signers: readonly Signer[]): string {
  const by = `signed by ${wordIdentity(identity)}`
  const all = signers.map((signer) => ({ signer, wrong: mismatches(signer, identity) }))
  // A signer of another kind is farther than any of the same.
  const far = ({ wrong }: (typeof all)[0]): number => (wrong[0]?.claim === 'key' ? Number.POSITIVE_INFINITY : wrong.length)
  const [nearest] = all.toSorted((a, b) => (far(a) === far(b) ? 0 : far(a) - far(b)))
  if (nearest === undefined) return by
  const others = signers.length === 1 ? '' : `, or one of ${signers.length - 1} more`
  const claims = nearest.wrong.flatMap(({ claim, expected, got }) =>
    claim === 'key' ? [] : [`; ${claim}: expected ${expected}, got ${got ?? 'none'}`],
  )
  return `${by}, expected ${wordSigner(nearest.signer)}${others}${claims.join('')}`
}

/** What the policy could have compared besides issuer and subject. */
const SHOWN: readonly (readonly [what: string, claim: ClaimName])[] = [
  ['repository', 'sourceRepositoryUri'],
  ['workflow', 'buildConfigUri'],
  ['ref', 'sourceRepositoryRef'],
  ['trigger', 'buildTrigger'],
  ['runner', 'runnerEnvironment'],
  ['environment', 'deploymentEnvironment'],
  ['repositoryId', 'sourceRepositoryId'],
  ['ownerId', 'sourceRepositoryOwnerId'],
]

/** `; its certificate says repository …, workflow …`; nothing where it says nothing. */
export function wordClaims(identity: Identity): string {
  if (identity.kind === 'key') return ''
  const said = SHOWN.flatMap(([what, claim]) => (identity.claims[claim] === undefined ? [] : [`${what} ${identity.claims[claim]}`]))
  return said.length === 0 ? '' : `; its certificate says ${said.join(', ')}`
}
