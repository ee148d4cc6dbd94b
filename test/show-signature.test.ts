import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { showVector, vector } from './vector-project.ts'
import { exits, run, temporary } from './world.ts'

test('a signature that verifies: every claim, which bytes, where it is logged, and when', async (t) => {
  const { stdout } = exits(await showVector(await temporary(t), vector('workflow-rekor1-tsa')), 0)
  for (const words of [
    /^signed by\n {2}issuer +https:\/\/token\.actions\.githubusercontent\.com\n {2}subject +https:\/\/github\.com\/acme\/tools\/\.github\/workflows\/lock\.yml@refs\/heads\/main$/m,
    /^ {2}sourceRepositoryUri +https:\/\/github\.com\/acme\/tools$/m,
    /^ {2}runnerEnvironment +github-hosted$/m,
    /^ {2}mcp\.lock +sha256:[0-9a-f]{64}, the file here$/m,
    /^ {2}repository +https:\/\/github\.com\/acme\/tools \(id 42\)$/m,
    /^ {2}policy +mcp-lock\.yaml {2}sha256:/m,
    /^ {2}serial +\d+\n {2}replaces +/m,
    /^logged\n {2}log +https:\/\/rekor\.loopback\.test\n {2}index +\d+\n {2}time +20\d\d-/m,
    /^timestamps\n {2}20\d\d-\d\d-\d\dT/m,
    /that the login or the workflow was not taken over/,
  ])
    assert.match(stdout, words)
  assert.doesNotMatch(stdout, /safe|would trust/)
  const proven = exits(await showVector(await temporary(t), vector('workflow-rekor2-tsa')), 0).stdout
  assert.match(proven, /^ {2}time +the log does not say$/m)
  const ofKey = exits(await showVector(await temporary(t), vector('ed25519')), 0).stdout
  assert.match(ofKey, /^signed by\n {2}key +sha256:[0-9a-f]{64}$/m)
  assert.match(ofKey, /^logged\n {2}in no log$/m)
  assert.match(ofKey, /whoever does can sign/)
})

test('a signature that does not verify says so before it says anything else', async (t) => {
  const other = exits(await showVector(await temporary(t), vector('other-file')), 4).stdout
  assert.match(
    other,
    /^✗ the signature of mcp\.lock does not verify; what follows is what the bundle says, not verified\n {2}signature: a signature of another file \(SIGNATURE_OTHER_FILE\)/,
  )
  assert.match(other, /^ {2}mcp\.lock +sha256:[0-9a-f]{64}, another file than the one here$/m)
  const unreadable = exits(await showVector(await temporary(t), vector('bundle-v0.4')), 4).stdout
  assert.match(unreadable, /BUNDLE_INVALID/)
  assert.doesNotMatch(unreadable, /signed by/)
})

test('a stranger whose signature holds is shown with the lines that would trust them', async (t) => {
  const { stdout } = exits(await showVector(await temporary(t), vector('other-ref')), 4)
  assert.match(
    stdout,
    /^✗ the signature is good, and its signer is none of those in mcp-lock\.yaml\n {2}signature: signed by somebody else/,
  )
  assert.match(
    stdout,
    /would trust this signer\n {2}signers:\n {4}- github: acme\/tools\n {6}workflow: \.github\/workflows\/lock\.yml\n {6}ref: refs\//,
  )
})

test('a lock without a bundle is unsigned', async (t) => {
  const folder = await temporary(t)
  await writeFile(join(folder, 'mcp.lock'), await readFile(join(import.meta.dirname, 'vectors/signing/signed.lock')))
  exits(await run(folder, ['show', 'signature']), 4, /SIGNATURE_MISSING: there is no mcp\.lock\.sigstore\.json/)
})
