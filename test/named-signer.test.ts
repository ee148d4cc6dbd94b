/** `verify --signer`: of what the project says itself, nothing makes its signature good. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { REPOSITORY, SigningProject } from './signing-project.ts'
import { exits, type Run } from './world.ts'

/** Signed by a Sigstore that the project's own policy trusts: whoever writes both can sign as anybody. */
async function forged(t: TestContext, sigstore: object = {}): Promise<readonly [SigningProject, flags: string]> {
  const project = await SigningProject.make(t)
  const { issuer, claims } = project.sigstore.issuers.user
  const subject = String(claims['email'])
  await project.policy([{ issuer, subject }], sigstore)
  exits(await project.sign(project.sigstore.issuers.user.token()), 0)
  return [project, `verify --offline --signer ${subject} --issuer ${issuer}`]
}

const verified = (project: SigningProject, line: string): Promise<Run> => project.run(line)

test('its own trusted root', async (t) => {
  const [project, line] = await forged(t)
  exits(await verified(project, 'verify --offline'), 0)
  exits(await verified(project, `${line} --repository ${REPOSITORY}`), 4, /_INVALID/)
  exits(await verified(project, `${line} --repository ${REPOSITORY} --trusted-root trusted_root.json`), 0)
})

test('its own thresholds', async (t) => {
  const [project, line] = await forged(t, { thresholds: { log: 0 } })
  const bundle = JSON.parse(project.bundle() ?? '')
  const lacking = { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [] } }
  await project.repository.write({ 'mcp.lock.sigstore.json': `${JSON.stringify(lacking)}\n` })
  exits(await verified(project, 'verify --offline'), 0)
  exits(await verified(project, `${line} --repository ${REPOSITORY} --trusted-root trusted_root.json`), 4, /LOG_ENTRY_INVALID/)
})

test('its own repository', async (t) => {
  const [project, line] = await forged(t)
  exits(await verified(project, `${line} --trusted-root trusted_root.json`), 2, /--repository URL/)
})

test('what a base or a policy outside says', async (t) => {
  const [project, line] = await forged(t)
  await project.repository.commit()
  exits(await verified(project, `${line} --base main`), 0)
  const policy = await readFile(join(project.repository.folder, 'mcp-lock.yaml'), 'utf8')
  await project.repository.write({ '../outside.yaml': policy, '../trusted_root.json': JSON.stringify(project.sigstore.trustedRoot) })
  exits(await verified(project, `${line} --policy ../outside.yaml`), 0)
})
