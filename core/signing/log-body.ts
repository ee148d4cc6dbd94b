/** Whose signature an entry of Rekor is about (rekor pkg/types, rekor-tiles docs/rekor-v2-spec). */
import { LockError } from '../codes/errors.ts'
import { isArray, member, own, parseStrictBytes, type Json } from '../json/json.ts'
import { guarded } from './guarded.ts'

/** Where the verifier stands, by kind and version of the body. */
const PLACES: { readonly [kindVersion: string]: readonly string[] } = {
  'hashedrekord/0.0.1': ['signature', 'publicKey', 'content'],
  'dsse/0.0.1': ['signatures', '0', 'verifier'],
  'intoto/0.0.2': ['content', 'envelope', 'signatures', '0', 'publicKey'],
  'hashedrekord/0.0.2': ['hashedRekordV002', 'signature', 'verifier'],
  'dsse/0.0.2': ['dsseV002', 'signatures', '0', 'verifier'],
}
const PEM = /^-----BEGIN (CERTIFICATE|PUBLIC KEY)-----\r?\n([A-Za-z\d+/=\r\n]+)-----END \1-----\s*$/

/** The certificate or SPKI, DER. @throws LockError `LOG_ENTRY_INVALID` */
export function loggedSigner(body: Uint8Array): Buffer {
  return guarded('LOG_ENTRY_INVALID', 'the entry of the log cannot be read', () => {
    const value = read(body)
    const [kind, version] = [member(value, 'kind'), member(value, 'apiVersion')]
    const place = typeof kind === 'string' && typeof version === 'string' ? own(PLACES, `${kind}/${version}`) : undefined
    if (place === undefined) throw invalid('the entry of the log is of a kind that is not known')
    const verifier = place.reduce<Json | undefined>(
      (one, name) => (isArray(one) ? (one.length === 1 ? one[0] : undefined) : member(one, name)),
      member(value, 'spec'),
    )
    return typeof verifier === 'string' ? ofPem(Buffer.from(verifier, 'base64').toString('latin1')) : ofMessage(verifier)
  })
}

function read(body: Uint8Array): Json {
  try {
    return parseStrictBytes(body)
  } catch (cause) {
    throw new LockError('LOG_ENTRY_INVALID', 'the entry of the log is not JSON as it must be', { cause })
  }
}

function ofPem(text: string): Buffer {
  const [, , base64] = PEM.exec(text) ?? []
  if (base64 === undefined) throw invalid('the entry of the log names no certificate or key')
  return Buffer.from(base64, 'base64')
}

function ofMessage(verifier: Json | undefined): Buffer {
  const rawBytes = member(member(verifier, 'x509Certificate') ?? member(verifier, 'publicKey'), 'rawBytes')
  if (typeof rawBytes !== 'string') throw invalid('the entry of the log names no certificate or key')
  return Buffer.from(rawBytes, 'base64')
}

function invalid(message: string): LockError {
  return new LockError('LOG_ENTRY_INVALID', message)
}
