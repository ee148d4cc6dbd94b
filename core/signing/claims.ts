/** The claims in the extensions of Fulcio's certificates, in their two forms. */
import { ASN1Obj } from '@sigstore/core'
import { LockError } from '../codes/errors.ts'
import { CLAIMS, type ClaimName, type Claims } from '../identity/identity.ts'
import { GITHUB, GITHUB_ISSUER } from '../identity/signer.ts'

/** Fulcio's own arc (fulcio docs/oid-info.md). */
const FULCIO = '1.3.6.1.4.1.57264.1'
const ISSUER = 8
const UTF8_STRING = 0x0c

/** The arcs up to .6, which hold the text itself, by those that say the same since: what older certificates have alone. */
const OLDER: { readonly [arc: number]: number } = {
  [ISSUER]: 1,
  [CLAIMS.buildTrigger]: 2,
  [CLAIMS.sourceRepositoryDigest]: 3,
  [CLAIMS.sourceRepositoryRef]: 6,
}
/** GitHub's `owner/repository`. */
const OLDER_REPOSITORY = 5

/** @throws LockError `CERTIFICATE_INVALID`, also where the two forms disagree */
export function readClaims(extensions: ReadonlyMap<string, ASN1Obj>): { readonly issuer: string; readonly claims: Claims } {
  const issuer = read(ISSUER)
  if (issuer === undefined) throw invalid('the certificate names no issuer')
  const names = Object.keys(CLAIMS) as ClaimName[] // its own keys
  const claims = names.flatMap((name) => {
    const value = read(CLAIMS[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  return { issuer, claims: Object.fromEntries(claims) }

  function read(arc: number): string | undefined {
    const value = derText(extensions.get(`${FULCIO}.${arc}`))
    const older = readOlder(arc)
    if (value !== undefined && older !== undefined && value !== older) throw invalid(`the certificate says two things of .${arc}`)
    return value ?? older
  }

  function readOlder(arc: number): string | undefined {
    const raw = (older: number): string | undefined => rawText(extensions.get(`${FULCIO}.${older}`)?.value)
    if (arc !== CLAIMS.sourceRepositoryUri) return OLDER[arc] === undefined ? undefined : raw(OLDER[arc])
    const repository = raw(OLDER_REPOSITORY)
    return repository === undefined || read(ISSUER) !== GITHUB_ISSUER ? undefined : `${GITHUB}/${repository}`
  }
}

/** From .8 on, the value is a UTF8String. */
function derText(extension: ASN1Obj | undefined): string | undefined {
  if (extension === undefined) return undefined
  const { tag, value } = ASN1Obj.parseBuffer(Buffer.from(extension.value))
  if (tag.toDER() !== UTF8_STRING) throw invalid('a claim of the certificate is no UTF8String')
  return rawText(value)
}

function rawText(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new LockError('CERTIFICATE_INVALID', 'a claim of the certificate is not UTF-8', { cause })
  }
}

function invalid(message: string): LockError {
  return new LockError('CERTIFICATE_INVALID', message)
}
