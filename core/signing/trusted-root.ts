/** Trusted roots: whose certificates, logs and timestamps are believed (Sigstore's `trusted_root.json`). */
import { PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs'
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify'
import { LockError } from '../codes/errors.ts'
import { own, parseStrict } from '../json/json.ts'
import { fit } from '../json/shape.ts'
import { checkForm, serves, TIME_STAMPING } from './certificate.ts'
import { guarded } from './guarded.ts'
import { KEY_DETAILS, rootShape } from './root-shape.ts'
import publicGoodRoot from './public-good.json' with { type: 'json' }

export type { TrustedRoot }

export const MAX_ROOT = 1024 * 1024

/** The one of the public good instance, as of this version of mcp-lock. */
export function publicGood(): TrustedRoot {
  return TrustedRoot.fromJSON(publicGoodRoot)
}

/** The same as the public good instance serves it, to the byte. */
export function publicGoodText(): string {
  return `${JSON.stringify(publicGoodRoot, null, 2)}\n`
}

/**
 * A root on which a check can rest: all of it is known and can be read, and says from when on it holds.
 * A member that is not known could limit what is trusted, so it is refused.
 * @throws LockError `TRUSTED_ROOT_INVALID`
 */
export function parseTrustedRoot(text: string): TrustedRoot {
  if (text.length > MAX_ROOT) throw invalid(`expected at most ${MAX_ROOT} characters, got ${text.length}`)
  const value = LockError.as('TRUSTED_ROOT_INVALID', () => parseStrict(text))
  fit(rootShape, value, 'TRUSTED_ROOT_INVALID', 'the trusted root')
  const root = TrustedRoot.fromJSON(value)
  const { tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = guarded(
    'TRUSTED_ROOT_INVALID',
    'a key or certificate of the trusted root cannot be read',
    () => readMaterial(root),
  )
  checkLogs('tlogs', root.tlogs, tlogs)
  checkLogs('ctlogs', root.ctlogs, ctlogs)
  checkValidity('certificateAuthorities', certificateAuthorities)
  checkValidity('timestampAuthorities', timestampAuthorities)
  timestampAuthorities.forEach(({ certChain: [signer] }, i) => {
    if (signer === undefined || !serves(signer, TIME_STAMPING))
      throw invalid(`the first certificate of \`timestampAuthorities[${i}]\` is not one for timestamps`)
  })
  if ([tlogs, ctlogs, certificateAuthorities, timestampAuthorities].every((list) => list.length === 0))
    throw invalid('the trusted root names nobody')
  return root
}

function readMaterial(root: TrustedRoot): TrustMaterial {
  const material = toTrustMaterial(root)
  for (const { certChain } of [...material.certificateAuthorities, ...material.timestampAuthorities]) certChain.forEach(checkForm)
  return material
}

function checkLogs(list: string, logs: TrustedRoot['tlogs'], read: TrustMaterial['tlogs']): void {
  checkValidity(list, read)
  const ids = read.map(({ logID }) => logID.toString('hex'))
  read.forEach(({ publicKey: { asymmetricKeyType: type, asymmetricKeyDetails } }, i) => {
    const named = PublicKeyDetails[logs[i]?.publicKey?.keyDetails ?? 0] ?? ''
    if ((type === 'ec' ? asymmetricKeyDetails?.namedCurve : type) !== own(KEY_DETAILS, named))
      throw invalid(`the key of \`${list}[${i}]\` is not of the type that it says`)
    if (ids.indexOf(ids[i] ?? '') !== i) throw invalid(`\`${list}[${i}]\` has the id of another log`)
  })
}

/** Whole windows: one that ends before it begins, or a date that there is not, is a slip. */
function checkValidity(list: string, read: readonly { readonly validFor: { readonly start: Date; readonly end: Date } }[]): void {
  read.forEach(({ validFor: { start, end } }, i) => {
    if (!(start <= end)) throw invalid(`\`${list}[${i}]\` is never valid`)
  })
}

function invalid(message: string): LockError {
  return new LockError('TRUSTED_ROOT_INVALID', message)
}
