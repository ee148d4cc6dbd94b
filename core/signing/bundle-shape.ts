/** The shape of a Sigstore bundle (protobuf-specs, sigstore_bundle.proto and sigstore_rekor.proto) v0.1 to v0.3. */
import { literal, text, type Check } from '../json/shape.ts'
import { MAX_BUNDLE, MAX_CERTIFICATE, MAX_CHECKPOINT, MAX_LOG_ENTRIES, MAX_PROOF, MAX_TIMESTAMP, MAX_TIMESTAMPS } from './limits.ts'
import { bytes, int64, listOf, message, oneOf } from './protobuf-shape.ts'

const certificate = message({ rawBytes: bytes(1, MAX_CERTIFICATE) })
const hash = bytes(32, 32)
const signature = bytes(1, 1024)
const word = text(/^[\w./+-]{1,100}$/)

const logEntry = message(
  {
    logId: message({ keyId: bytes(4, 64) }),
    kindVersion: message({ kind: word, version: word }),
    canonicalizedBody: bytes(2, MAX_BUNDLE),
  },
  {
    logIndex: int64,
    integratedTime: int64,
    inclusionPromise: message({ signedEntryTimestamp: signature }),
    inclusionProof: message(
      { rootHash: hash, treeSize: int64, checkpoint: message({ envelope: text(new RegExp(`^[^]{1,${MAX_CHECKPOINT}}$`)) }) },
      { logIndex: int64, hashes: listOf(0, MAX_PROOF, hash) },
    ),
  },
)

const verificationMaterial = oneOf(
  ['certificate', 'publicKey', 'x509CertificateChain'],
  message(
    {},
    {
      certificate,
      publicKey: message({}, { hint: text(/^[\x20-\x7e]{0,300}$/) }),
      x509CertificateChain: message({ certificates: listOf(1, 8, certificate) }),
      tlogEntries: listOf(0, MAX_LOG_ENTRIES, logEntry),
      timestampVerificationData: message(
        {},
        { rfc3161Timestamps: listOf(0, MAX_TIMESTAMPS, message({ signedTimestamp: bytes(1, MAX_TIMESTAMP) })) },
      ),
    },
  ),
)

const messageSignature = message({
  messageDigest: message({ algorithm: literal('SHA2_256', 'SHA2_384', 'SHA2_512'), digest: bytes(32, 64) }),
  signature,
})

const dsseEnvelope = message({
  payload: bytes(1, MAX_BUNDLE),
  payloadType: text(/^[\x20-\x7e]{1,200}$/),
  signatures: listOf(1, 1, message({ sig: signature }, { keyid: text(/^[\x20-\x7e]{0,300}$/) })),
})

export const bundleShape: Check = oneOf(
  ['messageSignature', 'dsseEnvelope'],
  message({ mediaType: text(/^/), verificationMaterial }, { messageSignature, dsseEnvelope }),
)
