/** Bundles that a key signs, as `mcp-lock sign --key` makes them: without a log, without a timestamp. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { parseLock } from '../core/lock/lockfile.ts'
import { sha256 } from '../core/json/digest.ts'
import { formatLockStatement, hintOf, pae, PAYLOAD_TYPE, publicKeyOf, type LockPredicate } from '../core/signing/index.ts'

export type SigningKey = { readonly secret: KeyObject; readonly pem: string }

export function signingKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { secret: privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

export const REPOSITORY = 'https://github.com/acme/tools'

/** What a test says of a statement; the rest is read from lock and policy. */
export type Said = Partial<LockPredicate>

/** @param policy its text, null where there is none */
export function signedBundle(lock: string, policy: string | null, { secret }: SigningKey, said: Said = {}): string {
  const servers = Object.fromEntries(Object.entries(parseLock(lock).servers).map(([name, { digest }]) => [name, digest]))
  const predicate: LockPredicate = {
    lockfileVersion: 1,
    digestScheme: 1,
    path: 'mcp.lock',
    repository: { uri: REPOSITORY },
    serial: 1,
    previous: null,
    policy: policy === null ? null : { path: 'mcp-lock.yaml', sha256: hex(policy) },
    servers,
    tool: { name: 'mcp-lock', version: '0.0.0' },
    ...said,
  }
  const payload = formatLockStatement(hex(lock), predicate)
  const sig = sign(null, pae(PAYLOAD_TYPE, payload), secret).toString('base64')
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: hintOf(publicKeyOf(secret)) } },
    dsseEnvelope: { payload: payload.toString('base64'), payloadType: PAYLOAD_TYPE, signatures: [{ sig, keyid: '' }] },
  }
  return `${JSON.stringify(bundle)}\n`
}

/** The lines of a policy that names a key. */
export function policyOf(keys: readonly SigningKey[], more = ''): string {
  return `repository: ${REPOSITORY}\nsigners:\n${keys.map(({ pem }) => `  - key: |\n${pem.replaceAll(/^(?=.)/gm, '      ')}`).join('')}${more}`
}

function hex(text: string): string {
  return sha256(text).slice('sha256:'.length)
}
