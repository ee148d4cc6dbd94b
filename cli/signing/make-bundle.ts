/** Signs, has it logged and dated, and puts all into a bundle v0.3. What comes back from the services is not verified here. */
import { createHash } from 'node:crypto'
import type { Services } from '../../core/signing/select-services.ts'
import { envelopeOf, materialOf, signedBytes, type Content, type Signed, type Signer } from './content.ts'
import { AlreadyLogged, logEntry } from './rekor.ts'
import { timestamp } from './timestamp.ts'
import type { Asking } from './services.ts'

const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** @throws LockError as `ask`, and what the signer throws */
export async function makeBundle(content: Content, signer: Signer, services: Services, asking: Asking): Promise<string> {
  try {
    return await attempt(content, signer, services, asking)
  } catch (error) {
    // The answer to an earlier question was lost. Another signature is another entry.
    if (error instanceof AlreadyLogged) return attempt(content, signer, services, asking)
    throw error
  }
}

async function attempt(content: Content, signer: Signer, { logs, timestamps }: Services, asking: Asking): Promise<string> {
  const signature = await signer.sign(signedBytes(content))
  const signed: Signed = { content, signature, verifier: signer.verifier }
  // One after the other: where a service fails, the others are not asked in vain. A log is what cannot be taken back.
  const tokens: Buffer[] = []
  for (const service of timestamps) tokens.push(await timestamp(signature, service, asking))
  const entries: unknown[] = []
  for (const service of logs) entries.push(await logEntry(signed, service, asking))
  return formatBundle(signed, entries, tokens)
}

/** The order of members is protobuf's, so that the file has one form. */
function formatBundle({ content, signature, verifier }: Signed, entries: readonly unknown[], tokens: readonly Buffer[]): string {
  const rfc3161Timestamps = tokens.map((token) => ({ signedTimestamp: token.toString('base64') }))
  const bundle = {
    mediaType: MEDIA_TYPE,
    verificationMaterial: {
      ...materialOf(verifier),
      ...(entries.length === 0 ? {} : { tlogEntries: entries }),
      ...(tokens.length === 0 ? {} : { timestampVerificationData: { rfc3161Timestamps } }),
    },
    ...signedPart(content, signature),
  }
  return `${JSON.stringify(bundle, null, 2)}\n`
}

function signedPart(content: Content, signature: Buffer): object {
  if (content.kind === 'envelope') return { dsseEnvelope: envelopeOf(content, signature) }
  const digest = createHash('sha256').update(content.bytes).digest('base64')
  return { messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature: signature.toString('base64') } }
}
