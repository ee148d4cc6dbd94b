/** What a bundle says of itself, whether it is to be believed or not: for a person who looks at it. */
import type { Bundle } from '@sigstore/bundle'
import { RFC3161Timestamp } from '@sigstore/core'
import { LockError } from '../codes/errors.ts'
import type { Identity } from '../identity/identity.ts'
import { parseBundle } from './bundle.ts'
import { readCertificate } from './certificate.ts'
import { parseLockStatement, type LockStatement } from './statement.ts'

/** What was read, or why it could not be. */
export type Read<Value> = { readonly value: Value } | { readonly failure: LockError }

export type LogClaim = {
  /** Of the log, base64, as trusted roots name it. */
  readonly id: string
  readonly index: string
  /** When the log says it took the entry, RFC 3339; null for a log that does not say. */
  readonly time: string | null
}

export type BundleClaims = {
  readonly signer: Read<Identity>
  readonly statement: Read<LockStatement>
  readonly logs: readonly LogClaim[]
  /** RFC 3339. */
  readonly timestamps: readonly Read<string>[]
}

/** @throws LockError `BUNDLE_INVALID`, where nothing can be read */
export function readClaimsOf(text: string): BundleClaims {
  const { bundle } = parseBundle(text)
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial
  return {
    signer: attempt('CERTIFICATE_INVALID', () => signerOf(bundle)),
    statement: attempt('STATEMENT_INVALID', () => statementOf(bundle)),
    logs: tlogEntries.map(({ logId, logIndex, integratedTime }) => ({
      id: logId?.keyId.toString('base64') ?? '',
      index: logIndex,
      time: integratedTime === '0' ? null : timeOf(new Date(Number(integratedTime) * 1000)),
    })),
    timestamps: (timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) =>
      attempt('TIMESTAMP_INVALID', () => RFC3161Timestamp.parse(Buffer.from(signedTimestamp)).signingTime.toISOString()),
    ),
  }
}

function signerOf({ verificationMaterial: { content } }: Bundle): Identity {
  if (content.$case === 'publicKey')
    return { kind: 'key', digest: `sha256:${Buffer.from(content.publicKey.hint, 'base64').toString('hex')}` }
  const leaf = content.$case === 'certificate' ? content.certificate : content.x509CertificateChain.certificates[0]
  return readCertificate(leaf?.rawBytes ?? new Uint8Array())
}

function statementOf({ content }: Bundle): LockStatement {
  if (content.$case !== 'dsseEnvelope') throw new LockError('STATEMENT_INVALID', 'it is no statement, but a signature of a file by itself')
  return parseLockStatement(content.dsseEnvelope.payload)
}

function timeOf(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

function attempt<Value>(code: 'CERTIFICATE_INVALID' | 'STATEMENT_INVALID' | 'TIMESTAMP_INVALID', read: () => Value): Read<Value> {
  try {
    return { value: read() }
  } catch (cause) {
    return { failure: cause instanceof LockError ? cause : new LockError(code, 'it cannot be read', { cause }) }
  }
}
