import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LockError } from '../core/codes/errors.ts'
import { NO_POLICY, policyFor } from '../core/policy/policy.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { readVectors } from './vectors/read.ts'

const DEFAULTS = {
  live: 'always',
  match: 'exact',
  floating: 'deny',
  scripts: 'deny',
  resources: 'pin',
  registry: 'required',
  volatile: [],
  limits: {},
}

function refusal(text: string): string {
  try {
    parsePolicy(text)
  } catch (error) {
    if (error instanceof LockError && error.code === 'POLICY_INVALID') return error.message
    throw error
  }
  return assert.fail(`accepted: ${text}`)
}

test('what is not said has the safe default', () => {
  for (const text of ['', '# nothing\n', '---\n', 'null', '{}', 'servers: {}']) assert.deepEqual(parsePolicy(text), NO_POLICY, text)
  assert.deepEqual(parsePolicy('servers: { a: {} }').servers, { a: DEFAULTS })
  const { servers } = parsePolicy('servers:\n  a:\n    floating: allow\n    limits: { pages: 5 }\n  "10": { resources: off }\n')
  assert.deepEqual(servers, { a: { ...DEFAULTS, floating: 'allow', limits: { pages: 5 } }, 10: { ...DEFAULTS, resources: 'off' } })
})

test('a server that the policy does not name has the defaults, whatever it is called', () => {
  const policy = parsePolicy('servers: { a: { scripts: allow } }')
  assert.equal(policyFor(policy, 'a').scripts, 'allow')
  for (const name of ['b', '', 'constructor', '__proto__', 'toString']) assert.deepEqual(policyFor(policy, name), DEFAULTS, name)
  assert.equal(policyFor(parsePolicy('servers: { constructor: { scripts: allow } }'), 'constructor').scripts, 'allow')
})

test('a rule is read with exactly the members that it has', () => {
  const rules = [
    { pointer: '/instructions', type: 'timestamp', prefix: '', suffix: '.' },
    { pointer: '/tools/a~1b/inputSchema/default', type: 'integer', min: -1, max: 9007199254740991 },
    { pointer: '/tools/name/x', type: 'uuid' },
    { pointer: '/tools/a/name/x', type: 'uuid' },
    { pointer: '/resources/x/name', type: 'uuid' },
    { pointer: '/tools/a/inputSchema/defaults', type: 'uuid' },
    { pointer: '/ui/ui:~1~1a/0/revision', type: 'os-platform' },
    { pointer: '/extra/tools~1list/total', type: 'integer' },
    { pointer: '/serverInfo/version', type: 'iana-time-zone' },
    { pointer: '/capabilities/experimental', type: 'integer' },
  ]
  assert.deepEqual(policyFor(parsePolicy(JSON.stringify({ servers: { a: { volatile: rules } } })), 'a').volatile, rules)
})

/** `at` is where a person has to look. */
const refused: readonly (readonly [why: string, at: string, text: string])[] = [
  ['an unknown member of the file', 'line 2, column 1', 'servers: {}\nserver: {}\n'],
  ['an unknown member of a server', 'line 3, column 5', 'servers:\n  a:\n    float: allow\n'],
  ['the second of its members', 'line 4, column 5', 'servers:\n  a:\n    floating: allow\n    script: allow\n'],
  ['an unknown member of a rule', 'line 1, column 70', 'servers: { a: { volatile: [{ pointer: /instructions, type: uuid,     x: 1 }] } }'],
  ['bounds of what has none', 'line 1, column 70', 'servers: { a: { volatile: [{ pointer: /instructions, type: uuid,     min: 1 }] } }'],
  ['an unknown member of limits', 'line 4, column 7', 'servers:\n  a:\n    limits:\n      bytes: 1\n'],
  ['a value out of no list', 'line 3, column 15', 'servers:\n  a:\n    floating: maybe\n'],
  ['a text for a number', 'line 4, column 14', 'servers:\n  a:\n    limits:\n      pages: "5"\n'],
  ['no whole number', 'line 1, column 34', 'servers: { a: { limits: { pages: 1.5 } } }'],
  ['a number beyond the safe ones', 'line 1, column 34', 'servers: { a: { limits: { pages: 9007199254740992 } } }'],
  ['nothing for a server', 'line 2, column 5', 'servers:\n  a:\n'],
  ['a list for a map', 'line 1, column 10', 'servers: [a]'],
  ['a number without its unit', 'line 1, column 20', 'minimumReleaseAge: 3'],
  ['an age with no such unit', 'line 2, column 20', 'servers: {}\nminimumReleaseAge: 3 months'],
  ['half an age', 'line 1, column 20', 'minimumReleaseAge: 1.5 days'],
  ['a text for the file', 'line 1, column 1', 'servers'],
  ['a member that is missing', 'line 4, column 9', 'servers:\n  a:\n    volatile:\n      - type: uuid\n'],
  ['no pointer', 'line 1, column 39', 'servers: { a: { volatile: [{ pointer: x, type: uuid }] } }'],
  ['a type out of no list', 'line 5, column 15', 'servers:\n  a:\n    volatile:\n      - pointer: /instructions\n        type: text\n'],
  ['the key of an entry', 'line 4, column 18', 'servers:\n  a:\n    volatile:\n      - pointer: /tools/a/name\n        type: uuid\n'],
  [
    'a second rule for a place',
    'line 1, column 80',
    'servers: { a: { volatile: [{ pointer: /instructions, type: uuid }, { pointer:  /instructions, type: integer }] } }',
  ],
  ['a key twice', 'line 3, column 3', 'servers:\n  a: {}\n  a: {}\n'],
  ['a key twice, spelled in two ways', 'line 1, column 19', 'servers: { a: {}, "\\u0061": {} }'],
  ['a tab', 'line 2, column 1', 'servers:\n\ta: {}\n'],
  ['a second document', 'line 2, column 1', 'servers: {}\n---\nservers: {}\n'],
  ['an open bracket', 'line 2, column 1', 'servers: { a: {\n'],
  ['a tag', 'line 1, column 10', 'servers: !secret {}'],
  ['a tag that makes code', 'line 1, column 10', 'servers: !!js/function "x"'],
  ['a key that is a map', 'line 1, column 14', 'servers: { ? { a: 1 } : {} }'],
  ['a key that is nothing', 'line 1, column 14', 'servers: { ? : {} }'],
  ['a key that no map can hold', 'line 1, column 12', 'servers: { __proto__: { floating: allow } }'],
  ['a merge, which YAML 1.2 does not have', 'line 1, column 17', 'servers: { a: { <<: { floating: allow } } }'],
  ['an alias of nothing', 'line 2, column 6', 'servers:\n  a: *b\n'],
  ['signers of no repository', 'line 2, column 3', 'signers:\n  - { issuer: https://a.example, subject: b@c }\n'],
  ['a repository by its name', 'line 1, column 13', 'repository: acme/tools\n'],
  ['an id that is a number', 'line 1, column 55', 'repository: { uri: https://github.com/acme/tools, id: 12 }\n'],
  ['a root outside', 'line 2, column 16', 'sigstore:\n  trustedRoot: ../root.json\n'],
  ['a root outside, behind a line end', 'line 2, column 16', 'sigstore:\n  trustedRoot: "a\\n/../../root.json"\n'],
  ['a root outside, behind another line end', 'line 2, column 16', 'sigstore:\n  trustedRoot: "a\\u2028/../../root.json"\n'],
  ['a root that no commit has', 'line 2, column 16', 'sigstore:\n  trustedRoot: .git/x\n'],
  ['a signing config that no commit has', 'line 2, column 18', 'sigstore:\n  signingConfig: a/.GIT/hooks/x\n'],
  ['another YAML', 'line 1, column 1', '%YAML 1.1\n---\nservers: {a: {live: never}}\n'],
  ['a merge', 'line 3, column 15', 'servers:\n  a: &a {live: never}\n  b: {!!merge <<: *a}\n'],
  ['a root of another drive', 'line 2, column 16', 'sigstore:\n  trustedRoot: "D:root.json"\n'],
  ['more thresholds than there can be', 'line 1, column 32', 'sigstore: { thresholds: { log: 3 } }\n'],
]

test('every refusal names line and column', () => {
  for (const [why, at, text] of refused) assert.equal(refusal(text).split(': ')[0], at, `${why}: ${refusal(text)}`)
})

test('a refusal is one line that says what is wrong', () => {
  assert.equal(refusal('servers:\n  a:\n    float: allow\n'), 'line 3, column 5: servers.a: unrecognized key: "float"')
  assert.equal(
    refusal('servers: { a: { floating: maybe } }'),
    'line 1, column 27: servers.a.floating: invalid option: expected one of "allow"|"deny"',
  )
  for (const [why, , text] of refused) assert.match(refusal(text), /^line \d+, column \d+: [^\n]*[^.:\n]$/, why)
})

const REPOSITORY = 'repository: https://github.com/acme/tools\n'
const FORMS = 'signers.0: expected `github`, `workflow` and `ref`, or `issuer` and `subject`, or `key`'

test('what is wrong with a signer is said of the kind that was meant', () => {
  const workflow = 'github: acme/tools\n    workflow: .github/workflows/x.yml\n'
  const cases: readonly (readonly [signer: string, says: string])[] = [
    ['github: acme', 'line 3, column 13: signers.0.github: expected owner/repository'],
    [workflow, 'line 3, column 5: signers.0: expected one of `ref` and `refPattern`'],
    [`${workflow}    ref: main`, 'line 5, column 10: signers.0.ref: expected a whole ref: refs/heads/main'],
    [`${workflow}    refs: main`, 'line 5, column 5: signers.0: unrecognized key: "refs"'],
    ['issuer: https://a.example\n    subject: b@c\n    ref: main', 'line 5, column 5: signers.0: unrecognized key: "ref"'],
    ['issuer: a.example\n    subject: b@c', 'line 3, column 13: signers.0.issuer: expected the URL of an issuer'],
    ['key: x', 'line 3, column 10: signers.0.key: expected the PEM of one public key, `-----BEGIN PUBLIC KEY-----`'],
    [
      'issuer: https://token.actions.githubusercontent.com\n    subject: https://github.com/acme/tools/.github/workflows/x.yml@refs/heads/main',
      'line 3, column 5: signers.0: expected `github`, `workflow` and `ref`: a workflow is more than its subject',
    ],
    ['issuer: https://a.example', `line 3, column 5: ${FORMS}`],
    ['{}', `line 3, column 5: ${FORMS}`],
    ['kye: x', `line 3, column 5: ${FORMS}`],
    ['me@acme.example', `line 3, column 5: ${FORMS}`],
  ]
  for (const [signer, says] of cases) assert.equal(refusal(`${REPOSITORY}signers:\n  - ${signer}\n`), says)
  assert.equal(refusal('repository: {}'), 'line 1, column 13: repository: expected the address of a repository, or `uri` and `id`')
})

test('places where no rule may stand are those of the vectors', () => {
  const { refused: cases } = readVectors<{ readonly refused: readonly { readonly pointers: readonly string[]; readonly code: string }[] }>(
    'volatile',
  )
  for (const { pointers, code } of cases) {
    assert.equal(code, 'POLICY_INVALID')
    const volatile = pointers.map((pointer) => ({ pointer, type: 'uuid' }))
    assert.match(
      refusal(JSON.stringify({ servers: { a: { volatile } } })),
      /^line 1, column \d+: servers\.a\.volatile\.\d\.pointer: /,
      pointers.join(' '),
    )
    for (const rule of volatile.slice(0, -1)) parsePolicy(JSON.stringify({ servers: { a: { volatile: [rule] } } }))
  }
})

test('aliases are followed, but not without bound', () => {
  const { servers } = parsePolicy('servers:\n  a: &same { floating: allow }\n  b: *same\n')
  assert.deepEqual(servers['b'], { ...DEFAULTS, floating: 'allow' })
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map(([to, from]) => [to, from])) {
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`)
  }
  assert.equal(refusal(bomb.join('\n')), 'line 2, column 8: too many aliases')
  assert.match(refusal('servers: &a { b: *a }'), /^line 1, column \d+: /)
  assert.match(refusal('servers: { a: { volatile: &a [*a] } }'), /^line 1, column \d+: /)
})

test('a file that the parser would take minutes for is refused before', () => {
  for (const text of ['!a ', '&a ', '['])
    assert.equal(refusal(text.repeat(1024 * 1024)), 'line 1, column 1: expected at most 131072 characters')
})

test('a file nested beyond all bounds is refused, not a crash', () => {
  for (const depth of [100, 5_000]) {
    for (const text of ['['.repeat(depth), `servers: ${'{ a: '.repeat(depth)}1${' }'.repeat(depth)}`]) {
      assert.match(refusal(text), /^line \d+, column \d+: /)
    }
  }
})

test('any text is read or refused with a place', () => {
  const piece = fc.constantFrom('servers', ': ', '{', '}', '[', ']', ', ', '\n', '  ', '- ', 'a', '&a ', '*a', '!b ', '"', "'", '? ', '|', '#', '---', '\t', '\u202e', 'volatile', 'pointer', '/tools/a/x', 'type', 'uuid', 'limits', '1') // prettier-ignore
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => `servers: ${pieces.join('')}`),
  )
  fc.assert(
    fc.property(text, (input) => {
      try {
        parsePolicy(input)
      } catch (error) {
        assert.ok(error instanceof LockError && error.code === 'POLICY_INVALID', String(error))
        assert.match(error.message, /^line \d+, column \d+: /)
      }
    }),
    { numRuns: 2_000 },
  )
})
