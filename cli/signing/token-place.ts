/** Where an identity token may go: whoever gets one can have a certificate for its holder, and sign as them. */
import { LockError } from '../../core/codes/errors.ts'
import type { Service } from '../../core/signing/signing-config.ts'
import type { TrustedRoot } from '../../core/signing/trusted-root.ts'
import { atMost, displaySafe } from '../../core/text.ts'
import { isPrivate } from '../login/provider-http.ts'

/**
 * A change of the signing config is no change of trust, so the trusted root says who the authority is.
 * @param root null where the command line names the signing config
 * @throws LockError `AUTHORITY_UNKNOWN`
 */
export function requireTokenPlace({ url }: Service, root: TrustedRoot | null): void {
  const shown = `\`${displaySafe(url.origin, 200)}\``
  if (!isPrivate(url)) throw unknown(`${shown} is no address of HTTPS`)
  if (root === null) return
  const known = root.certificateAuthorities.flatMap(({ uri }) => URL.parse(uri)?.origin ?? [])
  if (known.includes(url.origin)) return
  const names = atMost(
    4,
    [...new Set(known)].map((origin) => `\`${displaySafe(origin, 200)}\``),
  )
  throw unknown(`${shown} is no authority of the trusted root, which names ${names.join(' and ') || 'the address of none'}`)
}

function unknown(message: string): LockError {
  return new LockError('AUTHORITY_UNKNOWN', message)
}
