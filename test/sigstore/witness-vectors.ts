/** Log entries and timestamps that prove nothing about the signature, and roots that do not know who made them. */
import { FEDERATED } from './accepted-vectors.ts'
import { makeBundle, timestampOver, type Bundle, type LogEntry } from './bundle.ts'
import type { Services, Sigstore } from './sigstore.ts'
import type { VectorCase } from './vector-case.ts'
import { altered, AT, BOTH, certified, KEYS, statement } from './vector-workshop.ts'

type Proof = NonNullable<LogEntry['inclusionProof']>

const V1: Services = { rekor: 1, tsa: true }

/** `other` is a Sigstore that the root does not know. */
export function witnessVectors(sigstore: Sigstore, other: Sigstore): VectorCase[] {
  const key = certified(sigstore, 'ci')
  const payload = statement('all')
  const [v1, v2] = [makeBundle(sigstore, key, payload, V1), makeBundle(sigstore, key, payload, BOTH)]
  const again = makeBundle(sigstore, key, payload, BOTH)
  const foreign = { 1: makeBundle(other, key, payload, V1), 2: makeBundle(other, key, payload, BOTH) }
  const entry = (name: string, why: string, bundle: Bundle, change: (entry: LogEntry) => void): VectorCase =>
    changed(name, why, 'LOG_ENTRY_INVALID', bundle, ({ verificationMaterial }) => verificationMaterial.tlogEntries?.forEach(change))
  const proof = (name: string, why: string, change: (proof: Proof) => void): VectorCase =>
    entry(name, why, v2, ({ inclusionProof }) => {
      if (inclusionProof !== undefined) change(inclusionProof)
    })
  const signature = (bundle: Bundle): Buffer => Buffer.from(bundle.dsseEnvelope.signatures[0]?.sig ?? '', 'base64')
  const timestamps = (name: string, why: string, ...rfc3161Timestamps: { signedTimestamp: string }[]): VectorCase =>
    changed(name, why, 'TIMESTAMP_INVALID', v2, ({ verificationMaterial }) => {
      verificationMaterial.timestampVerificationData = { rfc3161Timestamps }
    })
  const entriesOf = ({ verificationMaterial }: Bundle): LogEntry[] => structuredClone(verificationMaterial.tlogEntries ?? [])
  const own = timestampOver(sigstore, signature(v2))
  return [
    changed('no-log-entry', 'a certificate needs a log entry', 'LOG_ENTRY_INVALID', v2, ({ verificationMaterial }) => {
      delete verificationMaterial.tlogEntries
    }),
    {
      name: 'key-without-log-entry',
      why: 'the policy demands one',
      bundle: makeBundle(sigstore, KEYS.p256, statement('logged-keys'), { rekor: null, tsa: true }),
      policy: 'logged-keys',
      expected: { code: 'LOG_ENTRY_INVALID' },
    },
    {
      name: 'one-of-two-logs',
      why: 'the policy demands two',
      bundle: makeBundle(sigstore, certified(sigstore, 'user', FEDERATED), statement('two-logs'), BOTH),
      policy: 'two-logs',
      expected: { code: 'LOG_ENTRY_INVALID' },
    },
    {
      name: 'key-with-bad-log-entry',
      why: 'an entry that is not needed must hold too',
      bundle: altered(makeBundle(sigstore, KEYS.p256, payload, BOTH), ({ verificationMaterial }) => {
        verificationMaterial.tlogEntries = entriesOf(foreign[2])
      }),
      expected: { code: 'LOG_ENTRY_INVALID' },
    },
    {
      name: 'key-with-bad-timestamp',
      why: 'a timestamp that is not needed must hold too',
      bundle: altered(makeBundle(sigstore, KEYS.p256, payload, { rekor: null, tsa: true }), ({ verificationMaterial }) => {
        verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [own] }
      }),
      expected: { code: 'TIMESTAMP_INVALID' },
    },
    ...([1, 2] as const).map((version) =>
      changed(`other-log-rekor${version}`, 'a log that the root does not know', 'LOG_ENTRY_INVALID', v2, ({ verificationMaterial }) => {
        verificationMaterial.tlogEntries = entriesOf(foreign[version])
      }),
    ),
    changed('entry-of-another-signature', 'the entry is about another signature', 'LOG_ENTRY_INVALID', v2, ({ verificationMaterial }) => {
      verificationMaterial.tlogEntries = entriesOf(again)
    }),
    changed('same-entry-twice', 'an entry counts once', 'LOG_ENTRY_INVALID', v2, ({ verificationMaterial }) => {
      verificationMaterial.tlogEntries = [...entriesOf(v2), ...entriesOf(v2)]
    }),
    entry('altered-promise', 'the promise is not signed by the log', v1, ({ inclusionPromise }) => {
      if (inclusionPromise !== undefined) inclusionPromise.signedEntryTimestamp = signature(v1).toString('base64')
    }),
    entry('altered-integrated-time', 'the time is in the promise', v1, (entry) => {
      entry.integratedTime = String(Number(entry.integratedTime) + 1)
    }),
    entry('altered-log-index', 'the index is in the promise', v1, (entry) => {
      entry.logIndex = String(Number(entry.logIndex) + 1)
    }),
    entry('altered-body', 'the body is in the tree', v2, (entry) => {
      entry.canonicalizedBody = Buffer.from(`${Buffer.from(entry.canonicalizedBody, 'base64').toString()} `).toString('base64')
    }),
    proof('altered-root-hash', 'the root is the one of the checkpoint', (proof) => {
      proof.rootHash = Buffer.alloc(32).toString('base64')
    }),
    proof('altered-path', 'the path leads to the root', (proof) => {
      proof.hashes = (proof.hashes ?? []).map(() => Buffer.alloc(32).toString('base64'))
    }),
    proof('altered-proof-index', 'the path is the one of the index', (proof) => {
      proof.logIndex = '0'
    }),
    proof('altered-checkpoint', 'the checkpoint is signed', ({ checkpoint }) => {
      checkpoint.envelope = checkpoint.envelope.replace(/\n(\d+)\n/, (_, size) => `\n${Number(size) + 1}\n`)
    }),
    changed('no-proof', 'an entry has a proof', 'BUNDLE_INVALID', v2, ({ verificationMaterial }) => {
      for (const entry of verificationMaterial.tlogEntries ?? []) delete entry.inclusionProof
    }),
    {
      name: 'no-timestamp',
      why: 'Rekor v2 says no time',
      bundle: makeBundle(sigstore, key, payload, { rekor: 2, tsa: false }),
      expected: { code: 'TIMESTAMP_INVALID' },
    },
    timestamps('other-timestamp-authority', 'an authority that the root does not know', timestampOver(other, signature(v2))),
    timestamps('timestamp-of-another-signature', 'the timestamp is over another signature', timestampOver(sigstore, signature(again))),
    timestamps('bad-timestamp-beside-a-good-one', 'each timestamp must hold', own, timestampOver(other, signature(v2), AT + 1_000)),
    timestamps('no-token', 'a timestamp is a token', { signedTimestamp: Buffer.from('now').toString('base64') }),
    {
      name: 'same-timestamp-twice',
      why: 'a timestamp counts once',
      bundle: twice(makeBundle(sigstore, certified(sigstore, 'user', FEDERATED), statement('two-timestamps'), BOTH)),
      policy: 'two-timestamps',
      expected: { code: 'TIMESTAMP_INVALID' },
    },
  ]
}

/** A log that logged what is not so: the entry proves another certificate than the bundle's. */
export function otherCertificateVector(sigstore: Sigstore): VectorCase {
  const key = certified(sigstore, 'ci')
  const { keys } = key
  const { publicKey } = keys
  const { issuer, claims } = sigstore.issuers.ci
  const second = certified(sigstore, 'ci', { iss: issuer, ...claims }, { publicKey })
  const bundle = makeBundle(sigstore, { keys, certificate: second.certificate ?? Buffer.alloc(0) }, statement('all'), BOTH)
  return changed(
    'entry-of-another-certificate',
    'the entry names another certificate for the same key',
    'LOG_ENTRY_INVALID',
    bundle,
    (bundle) => {
      bundle.verificationMaterial.certificate = { rawBytes: key.certificate?.toString('base64') ?? '' }
    },
  )
}

function changed(name: string, why: string, code: string, bundle: Bundle, change: (bundle: Bundle) => void): VectorCase {
  return { name, why, bundle: altered(bundle, change), expected: { code } }
}

function twice(bundle: Bundle): Bundle {
  return altered(bundle, ({ verificationMaterial: { timestampVerificationData } }) => {
    const [timestamp] = timestampVerificationData?.rfc3161Timestamps ?? []
    if (timestamp !== undefined) timestampVerificationData?.rfc3161Timestamps.push(timestamp)
  })
}
