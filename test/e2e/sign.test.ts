/** `mcp-lock sign` against a Sigstore on the loopback, and `verify --offline` of what it wrote. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SigningProject } from '../signing-project.ts'
import { exits } from '../world.ts'

const COMBINATIONS = [
  { rekor: 1, tsa: false },
  { rekor: 1, tsa: true },
  { rekor: 2, tsa: true },
] as const

for (const services of COMBINATIONS) {
  const named = `Rekor v${services.rekor}${services.tsa ? ' and a timestamp authority' : ''}`

  test(`a job of GitHub signs, with ${named}`, async (t) => {
    const project = await SigningProject.make(t, services)
    exits(await project.run('verify --offline'), 4, /SIGNATURE_MISSING/)
    exits(
      await project.sign(),
      0,
      /acme\/tools\/\.github\/workflows\/lock\.yml@refs\/heads\/main/,
      /cannot be removed/,
      /wrote mcp\.lock\.sigstore\.json/,
    )
    exits(await project.run('verify --offline'), 0)
    assert.equal(project.statement().predicate.repository.id, '42')
  })
}
