/** Bundles of a form that no signer makes, or that were altered. */
import { makeBundle, PAYLOAD_TYPE, type Bundle } from './bundle.ts'
import type { Sigstore } from './sigstore.ts'
import type { VectorCase } from './vector-case.ts'
import { altered, BOTH, certified, KEYS, statement } from './vector-workshop.ts'

export function envelopeVectors(sigstore: Sigstore): VectorCase[] {
  const key = certified(sigstore, 'ci')
  const good = makeBundle(sigstore, key, statement('all'), BOTH)
  const text = JSON.stringify(good)
  const malformed = (name: string, why: string, bundle: Bundle | string): VectorCase => ({
    name,
    why,
    bundle,
    expected: { code: 'BUNDLE_INVALID' },
  })
  const changed = (name: string, why: string, change: (bundle: Bundle) => void): VectorCase => malformed(name, why, altered(good, change))
  const alone = makeBundle(sigstore, KEYS.p256, statement('all'), { rekor: null, tsa: false })
  const signature = good.dsseEnvelope.signatures[0]?.sig ?? ''
  return [
    malformed(
      'other-payload-type',
      'the payload is an in-toto statement',
      makeBundle(sigstore, key, statement('all'), BOTH, 'application/json'),
    ),
    changed('keyid', 'a signature has no keyid', ({ dsseEnvelope }) => {
      dsseEnvelope.signatures = [{ sig: signature, keyid: 'x' }]
    }),
    changed('two-signatures', 'exactly one signature', ({ dsseEnvelope }) => {
      dsseEnvelope.signatures.push({ sig: signature })
    }),
    changed('no-signature', 'exactly one signature', ({ dsseEnvelope }) => {
      dsseEnvelope.signatures = []
    }),
    malformed('bundle-v0.2', 'a bundle is v0.3', ofVersion('0.2', good)),
    malformed('bundle-v0.1', 'a bundle is v0.3', ofVersion('0.1', good)),
    changed('bundle-v0.4', 'a version that is not known', (bundle) => {
      bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json'
    }),
    malformed('message-signature', 'a DSSE envelope, not a signature of the file', messageSignature(good)),
    malformed('chain', 'a certificate alone, not its chain', ofVersion('0.3', good)),
    malformed(
      'certificate-and-key',
      'one of the two',
      altered(alone, ({ verificationMaterial }) => {
        verificationMaterial.certificate = { rawBytes: key.certificate?.toString('base64') ?? '' }
      }),
    ),
    malformed('envelope-and-message-signature', 'one of the two', JSON.stringify({ ...JSON.parse(messageSignature(good)), ...good })),
    changed('neither-certificate-nor-key', 'who signed is not said', ({ verificationMaterial }) => {
      delete verificationMaterial.certificate
    }),
    changed('three-log-entries', 'at most two log entries', ({ verificationMaterial }) => {
      verificationMaterial.tlogEntries = [1, 2, 3].flatMap(() => good.verificationMaterial.tlogEntries ?? [])
    }),
    changed('three-timestamps', 'at most two timestamps', ({ verificationMaterial }) => {
      const timestamps = good.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []
      verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [...timestamps, ...timestamps, ...timestamps] }
    }),
    malformed('too-large', 'at most 64 KiB', text.padEnd(64 * 1024 + 1)),
    malformed('duplicate-member', 'strict JSON', text.replace('{', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",')),
    malformed('truncated', 'strict JSON', text.slice(0, -1)),
    malformed('no-bundle', 'an object', '[]'),
    {
      name: 'altered-payload',
      why: 'the payload is not the one that was signed',
      bundle: altered(alone, ({ dsseEnvelope }) => {
        dsseEnvelope.payload = statement('all', { serial: 2 }).toString('base64')
      }),
      expected: { code: 'SIGNATURE_INVALID' },
    },
    {
      name: 'altered-payload-type',
      why: 'the type is signed too',
      bundle: altered(
        makeBundle(sigstore, KEYS.p256, statement('all'), { rekor: null, tsa: false }, 'application/json'),
        ({ dsseEnvelope }) => {
          dsseEnvelope.payloadType = PAYLOAD_TYPE
        },
      ),
      expected: { code: 'SIGNATURE_INVALID' },
    },
    {
      name: 'altered-signature',
      why: 'a bit of the signature',
      bundle: altered(alone, ({ dsseEnvelope }) => {
        const bytes = Buffer.from(dsseEnvelope.signatures[0]?.sig ?? '', 'base64')
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
        dsseEnvelope.signatures = [{ sig: bytes.toString('base64') }]
      }),
      expected: { code: 'SIGNATURE_INVALID' },
    },
  ]
}

/** Earlier versions have a chain of certificates. */
function ofVersion(version: '0.1' | '0.2' | '0.3', { verificationMaterial: { certificate, ...material }, dsseEnvelope }: Bundle): string {
  return JSON.stringify({
    mediaType: `application/vnd.dev.sigstore.bundle+json;version=${version}`,
    verificationMaterial: { x509CertificateChain: { certificates: [certificate] }, ...material },
    dsseEnvelope,
  })
}

function messageSignature({ dsseEnvelope, ...rest }: Bundle): string {
  const signature = dsseEnvelope.signatures[0]?.sig
  return JSON.stringify({
    ...rest,
    messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: dsseEnvelope.payload }, signature },
  })
}
