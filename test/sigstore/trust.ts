/** `trusted_root.json` and `signing_config.json` (protobuf-specs), as cosign writes them. */
import type { CertificateAuthority } from './ca.ts'
import { sha256, spki } from './certificate.ts'
import type { Keys } from './keys.ts'
import type { TimestampAuthority } from './tsa.ts'
import { VALIDITY } from './validity.ts'

const start = new Date(VALIDITY.notBefore).toISOString().replace('.000', '')
const validFor = { start }

/** The names of the logs: nobody looks them up, their checkpoints carry them. */
export const REKOR_1 = 'rekor.loopback.test'
export const REKOR_2 = 'log2026.rekor.loopback.test'

export type TrustedRoot = ReturnType<typeof trustedRoot>

export function trustedRoot(url: string, keys: Keys, ca: CertificateAuthority, tsa: TimestampAuthority, rekor2: Buffer) {
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      log(`https://${REKOR_1}`, spki(keys.rekor1.publicKey), 'PKIX_ECDSA_P256_SHA_256'),
      log(`https://${REKOR_2}`, spki(keys.rekor2.publicKey), 'PKIX_ED25519', rekor2),
    ],
    certificateAuthorities: [authority(`${url}/fulcio`, 'fulcio', ca.chain)],
    ctlogs: [log(`${url}/ct`, spki(keys.ctLog.publicKey), 'PKIX_ECDSA_P256_SHA_256')],
    timestampAuthorities: [authority(`${url}/tsa/api/v1/timestamp`, 'tsa', tsa.chain)],
  }
}

function log(baseUrl: string, key: Buffer, keyDetails: string, keyId = sha256(key)) {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: key.toString('base64'), keyDetails, validFor },
    logId: { keyId: keyId.toString('base64') },
  }
}

function authority(uri: string, commonName: string, chain: readonly Buffer[]) {
  const certificates = chain.map((certificate) => ({ rawBytes: certificate.toString('base64') }))
  return { subject: { organization: 'loopback', commonName }, uri, certChain: { certificates }, validFor }
}

/** The services that a signer is told to use. */
export interface Services {
  readonly fulcio: string
  readonly issuer: string
  readonly rekor: { readonly url: string; readonly version: 1 | 2 } | null
  readonly tsa: string | null
}

export function signingConfig({ fulcio, issuer, rekor, tsa }: Services) {
  const service = (url: string, majorApiVersion: number) => ({ url, majorApiVersion, validFor, operator: 'loopback' })
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(fulcio, 1)],
    oidcUrls: [service(issuer, 1)],
    rekorTlogUrls: rekor === null ? [] : [service(rekor.url, rekor.version)],
    tsaUrls: tsa === null ? [] : [service(tsa, 1)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaConfig: { selector: 'ANY' },
  }
}
