/** The shape of a trusted root (protobuf-specs, sigstore_trustroot.proto). */
import { literal, text, type Check } from '../json/shape.ts'
import { MAX_CERTIFICATE } from './limits.ts'
import { bytes, listOf, message } from './protobuf-shape.ts'

const MAX_ENTRIES = 64
const note = text(/^[^\0-\x1f\x7f]{0,500}$/)
const time = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/)
const validFor = message({ start: time }, { end: time })
const logId = message({ keyId: bytes(4, 64) })

/** The types of keys that a log can have, and what each is: the curve, or the kind. */
export const KEY_DETAILS: { readonly [details: string]: string } = {
  PKIX_ECDSA_P256_SHA_256: 'prime256v1',
  PKIX_ECDSA_P384_SHA_384: 'secp384r1',
  PKIX_ECDSA_P521_SHA_512: 'secp521r1',
  PKIX_ED25519: 'ed25519',
  PKCS1_RSA_PKCS1V5: 'rsa',
  PKIX_RSA_PKCS1V5: 'rsa',
  PKIX_RSA_PKCS1V15_2048_SHA256: 'rsa',
  PKIX_RSA_PKCS1V15_3072_SHA256: 'rsa',
  PKIX_RSA_PKCS1V15_4096_SHA256: 'rsa',
}

const log = message(
  {
    baseUrl: text(/^https?:\/\/[^\s/?#@]+[^\s?#@]*$/),
    hashAlgorithm: literal('SHA2_256'),
    publicKey: message({ rawBytes: bytes(32, 2048), keyDetails: literal(...Object.keys(KEY_DETAILS)), validFor }),
    logId,
  },
  { checkpointKeyId: logId, operator: note },
)

const authority = message(
  { certChain: message({ certificates: listOf(1, 8, message({ rawBytes: bytes(1, MAX_CERTIFICATE) })) }), validFor },
  { subject: message({}, { organization: note, commonName: note }), uri: note, operator: note },
)

const logs = listOf(0, MAX_ENTRIES, log)
const authorities = listOf(0, MAX_ENTRIES, authority)

export const rootShape: Check = message(
  {
    mediaType: literal(
      'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      'application/vnd.dev.sigstore.trustedroot.v0.1+json',
      'application/vnd.dev.sigstore.trustedroot.v0.2+json',
    ),
  },
  { tlogs: logs, ctlogs: logs, certificateAuthorities: authorities, timestampAuthorities: authorities },
)
