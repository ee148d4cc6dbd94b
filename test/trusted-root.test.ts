/** Trusted roots: what a check may rest on. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { LockError } from '../core/codes/errors.ts'
import { parseTrustedRoot, publicGood } from '../core/signing/trusted-root.ts'

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
const text = read('./vectors/signing/roots/root.json')

interface Validity {
  start?: string
  end?: string | null
}
interface Log {
  baseUrl: string
  publicKey: { rawBytes: string; keyDetails: string; validFor: Validity }
  logId: { keyId: string }
  [more: string]: unknown
}
interface Authority {
  certChain: { certificates: { rawBytes: string }[] }
  validFor: Validity
}
interface Root {
  mediaType: string
  tlogs: Log[]
  ctlogs: Log[]
  certificateAuthorities: Authority[]
  timestampAuthorities: Authority[]
  [more: string]: unknown
}

function altered(change: (root: Root, log: Log, authority: Authority) => void): string {
  const root: Root = JSON.parse(text)
  const [[log], [authority]] = [root.tlogs, root.certificateAuthorities]
  assert.ok(log !== undefined && authority !== undefined)
  change(root, log, authority)
  return JSON.stringify(root)
}

function refusal(root: string): string {
  try {
    parseTrustedRoot(root)
  } catch (error) {
    if (error instanceof LockError && error.code === 'TRUSTED_ROOT_INVALID') return error.message
    throw error
  }
  return assert.fail('accepted')
}

test('the embedded root of the public good instance is one that would be read', () => {
  assert.deepEqual(parseTrustedRoot(read('../core/signing/public-good.json')), publicGood())
})

test('what protobuf may write otherwise is read the same', () => {
  const root = parseTrustedRoot(text)
  const nothing = altered(
    (value, log) =>
      Object.assign(log, { operator: null }, { publicKey: { ...log.publicKey, validFor: { ...log.publicKey.validFor, end: null } } }) &&
      Object.assign(value, {}),
  )
  assert.deepEqual(parseTrustedRoot(nothing), root)
  assert.deepEqual(parseTrustedRoot(altered((value) => Object.assign(value, { ctlogs: null }))), { ...root, ctlogs: [] })
})

const key = (pair: { readonly publicKey: { export: (options: { format: 'der'; type: 'spki' }) => Buffer } }): string =>
  pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')

const refused: readonly (readonly [why: string, message: RegExp, root: string])[] = [
  ['no JSON', /expected JSON/, text.slice(1)],
  ['a member twice', /second key/, text.replace('{', '{"tlogs": [],')],
  ['another media type', /mediaType/, altered((root) => (root.mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.9'))],
  ['an unknown member', /revoked/, altered((root) => (root['revoked'] = true))],
  ['an unknown member of a log', /revoked/, altered((_, log) => (log['revoked'] = true))],
  ['nobody', /names nobody/, JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' })],
  ['a list that is none', /tlogs/, altered((root) => Object.assign(root, { tlogs: {} }))],
  ['more than any root has', /tlogs/, altered((root, log) => (root.tlogs = Array.from({ length: 65 }, () => log)))],
  ['no start', /start/, altered((_, log) => delete log.publicKey.validFor.start)],
  ['an end before the start', /never valid/, altered((_, log) => (log.publicKey.validFor.end = '2000-01-01T00:00:00Z'))],
  ['a day that there is not', /never valid/, altered((_, __, authority) => (authority.validFor.start = '2026-02-31T00:00:00+99:00'))],
  ['a time that is none', /start/, altered((_, __, authority) => (authority.validFor.start = 'yesterday'))],
  [
    'the id of another log',
    /id of another log/,
    altered(({ tlogs: [one, two] }) => one !== undefined && two !== undefined && (two.logId = one.logId)),
  ],
  ['a log twice', /id of another log/, altered((root, log) => root.tlogs.push(log))],
  ['an unknown type of key', /keyDetails/, altered((_, log) => (log.publicKey.keyDetails = 'PKIX_ML_DSA_65'))],
  ['another type of key than it says', /not of the type/, altered((_, log) => (log.publicKey.keyDetails = 'PKIX_ECDSA_P384_SHA_384'))],
  [
    'a key of a curve that it does not say',
    /not of the type/,
    altered((_, log) => (log.publicKey.rawBytes = key(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })))),
  ],
  ['a key that is none', /cannot be read/, altered((_, log) => (log.publicKey.rawBytes = Buffer.alloc(91).toString('base64')))],
  ['bytes in another spelling', /base64/, altered((_, log) => (log.publicKey.rawBytes = ` ${log.publicKey.rawBytes}`))],
  ['no address of a log', /baseUrl/, altered((_, log) => (log.baseUrl = 'rekor'))],
  ['a certificate that is none', /cannot be read/, altered((_, __, { certChain }) => (certChain.certificates = [{ rawBytes: 'AAAA' }]))],
  [
    'a certificate in another form',
    /cannot be read/,
    altered((_, __, { certChain: { certificates } }) => {
      const [certificate] = certificates
      if (certificate !== undefined) certificate.rawBytes = `MY${certificate.rawBytes.slice(2)}` // 0x31 for 0x30
    }),
  ],
  ['no certificate', /certificates/, altered((_, __, { certChain }) => (certChain.certificates = []))],
  [
    'timestamps by who issues certificates',
    /not one for timestamps/,
    altered((root) => (root.timestampAuthorities = root.certificateAuthorities)),
  ],
  [
    'timestamps by who issues theirs',
    /not one for timestamps/,
    altered(({ timestampAuthorities }) => timestampAuthorities[0]?.certChain.certificates.shift()),
  ],
]

test('a root on which no check can rest is refused', () => {
  for (const [why, message, root] of refused) assert.match(refusal(root), message, why)
  assert.match(refusal(' '.repeat(1024 * 1024 + 1)), /at most/)
})

test('whatever the text, a failure has a code', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (anything) => refusal(anything) !== ''))
})
