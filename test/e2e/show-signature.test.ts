import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showVector, VECTORS } from '../vector-project.ts'
import { temporary } from '../world.ts'

type Shown = { readonly verified: boolean; readonly findings: readonly { readonly code: string }[] }

test('each vector of a signature is shown, and first of all whether it verifies', async (t) => {
  for (const one of VECTORS) {
    const top = await temporary(t)
    const isGood = 'signer' in one.expected
    const { exit, stdout, stderr } = await showVector(top, one)
    assert.equal(exit, isGood ? 0 : 4, `${one.name}\n${stdout}${stderr}`)
    const { stdout: json } = await showVector(top, one, '--format', 'json')
    if ('code' in one.expected && one.expected.code === 'SIGNATURE_MISSING') continue
    assert.match(
      stdout,
      isGood
        ? /^✓ the signature of mcp\.lock verifies\n/
        : /^✗ the signature (?:of mcp\.lock does not verify|is good, and its signer is none)/,
      one.name,
    )
    assert.doesNotMatch(stdout + json, /[\0-\x09\x0b-\x1f\x7f\u200b-\u202e]/, one.name)
    const { verified, findings } = JSON.parse(json) as Shown
    assert.equal(verified, isGood, one.name)
    assert.equal(findings[0]?.code, 'code' in one.expected ? one.expected.code : undefined, one.name)
  }
})
