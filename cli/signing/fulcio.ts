/** Fulcio: a certificate for a key that lives no longer than this process (fulcio, docs/certificate-issuance.md). */
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { isArray, member } from '../../core/json/json.ts'
import type { Service } from '../../core/signing/signing-config.ts'
import type { Signer } from './content.ts'
import { ask, below, jsonOf, malformed, type Asking, type Named } from './services.ts'

/**
 * A signer with a certificate for who the token is of.
 * @param challenge what of the token the key must sign, to show that it is ours
 * @throws LockError as `ask`
 */
export async function certifiedSigner(token: string, challenge: string, { url }: Service, asking: Asking): Promise<Signer> {
  const fulcio: Named = { name: 'Fulcio', url }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = JSON.stringify({
    credentials: { oidcIdentityToken: token },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKey.export({ type: 'spki', format: 'pem' }) },
      proofOfPossession: sign('sha256', Buffer.from(challenge), privateKey).toString('base64'),
    },
  })
  const request = { method: 'POST', type: 'application/json', body }
  const { body: given } = await ask(fulcio, below(fulcio, '/api/v2/signingCert'), request, asking)
  const answer = jsonOf(given, fulcio)
  const chain = member(member(answer, 'signedCertificateEmbeddedSct') ?? member(answer, 'signedCertificateDetachedSct'), 'chain')
  const certificates = member(chain, 'certificates')
  const [leaf] = isArray(certificates) ? certificates : []
  const certificate = parse(leaf)
  if (certificate === null) throw malformed(fulcio, 'no certificate')
  if (!certificate.publicKey.equals(publicKey)) throw malformed(fulcio, 'a certificate of another key')
  return {
    verifier: { kind: 'certificate', der: Buffer.from(certificate.raw) },
    sign: (bytes) => Promise.resolve(sign('sha256', bytes, privateKey)),
  }
}

function parse(pem: unknown): X509Certificate | null {
  try {
    return typeof pem === 'string' ? new X509Certificate(pem) : null
  } catch {
    return null
  }
}
