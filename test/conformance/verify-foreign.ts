/** Bundles that others made, of any version and about anything, by our own verification. */
import { hash, type KeyObject } from 'node:crypto'
import { isArray, member, parseStrictBytes, type Json } from '../../core/json/json.ts'
import {
  mismatches,
  PAYLOAD_TYPE,
  parseBundle,
  parsePublicKey,
  parseTrustedRoot,
  publicGood,
  verifyBundle,
} from '../../core/signing/index.ts'
import type { KeySigner, SubjectSigner } from '../../core/signing/index.ts'
import { isSignatureOfDigest } from './prehashed.ts'

export interface Foreign {
  readonly bundle: string
  /** Null for the one of the public good instance. */
  readonly root: string | null
  readonly signer: KeySigner | SubjectSigner
  /** Its bytes, or `sha256:` and their digest in hex. */
  readonly artifact: Buffer | string
}

/** Throws where it does not hold. */
export function verifyForeign({ bundle: text, root, signer, artifact }: Foreign): void {
  const { bundle } = parseBundle(text)
  const trust = {
    root: root === null ? publicGood() : parseTrustedRoot(root),
    keys: 'key' in signer ? [parsePublicKey(signer.key)] : [],
    thresholds: {},
  }
  const identity = verifyBundle(bundle, trust, typeof artifact === 'string' ? ofDigest(artifact) : artifact)
  if (mismatches(signer, identity).length > 0) throw new Error('signed by somebody else')
  if (bundle.content.$case === 'dsseEnvelope') checkSubject(bundle.content.dsseEnvelope, artifact)
}

function ofDigest(artifact: string) {
  const sha256 = Buffer.from(hexOf(artifact), 'hex')
  return { sha256, isSigned: (key: KeyObject, signature: Buffer) => isSignatureOfDigest(sha256, key, signature) }
}

function hexOf(artifact: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(artifact) ?? []
  if (hex === undefined) throw new Error('expected `sha256:` and 64 digits')
  return hex
}

/** One of the statement's subjects must be the artifact, by any of its digests that we know. */
function checkSubject(
  { payloadType, payload }: { readonly payloadType: string; readonly payload: Buffer },
  artifact: Buffer | string,
): void {
  if (payloadType !== PAYLOAD_TYPE) throw new Error('expected an in-toto statement')
  const statement = parseStrictBytes(payload)
  if (!STATEMENTS.includes(member(statement, '_type'))) throw new Error('expected an in-toto statement')
  const digests =
    typeof artifact === 'string'
      ? { sha256: hexOf(artifact) }
      : { sha256: hash('sha256', artifact, 'hex'), sha512: hash('sha512', artifact, 'hex') }
  const subjects = member(statement, 'subject')
  const isSubject = (subject: Json): boolean =>
    Object.entries(digests).some(([algorithm, digest]) => member(member(subject, 'digest'), algorithm) === digest)
  if (!isArray(subjects) || !subjects.some(isSubject)) throw new Error('a statement about another artifact')
}

const STATEMENTS: readonly (Json | undefined)[] = ['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']
