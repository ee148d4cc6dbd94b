/** Fulcio's certificate authority: a root, an intermediate if wanted, and certificates of ten minutes with a timestamp of the CT log. */
import type { KeyObject } from 'node:crypto'
import {
  authority,
  certify,
  CODE_SIGNING,
  digitalSignature,
  identifiers,
  purpose,
  randomSerial,
  toBeSigned,
  type Extension,
  type Issuer,
} from './certificate.ts'
import { signedTimestamp } from './ct-log.ts'
import { sequence, tagged } from './der.ts'
import type { Keys } from './keys.ts'
import { VALIDITY } from './validity.ts'

/** Who a certificate names. */
export type Subject = { readonly email: string } | { readonly uri: string }

export interface Order {
  readonly publicKey: KeyObject
  readonly subject: Subject
  readonly claims: readonly Extension[]
  readonly at: number
  /** The extended key usage; null for a certificate without one. */
  readonly use?: string | null
  /** False for a certificate that no CT log has seen. */
  readonly logged?: boolean
}

const TEN_MINUTES = 10 * 60_000

export class CertificateAuthority {
  /** From the issuer of certificates to the root. */
  readonly chain: readonly Buffer[]
  readonly #issuer: Issuer
  readonly #keys: Keys

  constructor(keys: Keys, { intermediate = true } = {}) {
    const root = { name: 'loopback root', keys: keys.root }
    const lower = { name: 'loopback intermediate', keys: keys.intermediate }
    const ofRoot = certify(
      {
        subject: root.name,
        publicKey: keys.root.publicKey,
        ...VALIDITY,
        extensions: [...authority(), ...identifiers(keys.root.publicKey, root)],
      },
      root,
    )
    const ofLower = certify(
      {
        subject: lower.name,
        publicKey: lower.keys.publicKey,
        ...VALIDITY,
        extensions: [...authority(0), purpose(CODE_SIGNING), ...identifiers(lower.keys.publicKey, root)],
      },
      root,
    )
    this.chain = intermediate ? [ofLower, ofRoot] : [ofRoot]
    this.#issuer = intermediate ? lower : root
    this.#keys = keys
  }

  issue({ publicKey, subject, claims, at, use = CODE_SIGNING, logged = true }: Order): Buffer {
    const template = {
      subject: null,
      publicKey,
      notBefore: at,
      notAfter: at + TEN_MINUTES,
      serial: randomSerial(),
      extensions: [
        digitalSignature,
        ...(use === null ? [] : [purpose(use)]),
        ...identifiers(publicKey, this.#issuer),
        { oid: '2.5.29.17', critical: true as const, value: alternativeName(subject) },
        ...claims,
      ],
    }
    if (!logged) return certify(template, this.#issuer)
    const timestamp = signedTimestamp(this.#keys.ctLog, at, toBeSigned(template, this.#issuer), this.#issuer.keys.publicKey)
    return certify({ ...template, extensions: [...template.extensions, timestamp] }, this.#issuer)
  }
}

/** RFC 5280 §4.2.1.6: rfc822Name or uniformResourceIdentifier. */
function alternativeName(subject: Subject): Buffer {
  return sequence('email' in subject ? tagged(0x81, Buffer.from(subject.email)) : tagged(0x86, Buffer.from(subject.uri)))
}
