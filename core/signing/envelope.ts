/** The DSSE envelope in a bundle of ours: whoever signed it, over whatever statement. */
import type { Bundle } from '@sigstore/bundle'
import { LockError } from '../codes/errors.ts'
import type { Identity } from '../identity/identity.ts'
import { parseBundle } from './bundle.ts'
import { PAYLOAD_TYPE } from './dsse.ts'
import { verifyBundle, type Trust } from './verify-bundle.ts'

/**
 * A bundle v0.3 with one signature over an in-toto statement, whether or not it holds.
 * @throws LockError `BUNDLE_INVALID`
 */
export function parseEnvelope(text: string): { readonly bundle: Bundle; readonly payload: Buffer } {
  const { bundle, version } = parseBundle(text)
  if (version !== '0.3') throw new LockError('BUNDLE_INVALID', `expected a bundle v0.3, got v${version}`)
  if (bundle.content.$case !== 'dsseEnvelope') throw new LockError('BUNDLE_INVALID', 'expected a DSSE envelope')
  const { payloadType, payload, signatures } = bundle.content.dsseEnvelope
  if (payloadType !== PAYLOAD_TYPE) throw new LockError('BUNDLE_INVALID', `expected the payload type \`${PAYLOAD_TYPE}\``)
  if (signatures.length !== 1 || signatures[0]?.keyid !== '')
    throw new LockError('BUNDLE_INVALID', 'expected one signature, without a keyid')
  return { bundle, payload }
}

/** The same where it holds, whoever made it. @throws LockError `BUNDLE_INVALID`, and as `verifyBundle` */
export function openEnvelope(text: string, trust: Trust): { readonly identity: Identity; readonly payload: Buffer } {
  const { bundle, payload } = parseEnvelope(text)
  return { identity: verifyBundle(bundle, trust), payload }
}
