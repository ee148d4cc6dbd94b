import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { LockError } from '../core/codes/errors.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { addTrust, additionLines, type TrustAddition } from '../core/policy/policy-trust.ts'

const ana = { issuer: 'https://accounts.google.com', subject: 'ana@example.com' }
const key = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
const repository = 'https://github.com/acme/tools'
const ANA = `  - issuer: ${ana.issuer}\n    subject: ${ana.subject}\n`

test('what is added stands behind what is there, and nothing else changes', () => {
  const old = `signers:\n  - github: acme/tools # ours\n    workflow: .github/workflows/lock.yml\n    ref: refs/heads/main # only\n`
  const trusted = `repository: ${repository}\n`
  const cases: readonly (readonly [text: string, addition: TrustAddition, expected: string])[] = [
    ['', { repository, signer: ana }, `${trusted}signers:\n${ANA}`],
    ['# ours', { repository }, `# ours\n${trusted}`],
    ['# ours\n\n', { repository }, `# ours\n\n${trusted}`],
    ['---\n', { repository }, `---\n${trusted}`],
    ['\ufeffservers: {}\n', { repository }, `\ufeffservers: {}\n${trusted}`],
    ['servers:\n  notes: # a\n    floating: allow  # b', { repository }, `servers:\n  notes: # a\n    floating: allow  # b\n${trusted}`],
    [`${trusted}${old}servers: {}\n`, { signer: ana }, `${trusted}${old}${ANA}servers: {}\n`],
    [`${trusted}${old}# last\n`, { signer: ana }, `${trusted}${old}${ANA}# last\n`],
    [
      `${trusted}signers:\n- {key: ${JSON.stringify(key)}}\n`,
      { signer: ana },
      `${trusted}signers:\n- {key: ${JSON.stringify(key)}}\n${ANA.replaceAll(/^ {2}/gm, '')}`,
    ],
    [`${trusted}signers: [] # none yet\n`, { signer: ana }, `${trusted}signers: [${JSON.stringify(ana)}] # none yet\n`],
    [
      `{ "repository": "${repository}", "signers": [{"key": ${JSON.stringify(key)}}] }`,
      { signer: ana },
      `{ "repository": "${repository}", "signers": [{"key": ${JSON.stringify(key)}}, ${JSON.stringify(ana)}] }`,
    ],
    ['{}\n', { repository }, `{"repository":"${repository}"}\n`],
    [
      'sigstore:\n    thresholds:\n        log: 2\n    # of theirs\nservers: {}\n',
      { sigstore: { trustedRoot: 'r.json' } },
      'sigstore:\n    thresholds:\n        log: 2\n    trustedRoot: r.json\n    # of theirs\nservers: {}\n',
    ],
    [
      'sigstore: { trustedRoot: a.json } # x\n',
      { sigstore: { trustedRoot: 'r.json', signingConfig: 's.json' } },
      'sigstore: { trustedRoot: "r.json" , "signingConfig":"s.json"} # x\n',
    ],
    ["sigstore:\n  trustedRoot: 'a.json' # x\n", { sigstore: { trustedRoot: 'r.json' } }, 'sigstore:\n  trustedRoot: "r.json" # x\n'],
    [
      'servers: {}\n',
      { sigstore: { trustedRoot: 'r.json', signingConfig: 's.json' } },
      'servers: {}\nsigstore:\n  trustedRoot: r.json\n  signingConfig: s.json\n',
    ],
  ]
  for (const [text, addition, expected] of cases) {
    assert.equal(addTrust(text, addition), expected)
    const [dos, dosExpected] = [text, expected].map((one) => one.replaceAll('\n', '\r\n'))
    if (text.includes('\n')) assert.equal(addTrust(dos ?? '', addition), dosExpected)
  }
})

test('a key is written as lines that a person can compare', () => {
  const text = addTrust('', { repository, signer: { key } })
  assert.ok(text.includes(`  - key: |\n      -----BEGIN PUBLIC KEY-----\n`), text)
  assert.deepEqual(parsePolicy(text).signers, [{ key }])
  const two = addTrust(text, { signer: ana })
  assert.equal(two, text + ANA)
  assert.deepEqual(additionLines({ signer: ana }), `signers:\n${ANA}`.trimEnd().split('\n'))
})

test('where it is not certain that nothing else changes, nothing is written', () => {
  const trusted = `repository: ${repository}\n`
  for (const text of [
    `${trusted}signers: &s []\n...\n# end\n`,
    `${trusted}signers: [{"key": ${JSON.stringify(key)}},]\n`,
    `${trusted}signers: [{"key": ${JSON.stringify(key)}}, # theirs\n]\n`,
    `${trusted}sigstore: &s {}\nservers: *s\n`,
    `"repository": &r ${repository}\nsigners: !!seq\n  - &a {issuer: *r, subject: x}\n`,
    `? repository\n: ${repository}\n? signers\n: - {issuer: "https://a.example", subject: x}\n`,
  ]) {
    const before = parsePolicy(text)
    for (const addition of [{ signer: ana }, { sigstore: { trustedRoot: 'r.json' } }]) {
      const edited = attempt(text, addition)
      if (edited === null) continue
      const { signers, sigstore, ...others } = parsePolicy(edited)
      const { signers: held, sigstore: _, ...same } = before
      assert.deepEqual(others, same)
      assert.ok('signer' in addition ? signers.length === held.length + 1 : sigstore.trustedRoot === 'r.json')
    }
  }
  assert.equal(attempt(`${trusted}sigstore: &s {}\nservers: *s\n`, { sigstore: { trustedRoot: 'r.json' } }), null)
  assert.equal(attempt(`${trusted}signers: [{"key": ${JSON.stringify(key)}}, # theirs\n]\n`, { signer: ana }), null)
})

test('whatever the style of a policy, an addition removes no byte of it', () => {
  const style = fc.record({
    flow: fc.boolean(),
    indent: fc.constantFrom(2, 4, 6),
    indentSeq: fc.boolean(),
    comment: fc.constantFrom('', '# why\n', '\n\n', '  # deep\n'),
    crlf: fc.boolean(),
    signers: fc.array(
      fc.record({ issuer: fc.constant('https://a.example'), subject: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }) }),
      { maxLength: 3 },
    ),
    servers: fc.dictionary(fc.constantFrom('a', 'true', 'x y', '10'), fc.constant({ floating: 'allow' })),
  })
  fc.assert(
    fc.property(style, ({ flow, indent, indentSeq, comment, crlf, signers, servers }) => {
      const yaml = stringify({ repository, signers, servers }, { indent, indentSeq, collectionStyle: flow ? 'flow' : 'any' })
      const text = (comment + yaml + comment).replaceAll('\n', crlf ? '\r\n' : '\n')
      const edited = addTrust(text, { signer: ana })
      assert.deepEqual(parsePolicy(edited).signers, [...parsePolicy(text).signers, ana])
      let at = 0
      while (edited[at] === text[at] && at < text.length) at++
      assert.ok(edited.endsWith(text.slice(at)), edited)
    }),
    { numRuns: 40 },
  )
})

/** Null where it is refused. */
function attempt(text: string, addition: TrustAddition): string | null {
  try {
    return addTrust(text, addition)
  } catch (error) {
    assert.ok(error instanceof LockError && error.code === 'USAGE', String(error))
    return null
  }
}
