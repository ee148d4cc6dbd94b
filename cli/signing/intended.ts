/** Who is about to sign, known before anything is asked of a service. */
import { LockError } from '../../core/codes/errors.ts'
import { challengeOf, identityOfToken } from '../../core/identity/from-token.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { PublicKey } from '../../core/identity/keys.ts'
import type { Signer as Named } from '../../core/identity/signer.ts'
import { readCertificate } from '../../core/signing/certificate.ts'
import type { Services } from '../../core/signing/select-services.ts'
import type { IdentityToken } from '../login/identity-token.ts'
import { identityToken } from '../login/token-source.ts'
import type { World } from '../world/world.ts'
import type { Signer } from './content.ts'
import { certifiedSigner } from './fulcio.ts'
import { signerOfKey } from './key-options.ts'
import { malformed, type Asking } from './services.ts'
import { nameOf } from './who-signs.ts'

export type Intended = {
  readonly identity: Identity
  /** The key that signs, where no certificate speaks for it. */
  readonly key: PublicKey | null
  /** Which versions of Rekor take its signatures. */
  readonly logVersions: readonly number[]
  readonly secrets: readonly string[]
  /** The signer itself, which may take asking for a certificate. */
  readonly signer: (services: Services, asking: Asking) => Promise<Signer>
}

export type SignerOptions = {
  readonly key?: string
  readonly keyCommand?: string
  readonly identityTokenFile?: string
  /** Seconds that a service or the key's command may take to answer. */
  readonly timeout: number
}

/** Who may sign what is about to be signed. */
export type Allowed = {
  /** Among whom a token's holder is looked for. */
  readonly signers: readonly Named[]
  /** Asked of the identity before anything is asked of a service, and of the certificate's before it signs. @throws LockError */
  readonly require: (identity: Identity) => void
}

/** The audience of tokens for Fulcio, public and private alike. */
const CLIENT_ID = 'sigstore'

/**
 * @param issuer where a person would sign in; null where nobody can
 * @throws LockError `USAGE`, `KEY_*`, and as `identityToken`
 */
export async function intended(options: SignerOptions, allowed: Allowed, issuer: string | null, world: World): Promise<Intended> {
  const { key, keyCommand, identityTokenFile, timeout } = options
  if (key === undefined && keyCommand !== undefined)
    throw new LockError('USAGE', '--key-command signs with a key elsewhere; name its public key with `--key PUBLIC.pem`')
  if (key !== undefined && identityTokenFile !== undefined)
    throw new LockError('USAGE', 'a signature is by a key or by an identity: leave out --key or --identity-token-file')
  const command = keyCommand === undefined ? null : { words: keyCommand, timeout: timeout * 1_000 }
  if (key !== undefined) return withKey(await signerOfKey(key, command, world))
  return withIdentity(await identityToken({ tokenFile: identityTokenFile ?? null, issuer, clientId: CLIENT_ID }, world), allowed)
}

function withKey(signer: Signer): Intended {
  if (signer.verifier.kind !== 'key') throw new Error('a key without a public key')
  const { key } = signer.verifier
  const { digest, type } = key
  return {
    identity: { kind: 'key', digest },
    key,
    // Rekor v2 is told hashes alone, and Ed25519 signs the bytes themselves.
    logVersions: type === 'ed25519' ? [1] : [1, 2],
    secrets: [],
    signer: () => Promise.resolve(signer),
  }
}

function withIdentity({ raw, claims }: IdentityToken, allowed: Allowed): Intended {
  const identity = identityOfToken(claims, allowed.signers)
  const signer = async ({ authority }: Services, asking: Asking): Promise<Signer> => {
    if (authority === null) throw new Error('no certificate authority was selected')
    const certified = await certifiedSigner(raw, challengeOf(claims), authority, asking)
    const certificate = certified.verifier.kind === 'certificate' ? identityIn(certified.verifier.der) : null
    if (certificate?.subject !== identity.subject || certificate.issuer !== identity.issuer) {
      const got = certificate === null ? 'a certificate that names nobody' : `a certificate for ${nameOf(certificate)}`
      throw malformed({ name: 'Fulcio', url: authority.url }, `${got}, expected ${nameOf(identity)}`)
    }
    allowed.require(certificate)
    return certified
  }
  return { identity, key: null, logVersions: [1, 2], secrets: [raw], signer }
}

function identityIn(der: Uint8Array): Extract<Identity, { kind: 'certificate' }> | null {
  try {
    return readCertificate(der)
  } catch (error) {
    if (error instanceof LockError) return null
    throw error
  }
}
