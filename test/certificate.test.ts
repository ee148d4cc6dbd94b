/** What a signing certificate must be besides issued by an authority of the root. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { LockError } from '../core/codes/errors.ts'
import { readCertificate } from '../core/signing/certificate.ts'
import {
  authority,
  certify,
  CODE_SIGNING,
  digitalSignature,
  ECDSA_SHA256,
  purpose,
  TIME_STAMPING,
  toBeSigned,
  type Extension,
  type Template,
} from './sigstore/certificate.ts'
import { bits, octets, oid, sequence, tagged, TRUE, utf8 } from './sigstore/der.ts'
import { ed25519, p256 } from './sigstore/keys.ts'

const issuer = { name: 'authority', keys: p256() }
const ISSUER = 'https://token.actions.githubusercontent.com'
const WORKFLOW = 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main'
const keys = p256()

const claim = (arc: number, value: Uint8Array): Extension => ({ oid: `1.3.6.1.4.1.57264.1.${arc}`, value })
const raw = (arc: number, text: string): Extension => claim(arc, Buffer.from(text))
const der = (arc: number, text: string): Extension => claim(arc, utf8(text))
const uri = (text: string | Uint8Array): Buffer => tagged(0x86, Buffer.from(text))
const names = (...values: readonly Uint8Array[]): Extension => ({ oid: '2.5.29.17', critical: true, value: sequence(...values) })

const usual: readonly Extension[] = [digitalSignature, purpose(CODE_SIGNING), names(uri(WORKFLOW)), der(8, ISSUER)]
const without = (...oids: readonly string[]): readonly Extension[] => usual.filter((extension) => !oids.includes(extension.oid))

function template(extensions: readonly Extension[], publicKey = keys.publicKey): Template {
  return { subject: null, publicKey, notBefore: Date.UTC(2026), notAfter: Date.UTC(2027), extensions }
}
const made = (extensions: readonly Extension[]): Buffer => certify(template(extensions), issuer)

function refusal(certificate: Uint8Array): string {
  try {
    readCertificate(certificate)
  } catch (error) {
    if (error instanceof LockError && error.code === 'CERTIFICATE_INVALID') return error.message
    throw error
  }
  return assert.fail('accepted')
}

test('the identity is the one name, the issuer and the claims', () => {
  assert.deepEqual(readCertificate(made([...usual, der(12, 'https://github.com/acme/tools'), der(20, 'push')])), {
    kind: 'certificate',
    issuer: ISSUER,
    subject: WORKFLOW,
    claims: { sourceRepositoryUri: 'https://github.com/acme/tools', buildTrigger: 'push' },
  })
  const person = made([...without('2.5.29.17'), names(tagged(0x81, Buffer.from('dev@example.com')))])
  assert.equal(readCertificate(person).subject, 'dev@example.com')
  assert.equal(readCertificate(certify(template(usual, ed25519().publicKey), issuer)).subject, WORKFLOW)
})

test('claims of older certificates are texts without DER, and where both forms stand they agree', () => {
  const older = [raw(1, ISSUER), raw(2, 'push'), raw(3, 'a'.repeat(40)), raw(4, 'lock'), raw(5, 'acme/tools'), raw(6, 'refs/heads/main')]
  const claims = {
    buildTrigger: 'push',
    sourceRepositoryDigest: 'a'.repeat(40),
    sourceRepositoryRef: 'refs/heads/main',
    sourceRepositoryUri: 'https://github.com/acme/tools',
  }
  const { issuer: name, claims: read } = readCertificate(made([...without('1.3.6.1.4.1.57264.1.8'), ...older]))
  assert.deepEqual([name, read], [ISSUER, claims])
  assert.deepEqual(readCertificate(made([...usual, ...older, der(14, 'refs/heads/main'), der(20, 'push')])).claims, claims)
  for (const second of [
    raw(1, `${ISSUER}/`),
    raw(1, ''),
    [raw(6, 'refs/heads/main'), der(14, 'refs/heads/dev')],
    [raw(5, 'acme/tools'), der(12, 'https://github.com/acme/tool')],
    [raw(2, 'push'), der(20, 'pull_request')],
  ])
    assert.match(refusal(made([...usual, second].flat())), /says two things/)
  const elsewhere = [...without('1.3.6.1.4.1.57264.1.8'), der(8, 'https://login.example'), raw(5, 'acme/tools')]
  assert.deepEqual(readCertificate(made(elsewhere)).claims, {})
})

const CRITICAL: Extension = { oid: '1.2.3.4', critical: true, value: octets(Buffer.from('x')) }
const KELVIN = '\u212a'

const refused: readonly (readonly [why: string, message: RegExp, extensions: readonly Extension[]])[] = [
  ['no extended key usage', /not one for signing/, without('2.5.29.37')],
  ['the extended key usage of timestamps', /not one for signing/, [...without('2.5.29.37'), purpose(TIME_STAMPING)]],
  ['no key usage', /not one for signing/, without('2.5.29.15')],
  ['an authority', /not one for signing/, [...without('2.5.29.15'), ...authority()]],
  [
    'an authority that may sign too',
    /not one for signing/,
    [
      ...without('2.5.29.15'),
      { oid: '2.5.29.15', value: bits(Buffer.from([0x84]), 2) },
      { oid: '2.5.29.19', critical: true, value: sequence(TRUE) },
    ],
  ],
  ['a mark of an authority', /not one for signing/, [...usual, { oid: '2.5.29.19', critical: true, value: sequence(TRUE) }]],
  ['a key usage of authorities', /not one for signing/, [...without('2.5.29.15'), { oid: '2.5.29.15', value: bits(Buffer.from([6]), 1) }]],
  ['an unknown critical extension', /critical/, [...usual, CRITICAL]],
  ['an extension twice', /twice/, [...usual, purpose(CODE_SIGNING)]],
  ['an issuer twice', /twice/, [...usual, der(8, ISSUER)]],
  ['no name', /one name/, without('2.5.29.17')],
  ['two names', /one name/, [...without('2.5.29.17'), names(uri(WORKFLOW), uri(`${WORKFLOW}2`))]],
  ['the same name twice', /one name/, [...without('2.5.29.17'), names(uri(WORKFLOW), uri(WORKFLOW))]],
  ['the name of a host', /one name/, [...without('2.5.29.17'), names(tagged(0x82, Buffer.from('example.com')))]],
  ['an empty name', /characters/, [...without('2.5.29.17'), names(uri(''))]],
  ['a name with its high bits set', /characters/, [...without('2.5.29.17'), names(uri(Buffer.from(WORKFLOW).map((byte) => byte | 0x80)))]],
  ['a name with a NUL', /characters/, [...without('2.5.29.17'), names(uri(`${WORKFLOW}\0`))]],
  ['a name with a letter that looks like another', /characters/, [...without('2.5.29.17'), names(uri(WORKFLOW.replace('k', KELVIN)))]],
  ['no issuer', /no issuer/, without('1.3.6.1.4.1.57264.1.8')],
  ['an issuer without DER', /cannot be read|no UTF8String/, [...without('1.3.6.1.4.1.57264.1.8'), raw(8, ISSUER)]],
  ['an issuer as PrintableString', /no UTF8String/, [...without('1.3.6.1.4.1.57264.1.8'), claim(8, tagged(0x13, Buffer.from(ISSUER)))]],
  ['a claim that is not UTF-8', /UTF-8/, [...usual, claim(12, tagged(0x0c, Buffer.from([0xff])))]],
]

test('a certificate that is not one for signing, or names not one identity, is refused', () => {
  for (const [why, message, extensions] of refused) assert.match(refusal(made(extensions)), message, why)
})

test('keys are ECDSA P-256 and Ed25519', () => {
  const others = [
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('x25519'),
  ]
  for (const { publicKey } of others) assert.match(refusal(certify(template(usual, publicKey), issuer)), /P-256 or Ed25519/)
})

test('what no signature covers has one form', () => {
  const signed = toBeSigned(template(usual), issuer)
  const signature = Buffer.from('signature')
  const good = sequence(signed, ECDSA_SHA256, bits(signature))
  assert.equal(readCertificate(good).subject, WORKFLOW)
  const otherAlgorithm = sequence(oid('1.2.840.10045.4.3.3'))
  for (const bad of [
    sequence(signed, otherAlgorithm, bits(signature)),
    sequence(signed, sequence(oid('1.2.840.10045.4.3.2'), TRUE), bits(signature)),
    sequence(signed, ECDSA_SHA256, bits(signature, 1)),
    sequence(signed, ECDSA_SHA256, bits(signature), TRUE),
    sequence(signed, ECDSA_SHA256),
    Buffer.concat([Buffer.from([0x31]), good.subarray(1)]),
    sequence(signed, ECDSA_SHA256, octets(signature)),
    Buffer.concat([good, TRUE]),
    good.subarray(0, -1),
  ])
    refusal(bad)
})

/** `depth` sequences or octet strings within one another. */
function nested(tag: number, depth: number): Buffer {
  let value: Buffer = Buffer.alloc(0)
  for (let i = 0; i < depth; i++) value = tagged(tag, value)
  return value
}

test('whatever the bytes, a failure has a code', () => {
  for (const bytes of [
    nested(0x30, 2000),
    nested(0x04, 2000),
    nested(0xa3, 101),
    Buffer.alloc(0),
    Buffer.from([0x30]),
    Buffer.alloc(8000, 0x30),
  ])
    refusal(bytes)
  const good = made(usual)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => refusal(bytes) !== ''))
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = Buffer.from(good)
      bytes[at] = (bytes[at] ?? 0) ^ change
      try {
        readCertificate(bytes)
      } catch (error) {
        assert.ok(error instanceof LockError && error.code === 'CERTIFICATE_INVALID')
      }
    }),
  )
})
