/** What @sigstore/verify leaves to its caller, beyond the vectors of signatures. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { CODES } from '../core/codes/codes.ts'
import { LockError } from '../core/codes/errors.ts'
import { hintOf, parseBundle, parsePublicKey, parseTrustedRoot, verifyBundle, type Trust } from '../core/signing/index.ts'
import { makeBundle, timestampOver, type Bundle, type LogEntry, type SigningKey } from './sigstore/bundle.ts'
import type { Services } from './sigstore/sigstore.ts'
import { TimestampAuthority } from './sigstore/tsa.ts'
import { newKeys, p256 } from './sigstore/keys.ts'
import { altered, certified, startWorkshop } from './sigstore/vector-workshop.ts'

const sigstore = await startWorkshop()
const other = await startWorkshop(newKeys())
after(() => Promise.all([sigstore[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]))

const payload = Buffer.from('{"signed":true}')
const person = certified(sigstore, 'user')
const key: SigningKey = { keys: p256() }
const pem = (pair: { readonly publicKey: { export: (options: { format: 'pem'; type: 'spki' }) => string | Buffer } }): string =>
  pair.publicKey.export({ format: 'pem', type: 'spki' }).toString()
const trust: Trust = {
  root: parseTrustedRoot(JSON.stringify(sigstore.trustedRoot)),
  keys: [parsePublicKey(pem(key.keys))],
  thresholds: {},
}
const signed = (by: SigningKey, rekor: Services['rekor'], tsa: boolean): Bundle => makeBundle(sigstore, by, payload, { rekor, tsa })
const [v1, v2] = [signed(person, 1, true), signed(person, 2, true)]

function outcome(bundle: Bundle | object | string, by: Trust = trust, artifact?: Buffer): string {
  try {
    return verifyBundle(parseBundle(typeof bundle === 'string' ? bundle : JSON.stringify(bundle)).bundle, by, artifact).kind
  } catch (error) {
    if (error instanceof LockError) return error.code
    throw error
  }
}

const entryOf = (bundle: Bundle, change: (entry: LogEntry, proof: NonNullable<LogEntry['inclusionProof']>) => void): Bundle =>
  altered(bundle, ({ verificationMaterial: { tlogEntries = [] } }) => {
    for (const entry of tlogEntries) if (entry.inclusionProof !== undefined) change(entry, entry.inclusionProof)
  })

test('bundles of certificates and of keys hold', () => {
  for (const rekor of [1, 2] as const) assert.equal(outcome(signed(person, rekor, true)), 'certificate')
  for (const rekor of [1, 2, null] as const) for (const tsa of [true, false]) assert.equal(outcome(signed(key, rekor, tsa)), 'key')
})

test('an entry says nothing that neither promise nor proof covers', () => {
  for (const change of [
    (entry: LogEntry) => void (entry.integratedTime = '1'),
    (entry: LogEntry) => void (entry.logIndex = '7'),
    (_: LogEntry, proof: { treeSize: string }) => void (proof.treeSize = '9'),
    (_: LogEntry, proof: { rootHash: string }) => void (proof.rootHash = Buffer.alloc(32).toString('base64')),
  ])
    assert.equal(outcome(entryOf(v2, change)), 'LOG_ENTRY_INVALID', String(change))
  for (const change of [
    (entry: LogEntry) => void delete entry.inclusionPromise,
    (_: LogEntry, proof: { treeSize: string }) => void (proof.treeSize = '9'),
  ])
    assert.equal(outcome(entryOf(v1, change)), 'LOG_ENTRY_INVALID', String(change))
})

test('a checkpoint is signed in the whole name of its log', () => {
  const named = (from: string, to: string): Bundle =>
    entryOf(v2, (_, proof) => void (proof.checkpoint.envelope = proof.checkpoint.envelope.replace(from, to)))
  assert.equal(outcome(named('\u2014 log2026.rekor.loopback.test', '\u2014 loopback')), 'LOG_ENTRY_INVALID')
  assert.equal(outcome(named('\u2014 log2026.rekor.loopback.test', '\u2014 t')), 'LOG_ENTRY_INVALID')
  assert.equal(outcome(named('\n\n', '\n\n\n')), 'LOG_ENTRY_INVALID')
})

test('a checkpoint that the log signed under another origin is not the one of this log', () => {
  const { publicKey, privateKey } = sigstore.keys.rekor2
  const id = sigstore.rekor2.keyId
  const under = (origin: string): Bundle =>
    entryOf(v2, (_, proof) => {
      const note = `${origin}\n${proof.treeSize}\n${proof.rootHash}\n`
      const signature = Buffer.concat([id.subarray(0, 4), sign(null, Buffer.from(note), privateKey)])
      proof.checkpoint.envelope = `${note}\n\u2014 log2026.rekor.loopback.test ${signature.toString('base64')}\n`
    })
  assert.equal(publicKey.asymmetricKeyType, 'ed25519')
  for (const origin of ['log2026.rekor.loopback.test', 'log2026.rekor.loopback.test - 42'])
    assert.equal(outcome(under(origin)), 'certificate')
  for (const origin of ['rekor.loopback.test', 'log2026.rekor.loopback.test - x', 'log2026.rekor.loopback.test2'])
    assert.equal(outcome(under(origin)), 'LOG_ENTRY_INVALID', origin)
})

/** The root with other dates of its logs. */
function during(validFor: { readonly start: string; readonly end?: string }): Trust {
  const tlogs = sigstore.trustedRoot.tlogs.map((log) => ({ ...log, publicKey: { ...log.publicKey, validFor } }))
  return { ...trust, root: parseTrustedRoot(JSON.stringify({ ...sigstore.trustedRoot, tlogs })) }
}

test('the key of a log counts when the signature was made, both ends included', () => {
  const at = new Date(sigstore.clock()).toISOString()
  const moved = (by: number): string => new Date(sigstore.clock() + by).toISOString()
  for (const bundle of [v1, v2]) {
    assert.equal(outcome(bundle, during({ start: at, end: at })), 'certificate')
    assert.equal(outcome(bundle, during({ start: moved(1000) })), 'LOG_ENTRY_INVALID')
    assert.equal(outcome(bundle, during({ start: moved(-5000), end: moved(-1000) })), 'LOG_ENTRY_INVALID')
  }
  const timeless = signed(key, 2, false)
  assert.equal(outcome(timeless, during({ start: at })), 'key')
  assert.equal(outcome(timeless, during({ start: at, end: moved(1000) })), 'LOG_ENTRY_INVALID')
})

test('a certificate without any time is worth nothing, whatever the thresholds', () => {
  const nothing = { ...trust, thresholds: { log: 0, timestamp: 0, ctlog: 0 } }
  for (const rekor of [2, null] as const) assert.equal(outcome(signed(person, rekor, false), nothing), 'TIMESTAMP_INVALID')
  assert.equal(outcome(signed(person, null, true), nothing), 'certificate')
  assert.equal(outcome(signed(person, null, true)), 'LOG_ENTRY_INVALID')
})

test('thresholds of the policy count for keys too', () => {
  for (const thresholds of [{ log: 1 }, { timestamp: 1 }])
    assert.notEqual(outcome(signed(key, null, false), { ...trust, thresholds }), 'key')
  assert.equal(outcome(signed(key, 2, true), { ...trust, thresholds: { log: 1, timestamp: 1 } }), 'key')
})

test('proof that is fine by itself, and less than the policy asks for, is named by its number', () => {
  const said = (thresholds: Trust['thresholds'], bundle: Bundle): string => {
    try {
      return verifyBundle(parseBundle(JSON.stringify(bundle)).bundle, { ...trust, thresholds }).kind
    } catch (error) {
      return error instanceof LockError ? `${error.code}: ${error.message}` : String(error)
    }
  }
  const few = (code: string, most: number, words: string, has: number): string =>
    `${code}: the policy asks for ${most} ${words}, and the bundle has ${has}`
  assert.equal(said({ log: 2 }, v1), few('LOG_ENTRY_INVALID', 2, 'entries of a log', 1))
  assert.equal(said({ timestamp: 2 }, v2), few('TIMESTAMP_INVALID', 2, 'timestamps', 1))
  assert.equal(said({ timestamp: 2 }, v1), 'certificate')
  assert.equal(said({ log: 1 }, signed(key, null, false)), few('LOG_ENTRY_INVALID', 1, 'entries of a log', 0))
})

/** The same timestamp in a token that carries these certificates. */
function carrying(...certificates: readonly Buffer[]): Bundle {
  const signature = Buffer.from(v2.dsseEnvelope.signatures[0]?.sig ?? '', 'base64')
  const asked = { artifactHash: hash('sha256', signature, 'base64'), hashAlgorithm: 'sha256', certificates: true }
  const token = sigstore.tsa.timestamp(asked, sigstore.clock())
  const [own] = sigstore.tsa.chain
  assert.ok(own !== undefined && token.includes(own))
  const [instead = own] = certificates
  const changed =
    instead.length === own.length
      ? Buffer.from(
          token.toString('latin1').replace(own.toString('latin1'), () => instead.toString('latin1')),
          'latin1',
        )
      : token
  return altered(v2, ({ verificationMaterial }) => {
    verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: changed.toString('base64') }] }
  })
}

test('a timestamp carries only certificates of the root', () => {
  const [own] = sigstore.tsa.chain
  assert.ok(own !== undefined)
  assert.equal(outcome(carrying()), 'certificate')
  const flipped = Buffer.from(own)
  flipped[own.length - 1] = (own.at(-1) ?? 0) ^ 1
  assert.equal(outcome(carrying(flipped)), 'TIMESTAMP_INVALID')
})

test('the signature of a timestamp says of what it is', () => {
  const signature = Buffer.from(v2.dsseEnvelope.signatures[0]?.sig ?? '', 'base64')
  for (const [contentType, expected] of Object.entries({
    '1.2.840.113549.1.9.16.1.4': 'certificate',
    '1.2.840.113549.1.7.1': 'TIMESTAMP_INVALID',
  })) {
    const tsa = new TimestampAuthority(sigstore.keys, { contentType })
    const [authority] = sigstore.trustedRoot.timestampAuthorities
    const certificates = tsa.chain.map((der) => ({ rawBytes: der.toString('base64') }))
    const timestampAuthorities = [{ ...authority, certChain: { certificates } }]
    const root = parseTrustedRoot(JSON.stringify({ ...sigstore.trustedRoot, timestampAuthorities }))
    const bundle = altered(v2, ({ verificationMaterial }) => {
      verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [timestampOver({ ...sigstore, tsa }, signature)] }
    })
    assert.equal(outcome(bundle, { ...trust, root }), expected, contentType)
  }
})

test('a message signature is of the artifact that it names', () => {
  const artifact = Buffer.from('artifact')
  const bundle = (digest: string): object => ({
    mediaType: v2.mediaType,
    verificationMaterial: { publicKey: { hint: hintOf(trust.keys[0] ?? assert.fail()) } },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest },
      signature: sign('sha256', artifact, key.keys.privateKey).toString('base64'),
    },
  })
  const good = bundle(hash('sha256', artifact, 'base64'))
  assert.equal(outcome(good, trust, artifact), 'key')
  assert.equal(outcome(good, trust, Buffer.from('another')), 'SIGNATURE_INVALID')
  assert.equal(outcome(good), 'SIGNATURE_INVALID')
  assert.equal(outcome(bundle(hash('sha256', 'another', 'base64')), trust, artifact), 'SIGNATURE_INVALID')
})

test('keys of other curves and kinds are refused as keys', () => {
  for (const pair of [
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('x25519'),
  ])
    assert.throws(
      () => parsePublicKey(pem(pair)),
      (error) => error instanceof LockError && error.code === 'KEY_INVALID',
    )
})

test('what another Sigstore made is refused', () => {
  const foreign = { ...trust, root: parseTrustedRoot(JSON.stringify(other.trustedRoot)) }
  for (const bundle of [v1, v2, signed(key, 2, false), signed(key, null, true)])
    assert.equal(CODES[outcome(bundle, foreign) as 'BUNDLE_INVALID'].exit, 4)
})

const text = JSON.stringify(v2)
const spellings: readonly (readonly [why: string, text: string])[] = [
  ['base64 without padding', text.replace('="', '"')],
  ['base64 of URLs', text.replaceAll('/', '_')],
  ['base64 in lines', text.replace('"payload":"', '"payload":"\\n')],
  ['a number for a text', text.replace(/"treeSize":"(\d+)"/, '"treeSize":$1')],
  ['a name of protobuf', text.replace('"mediaType"', '"media_type"')],
  ['an unknown member', text.replace('{', '{"note":"",')],
  ['an unknown member within', text.replace('"dsseEnvelope":{', '"dsseEnvelope":{"note":"",')],
  ['a member twice', text.replace('{', `{"mediaType":${JSON.stringify(v2.mediaType)},`)],
  ['a list for an object', text.replace('"logId":{', '"logId":[{').replace('"},"kindVersion"', '"}],"kindVersion"')],
  ['a certificate and a key', text.replace('"certificate":{', '"publicKey":{"hint":""},"certificate":{')],
  ['two kinds of content', text.replace('"dsseEnvelope":', '"messageSignature":null,"dsseEnvelope":')],
  ['another version', text.replace('v0.3', 'v0.4')],
  [
    '500 timestamps',
    text.replace(
      /"rfc3161Timestamps":\[(.*?)\]/,
      (_, one: string) => `"rfc3161Timestamps":[${Array.from({ length: 500 }, () => one).join()}]`,
    ),
  ],
  ['a giant text', text.replace('"hint"', `"${'x'.repeat(70_000)}"`) + ' '.repeat(70_000)],
]

test('a bundle has one spelling', () => {
  assert.equal(outcome(text), 'certificate')
  assert.equal(outcome(JSON.stringify(v2, null, 2)), 'certificate')
  for (const [why, spelling] of spellings) {
    assert.notEqual(spelling, text, why)
    assert.equal(outcome(spelling), 'BUNDLE_INVALID', why)
  }
})

test('whatever the text, there is an identity or a failure with a code', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (anything) => outcome(anything) === 'BUNDLE_INVALID'))
  const values = fc.oneof(fc.jsonValue(), fc.base64String(), fc.bigInt().map(String))
  const places = Object.keys(v2.verificationMaterial.tlogEntries?.[0] ?? {})
  fc.assert(
    fc.property(fc.constantFrom(...places), values, (place, value) => {
      const bundle = entryOf(v2, (entry) => Object.assign(entry, { [place]: value }))
      return outcome(bundle) in CODES
    }),
  )
})
