/** What is read as a plain policy is what the schema reads, and what the schema refuses is not plain. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parsePlainPolicy } from '../core/policy/plain-policy.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'

const key = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
const branch = { github: 'acme/tools', workflow: '.github/workflows/lock.yml', ref: 'refs/heads/main' }

const whole = {
  repository: { uri: 'https://github.com/acme/tools', id: '42' },
  signers: [
    {
      ...branch,
      signerWorkflow: 'https://github.com/acme/ci/.github/workflows/sign.yml@refs/tags/v1',
      trigger: ['push'],
      runner: 'github-hosted',
      environment: 'release',
      repositoryId: '42',
      ownerId: '7',
      issuer: 'https://token.actions.githubusercontent.com',
      server: 'https://github.com',
    },
    { ...branch, ref: undefined, refPattern: 'refs/tags/v*' },
    { issuer: 'https://accounts.google.com', subject: 'dev@example.com' },
    { issuer: 'https://gitlab.com', subjectPattern: 'https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/tags/v*' },
    { key },
  ],
  sigstore: { trustedRoot: 'trust/root.json', signingConfig: 'signing.json', thresholds: { log: 1, timestamp: 0, ctlog: 2 } },
  minimumReleaseAge: '3 days',
  servers: {
    files: {
      live: 'never',
      match: 'subset',
      floating: 'allow',
      scripts: 'allow',
      resources: 'off',
      registry: 'com.acme/notes',
      limits: { message: 5, pages: 1 },
    },
    '10': {},
  },
}

const PLAIN: readonly string[] = [
  '',
  '# nothing\n',
  'servers: {}',
  'servers:\n  a: {}\n',
  'repository: https://github.com/acme/tools\nsigners:\n  - issuer: https://gitlab.com\n    subject: "x y"\n',
  JSON.stringify(whole),
]

test('a plain policy is read without the schema, and as the schema reads it', () => {
  for (const text of PLAIN) assert.deepEqual(parsePlainPolicy(text), parsePolicy(text), text)
})

/** Null where the schema refuses it. */
function bySchema(text: string): unknown {
  try {
    return parsePolicy(text)
  } catch {
    return null
  }
}

function check(text: string): void {
  const plain = parsePlainPolicy(text)
  if (plain !== null) assert.deepEqual(plain, bySchema(text), text)
}

const ODD: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  'x',
  '*',
  '../x',
  '/x',
  'a\\b',
  'refs/heads/*',
  'refs/heads/**',
  'https://',
  'https://a',
  'https://a/b/',
  'http://a/b',
  'https://token.actions.githubusercontent.com',
  'x'.repeat(2049),
  '1 day\n',
  key.replaceAll('\n', ''),
  0,
  -0,
  3,
  1.5,
  2 ** 53,
  [],
  [''],
  ['x', 1],
  {},
  { x: 1 },
  { uri: 'https://a/b', id: 1 },
]

test('what is changed at any place is read as by the schema, or left to it', () => {
  const { repository, signers, servers, ...rest } = whole
  const parts: readonly unknown[] = [rest, { servers }, ...signers.map((signer) => ({ repository, signers: [signer] }))]
  for (const part of parts) {
    for (const path of placesIn(JSON.parse(JSON.stringify(part)))) {
      for (const odd of ODD) check(JSON.stringify(changed(part, path, odd)))
      if (path.length > 0) check(JSON.stringify(changed(part, path, undefined)))
      check(JSON.stringify(changed(part, [...path, 'another'], 'x')))
    }
  }
})

function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, item]) => placesIn(item, [...path, name]))]
}

function changed(value: unknown, [step, ...rest]: readonly string[], to: unknown): unknown {
  if (step === undefined) return to
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === step ? changed(item, rest, to) : item))
  if (typeof value !== 'object' || value === null) return value
  return { ...value, [step]: changed(Object.getOwnPropertyDescriptor(value, step)?.value, rest, to) }
}

test('YAML that says the same in other ways is read as by the schema, or left to it', () => {
  const texts = [
    'servers: { ~: {} }',
    'servers: { null: {} }',
    'servers: { __proto__: { live: never } }',
    '__proto__: {}',
    'servers: { 1: {}, "1": {} }',
    'servers: { a: {}, a: {} }',
    'servers: { ? [a] : {} }',
    'servers: &x {}\nsigstore: *x\n',
    'servers: { <<: { a: {} } }',
    'servers: { a: { limits: { pages: 0x10 } } }',
    'servers: { a: { limits: { pages: 1e3 } } }',
    'servers: { a: { limits: { pages: .inf } } }',
    'servers: !!set { a }',
    'servers: !x {}',
    'minimumReleaseAge: 2026-01-01',
    'signers: !!binary aGVsbG8=',
    '--- {}\n--- {}\n',
    '%YAML 1.1\n---\nservers: { a: { floating: no } }\n',
    'sigstore: { thresholds: { log: -0 } }',
    'a: b: c',
  ]
  for (const text of texts) check(text)
})

test('the policies of the vectors are plain', () => {
  const folder = join(import.meta.dirname, 'vectors/signing')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
  assert.ok(names.length > 0)
  for (const name of names) {
    const text = readFileSync(join(folder, name), 'utf8')
    assert.deepEqual(parsePlainPolicy(text), parsePolicy(text), name)
  }
})
