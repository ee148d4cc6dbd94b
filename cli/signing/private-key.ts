/** A signer with a private key in PEM: PKCS#8 or SEC1, encrypted or not. */
import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { LockError } from '../../core/codes/errors.ts'
import { publicKeyOf } from '../../core/identity/keys.ts'
import type { Signer } from './content.ts'

/**
 * @param askPassphrase called where the key is encrypted; null where nobody knows
 * @throws LockError `KEY_INVALID`, `KEY_LOCKED`, and what `askPassphrase` throws
 */
export async function keySigner(pem: string, askPassphrase: () => Promise<string | null>): Promise<Signer> {
  const [block = '', label] = /-----BEGIN (?!EC PARAMETERS)([A-Z0-9 ]{1,40})-----[^]*?-----END \1-----/.exec(pem) ?? []
  switch (label) {
    case 'PRIVATE KEY':
    case 'EC PRIVATE KEY':
    case 'ENCRYPTED PRIVATE KEY':
      break
    case 'ENCRYPTED SIGSTORE PRIVATE KEY':
    case 'ENCRYPTED COSIGN PRIVATE KEY':
      throw invalid(`a key that cosign encrypted only cosign can open; let it sign: ${COSIGN}`)
    case 'PUBLIC KEY':
      throw invalid('that is a public key; it signs with `--key-command`, or give the private key')
    default:
      throw invalid(`expected the PEM of a private key, got ${label === undefined ? 'no PEM' : `\`${label}\``}; make one with ${OPENSSL}`)
  }
  const isEncrypted = label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: 4,ENCRYPTED\r?$/m.test(block)
  const key = isEncrypted ? await decrypted(block, askPassphrase) : parsed(block)
  const publicKey = publicKeyOf(key)
  return {
    verifier: { kind: 'key', key: publicKey },
    sign: (bytes) => Promise.resolve(sign(publicKey.type === 'ed25519' ? null : 'sha256', bytes, key)),
  }
}

const OPENSSL = '`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -out key.pem`'
const COSIGN =
  "`--key cosign.pub --key-command 'cosign sign-blob --yes --key cosign.key --tlog-upload=false --use-signing-config=false --new-bundle-format=false -'`"

function parsed(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw invalid('the private key cannot be read')
  }
}

async function decrypted(pem: string, askPassphrase: () => Promise<string | null>): Promise<KeyObject> {
  const passphrase = await askPassphrase()
  if (passphrase === null) throw new LockError('KEY_LOCKED', 'the private key is encrypted, and there is no passphrase')
  try {
    return createPrivateKey({ key: pem, passphrase })
  } catch {
    throw new LockError('KEY_LOCKED', 'the passphrase does not open the private key')
  }
}

// Causes are left out: OpenSSL's errors may tell of what was typed or read.
function invalid(message: string): LockError {
  return new LockError('KEY_INVALID', message)
}
