/** The `registry` of a policy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { formatVerifier, GITHUB_DEFAULTS, noteSigner, toRules } from '../core/registry/index.ts'
import { alice, logKey, newKey, ORIGIN, pemOf, statusKey } from './registry-fixtures.ts'

const log = formatVerifier(noteSigner(ORIGIN, 'ed25519', pemOf(logKey)))
const witness = formatVerifier(noteSigner('witness.example', 'cosignature', pemOf(newKey())))
const approvers = [{ person: 'alice', identities: [{ key: alice.pem }] }]
const registry = { url: 'https://registry.example', log, status: statusKey.pem, approvers }

function refusal(over: object): string {
  try {
    parsePolicy(JSON.stringify({ registry: { ...registry, ...over } }))
  } catch (error) {
    if (error instanceof LockError && error.code === 'POLICY_INVALID') return error.message
    throw error
  }
  return assert.fail(`accepted: ${JSON.stringify(over)}`)
}

test('what is not said of a registry has the safe default', () => {
  assert.deepEqual(parsePolicy(JSON.stringify({ registry })).registry, {
    ...registry,
    publishers: [],
    admins: [],
    approvals: 1,
    github: {},
    unreachable: 'fail',
  })
})

test('rules are those of the log, with the defaults of GitHub, or without GitHub', () => {
  const { registry: declared } = parsePolicy(JSON.stringify({ registry: { ...registry, github: { triggers: ['push'] } } }))
  assert.ok(declared !== undefined)
  const rules = toRules(ORIGIN, declared)
  assert.deepEqual([rules.origin, rules.github], [ORIGIN, { ...GITHUB_DEFAULTS, triggers: ['push'] }])
  assert.equal(toRules(ORIGIN, { ...declared, github: 'off' }).github, null)
})

test('what could not hold is refused where it stands', () => {
  const cases: readonly (readonly [over: object, message: RegExp])[] = [
    [{ url: 'http://registry.example' }, /registry\.url: expected the address of a registry.*on this machine only/],
    [{ url: 'https://user@registry.example' }, /registry\.url/],
    [{ log: `${log}x` }, /registry\.log/],
    [{ log: witness }, /registry\.log: expected a key of kind `ed25519`/],
    [{ status: logKey.pem }, /registry\.status: expected another key than that of the log/],
    [{ status: 'key' }, /registry\.status: expected the PEM/],
    [{ witnesses: { keys: [log], threshold: 1 } }, /registry\.witnesses\.keys\.0/],
    [{ witnesses: { keys: [witness, witness], threshold: 2 } }, /registry\.witnesses/],
    [{ approvals: 2 }, /registry\.approvals: expected at least 2 `approvers`/],
    [{ approvers: [...approvers, ...approvers] }, /registry\.approvers: expected each person once/],
    [{ publishers: [{ names: '*', role: 'author', signers: approvers[0]?.identities }] }, /registry\.publishers\.0\.names/],
    [{ github: 'on' }, /registry\.github/],
    [{ unreachable: 'use-last' }, /registry\.unreachable: expected `fail`/],
    [{ unreachable: 'use-last 0 hours' }, /registry\.unreachable/],
    [{ freshness: 1 }, /registry: /],
  ]
  for (const [over, message] of cases) assert.match(refusal(over), message)
  for (const url of ['https://registry.example/mcp', 'http://127.0.0.1:8080', 'http://localhost:1/a'])
    assert.ok(parsePolicy(JSON.stringify({ registry: { ...registry, url } })).registry)
})
