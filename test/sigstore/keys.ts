/** The keys of every service. */
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'

export const p256 = (): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const ed25519 = (): KeyPairKeyObjectResult => generateKeyPairSync('ed25519')

export type IssuerName = 'user' | 'ci' | 'gitlab'

export interface Keys {
  readonly root: KeyPairKeyObjectResult
  readonly intermediate: KeyPairKeyObjectResult
  readonly ctLog: KeyPairKeyObjectResult
  readonly rekor1: KeyPairKeyObjectResult
  readonly rekor2: KeyPairKeyObjectResult
  readonly tsaRoot: KeyPairKeyObjectResult
  readonly tsa: KeyPairKeyObjectResult
  /** RSA, as GitHub, GitLab and Dex have it; made when first used. */
  readonly issuer: (name: IssuerName) => KeyPairKeyObjectResult
}

export function newKeys(): Keys {
  const issuers = new Map<IssuerName, KeyPairKeyObjectResult>()
  const issuer = (name: IssuerName): KeyPairKeyObjectResult => {
    const keys = issuers.get(name) ?? generateKeyPairSync('rsa', { modulusLength: 2048 })
    issuers.set(name, keys)
    return keys
  }
  return { root: p256(), intermediate: p256(), ctLog: p256(), rekor1: p256(), rekor2: ed25519(), tsaRoot: p256(), tsa: p256(), issuer }
}

let ofProcess: Keys | undefined

/** One set for all tests of a process. */
export const sharedKeys = (): Keys => (ofProcess ??= newKeys())
