/** The Sigstore of the tests, against Sigstore's own client and verifier. */
import assert from 'node:assert/strict'
import { sign, type KeyPairKeyObjectResult } from 'node:crypto'
import { test } from 'node:test'
import { bundleFromJSON, bundleToJSON } from '@sigstore/bundle'
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs'
import { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness, type Signer, type Witness } from '@sigstore/sign'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { sha256, spki } from './sigstore/certificate.ts'
import { ed25519, newKeys, p256 } from './sigstore/keys.ts'
import { preAuthentication } from './sigstore/rekor-v1.ts'
import { startSigstore, type Sigstore } from './sigstore/sigstore.ts'

const TYPE = 'application/vnd.in-toto+json'
const data = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}')

type Services = { readonly rekor: 1 | 2; readonly tsa: boolean }
const COMBINATIONS: readonly Services[] = [
  { rekor: 1, tsa: false },
  { rekor: 1, tsa: true },
  { rekor: 2, tsa: true },
]

/** Rekor v2 takes a signature over the SHA-256 of what a DSSE signature is over. */
function hashedWitness(rekorBaseURL: string): Witness {
  const witness = new RekorWitness({ rekorBaseURL, majorApiVersion: 2 })
  return {
    testify: (content, publicKey) => {
      assert.equal(content.$case, 'dsseEnvelope')
      const { payloadType, payload, signatures } = content.dsseEnvelope
      const digest = sha256(preAuthentication(payloadType, payload))
      const signature = signatures[0]?.sig ?? Buffer.alloc(0)
      const messageSignature = { messageDigest: { algorithm: HashAlgorithm.SHA2_256, digest }, signature }
      return witness.testify({ $case: 'messageSignature', messageSignature }, publicKey)
    },
  }
}

function witnesses({ url }: Sigstore, { rekor, tsa }: Services): Witness[] {
  const log = rekor === 1 ? new RekorWitness({ rekorBaseURL: `${url}/rekor1` }) : hashedWitness(`${url}/rekor2`)
  return [log, ...(tsa ? [new TSAWitness({ tsaBaseURL: `${url}/tsa/api/v1/timestamp` })] : [])]
}

const keyless = ({ url }: Sigstore, token: string): Signer =>
  new FulcioSigner({ fulcioBaseURL: `${url}/fulcio`, identityProvider: { getToken: () => Promise.resolve(token) } })

async function signed(sigstore: Sigstore, signer: Signer, services: Services) {
  const builder = new DSSEBundleBuilder({ signer, witnesses: witnesses(sigstore, services) })
  return bundleToJSON(await builder.create({ data, type: TYPE }))
}

type Bundle = Awaited<ReturnType<typeof signed>>

function verify(sigstore: Sigstore, bundle: Bundle, keys: Parameters<typeof toTrustMaterial>[1] = {}) {
  const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(sigstore.trustedRoot), keys), {
    tlogThreshold: 1,
    ctlogThreshold: 1,
    timestampThreshold: 1,
  })
  return verifier.verify(toSignedEntity(bundleFromJSON(bundle))).identity
}

for (const services of COMBINATIONS) {
  const named = `Rekor v${services.rekor}${services.tsa ? ' and TSA' : ''}`

  test(`a workflow, a person and a pipeline sign with ${named}`, async () => {
    await using sigstore = await startSigstore()
    const { ci, user, gitlab } = sigstore.issuers
    const expected = [
      [ci, 'https://github.com/acme/tools/.github/workflows/lock.yml@refs/heads/main'],
      [user, 'dev@example.com'],
      [gitlab, 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/heads/main'],
    ] as const
    for (const [issuer, subject] of expected) {
      const identity = verify(sigstore, await signed(sigstore, keyless(sigstore, issuer.token()), services))
      assert.equal(identity?.subjectAlternativeName, subject)
      assert.equal(identity.extensions?.issuer, issuer.issuer)
    }
  })
}

interface KeySigner {
  readonly signer: Signer
  readonly keys: Exclude<Parameters<typeof toTrustMaterial>[1], undefined>
}

function keySigner({ publicKey, privateKey }: KeyPairKeyObjectResult): KeySigner {
  const rawBytes = spki(publicKey)
  const hint = sha256(rawBytes).toString('base64')
  const ed = publicKey.asymmetricKeyType === 'ed25519'
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const keyDetails = ed ? PublicKeyDetails.PKIX_ED25519 : PublicKeyDetails.PKIX_ECDSA_P256_SHA_256
  return {
    signer: {
      sign: (data) =>
        Promise.resolve({ signature: sign(ed ? null : 'sha256', data, privateKey), key: { $case: 'publicKey', publicKey: pem, hint } }),
    },
    keys: { [hint]: { rawBytes, keyDetails, validFor: { start: new Date(0), end: undefined } } },
  }
}

test('keys sign with Rekor v1, P-256 and Ed25519', async () => {
  await using sigstore = await startSigstore()
  for (const pair of [p256(), ed25519()]) {
    const { signer, keys } = keySigner(pair)
    for (const tsa of [false, true]) verify(sigstore, await signed(sigstore, signer, { rekor: 1, tsa }), keys)
  }
})

/** A request to Rekor v2 for a signature by a key over `data`. */
function logRequest(
  { publicKey, privateKey }: KeyPairKeyObjectResult,
  member: 'publicKey' | 'x509Certificate',
  keyDetails: string,
): object {
  const signature = sign(publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, privateKey).toString('base64')
  const verifier = { [member]: { rawBytes: spki(publicKey).toString('base64') }, keyDetails }
  return { hashedRekordRequestV002: { digest: sha256(data).toString('base64'), signature: { content: signature, verifier } } }
}

const post = (url: string, body: unknown): Promise<Response> => fetch(url, { method: 'POST', body: JSON.stringify(body) })

test('Rekor v2 takes a key as a key only, a hashedrekord only, and no Ed25519 that is not prehashed', async () => {
  await using sigstore = await startSigstore()
  const entries = `${sigstore.url}/rekor2/api/v2/log/entries`
  const ecdsa = 'PKIX_ECDSA_P256_SHA_256'
  assert.equal((await post(entries, logRequest(p256(), 'publicKey', ecdsa))).status, 200)
  assert.equal((await post(entries, logRequest(p256(), 'x509Certificate', ecdsa))).status, 400)
  assert.equal((await post(entries, logRequest(ed25519(), 'publicKey', 'PKIX_ED25519'))).status, 400)
  const dsse = await post(entries, { dsseRequestV002: {} })
  assert.deepEqual([dsse.status, await dsse.json()], [400, { code: 3, message: 'invalid type, must be hashedrekord', details: [] }])
  const refused = new RekorWitness({ rekorBaseURL: `${sigstore.url}/rekor2`, majorApiVersion: 2 })
  const plain = new DSSEBundleBuilder({ signer: keyless(sigstore, sigstore.issuers.ci.token()), witnesses: [refused] })
  await assert.rejects(plain.create({ data, type: TYPE }), { code: 'TLOG_CREATE_ENTRY_ERROR' })
})

test('a timestamp verifies whatever fraction of a second the clock shows', async () => {
  const whole = Math.floor(Date.now() / 1_000) * 1_000
  await using sigstore = await startSigstore({ clock: () => whole })
  const bundle = await signed(sigstore, keyless(sigstore, sigstore.issuers.ci.token()), { rekor: 2, tsa: true })
  const signature = Buffer.from(bundle.dsseEnvelope?.signatures[0]?.sig ?? '', 'base64')
  const request = { artifactHash: sha256(signature).toString('base64'), hashAlgorithm: 'sha256' }
  const { verificationMaterial } = bundle
  for (const fraction of [0, 1, 9, 10, 12, 100, 120, 123, 900, 999]) {
    const signedTimestamp = sigstore.tsa.timestamp(request, whole + fraction).toString('base64')
    const timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp }] }
    verify(sigstore, { ...bundle, verificationMaterial: { ...verificationMaterial, timestampVerificationData } })
  }
})

test('a certificate of another Sigstore, a log entry of another log, a timestamp of another authority do not verify', async () => {
  await using sigstore = await startSigstore()
  for (const part of ['root', 'intermediate', 'ctLog', 'rekor2', 'tsa'] as const) {
    await using other = await startSigstore({ keys: { ...sigstore.keys, [part]: newKeys()[part] } })
    const bundle = await signed(other, keyless(other, other.issuers.user.token()), { rekor: 2, tsa: true })
    verify(other, bundle)
    assert.throws(() => verify(sigstore, bundle), { name: 'VerificationError' }, part)
  }
})
