/** From nothing to a signed lock and to another Sigstore, by the commands and the lines that they print. */
import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { GITHUB_ISSUER } from '../../core/identity/signer.ts'
import { SigningProject } from '../signing-project.ts'
import { newKeys } from '../sigstore/keys.ts'
import { startSigstore } from '../sigstore/sigstore.ts'
import { exits } from '../world.ts'

test('each command says the next one', async (t) => {
  const project = await SigningProject.make(t, { rekor: 2, tsa: true }, { issuers: { ci: GITHUB_ISSUER } })
  const { folder } = project.repository
  await rm(join(folder, 'mcp-lock.yaml'))
  for (const file of ['trusted_root.json', 'signing_config.json']) {
    await project.repository.write({ [`given/${file}`]: await readFile(join(folder, file), 'utf8') })
    await rm(join(folder, file))
  }
  const imported = await project.run('trust import given/trusted_root.json --signing-config given/signing_config.json --yes')
  exits(imported, 0, /nothing that is trusted now stays/, /wrote trusted_root\.json, signing_config\.json, mcp-lock\.yaml/)

  const refused = exits(await project.sign(undefined, '--yes --repository https://github.com/acme/tools'), 4, /SIGNER_UNDECLARED/)
  const line = /`mcp-lock (trust add [^`]+)`/.exec(refused.stderr)?.[1] ?? ''
  exits(await project.run(line), 0, /repository: https:\/\/github\.com\/acme\/tools/, /next: mcp-lock sign/)
  exits(await project.sign(), 0)
  exits(await project.run('verify --offline'), 0)
  exits(
    await project.run('show signature'),
    0,
    /^✓ the signature of mcp\.lock verifies\nsigned by\n {2}issuer +https:\/\/token\.actions/,
    /, the file here$/m,
    /^ {2}serial +1$/m,
  )

  const other = await startSigstore({ keys: newKeys() })
  t.after(() => other[Symbol.asyncDispose]())
  await project.repository.write({ 'given/other.json': JSON.stringify(other.trustedRoot) })
  exits(await project.run('trust import given/other.json --yes'), 0, /nothing that is trusted now stays/, /^wrote trusted_root\.json: /m)
  exits(await project.run('verify --offline'), 4)
  const shown = exits(await project.run('show signature'), 4, /^✗ the signature of mcp\.lock does not verify; what follows is/)
  assert.match(shown.stdout, /^ {2}log +not one of the trusted root: /m)
})
