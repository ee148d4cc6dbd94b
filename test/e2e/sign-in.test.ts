/** A person signs the lock: they sign in first, and then say that their address may become public. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SigningProject } from '../signing-project.ts'
import { exits } from '../world.ts'

for (const [how, env, answers] of [
  ['a browser that they open', { DISPLAY: ':0' }, ['n', 'y']],
  ['a code', { BROWSER: 'none' }, ['y']],
] as const) {
  test(`a person signs, signed in by ${how}`, async (t) => {
    const project = await SigningProject.make(t)
    const { issuer, secrets } = project.sigstore.issuers.user
    await project.policy([{ subject: 'dev@example.com', issuer }])
    const onSaid = (text: string): void => {
      const address = /^http\S+$/m.exec(text)?.[0]
      if (address !== undefined) void fetch(address)
    }
    const signed = exits(
      await project.run('sign', { env, answers, onSaid }),
      0,
      /sign in with `127/,
      /identity from `127\.0\.0\.1:\d+`/,
      /dev@example\.com.*\n.*cannot be removed\n {2}sign\? \[y\/N\]/,
      /wrote mcp\.lock\.sigstore\.json/,
    )
    assert.ok(secrets.length > 0)
    for (const secret of secrets) assert.ok(!`${signed.stdout}${signed.stderr}`.includes(secret), signed.stderr)
    exits(await project.run('verify --offline'), 0)
  })
}

test('somebody else signs in', async (t) => {
  const project = await SigningProject.make(t)
  project.sigstore.issuers.user.claims = { sub: 'person-2', email: 'other@example.com', email_verified: true }
  await project.policy([{ subject: 'dev@example.com', issuer: project.sigstore.issuers.user.issuer }])
  const refused = await project.run('sign', { env: { BROWSER: 'none' }, answers: [] })
  exits(refused, 4, /SIGNER_UNDECLARED/, /other@example\.com/)
  assert.ok(project.sigstore.requests.every(({ service }) => service === 'user'))
})
