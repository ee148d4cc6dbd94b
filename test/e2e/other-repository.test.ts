/** A change that puts another repository, or a link, in the place of a signed project's folder. */
import { createHash } from 'node:crypto'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { formatLock } from '../../core/lock/lockfile.ts'
import { policyOf, signedBundle, signingKey } from '../key-signature.ts'
import { lockOf, pinOf } from '../pins.ts'
import { Repository } from '../repository.ts'
import { exits } from '../world.ts'

const OWNER = signingKey()
const STRANGER = signingKey()

const CONFIG = JSON.stringify({ mcpServers: { notes: { command: 'server', args: [] } } })

/** A project's files, signed at the top of a repository or in its folder `app`. */
function project(folder: string, text: string, key = OWNER): { readonly [path: string]: string } {
  const [lock, policy] = [formatLock(lockOf({ notes: pinOf(text) })), policyOf([key])]
  const sha256 = signedPolicy(policy)
  const bundle = signedBundle(lock, policy, key, { path: `${folder}mcp.lock`, policy: { path: `${folder}mcp-lock.yaml`, sha256 } })
  return {
    [`${folder}.mcp.json`]: CONFIG,
    [`${folder}mcp.lock`]: lock,
    [`${folder}mcp-lock.yaml`]: policy,
    [`${folder}mcp.lock.sigstore.json`]: bundle,
  }
}

function signedPolicy(policy: string): string {
  return createHash('sha256').update(policy).digest('hex')
}

const UNSIGNED = { '.mcp.json': CONFIG, 'mcp.lock': formatLock(lockOf({ notes: pinOf('Sends notes away.') })) }

/** The repository on a branch, its folder gone. */
async function withoutFolder(t: TestContext): Promise<Repository> {
  const repository = await Repository.make(t, project('app/', 'Keeps notes.'))
  await repository.commit()
  exits(await repository.run('verify -r --offline --base main'), 0)
  await repository.branch('change')
  await rm(join(repository.folder, 'app'), { recursive: true })
  await repository.git('rm', '-q', '-r', '--cached', 'app')
  return repository
}

const WAYS = ['verify -r --offline --base main', 'verify --offline --base main'] as const

test('a submodule in the place of the project', async (t) => {
  for (const files of [UNSIGNED, project('', 'Sends notes away.', STRANGER)]) {
    const repository = await withoutFolder(t)
    const other = await Repository.make(t, files)
    await other.commit()
    await repository.git('submodule', '--quiet', 'add', other.folder, 'app')
    await repository.commit()
    exits(await repository.run(WAYS[0]), 4)
    exits(await repository.run(WAYS[1], { cwd: join(repository.folder, 'app') }), 4)
  }
})

test('a link in the place of the project', async (t) => {
  const repository = await withoutFolder(t)
  await symlink('elsewhere', join(repository.folder, 'app'))
  for (const [path, text] of Object.entries(UNSIGNED)) await repository.write({ [`elsewhere/${path}`]: text })
  await repository.commit()
  exits(await repository.run(WAYS[0]), 4)
})

test('a project inside of the project', async (t) => {
  const repository = await Repository.make(t, { ...project('', 'Keeps notes.'), 'app/package.json': '{}' })
  await repository.commit()
  const app = { cwd: join(repository.folder, 'app') }
  exits(await repository.run(WAYS[1], app), 0)
  await repository.branch('change')
  for (const [path, text] of Object.entries(UNSIGNED)) await repository.write({ [`app/${path}`]: text, [path]: text })
  await repository.commit()
  exits(await repository.run(WAYS[1], app), 0, /SIGNATURE_PENDING.*the lock changed/)
  await repository.write({ 'mcp.lock.sigstore.json': null })
  exits(await repository.run(WAYS[1], app), 4, /SIGNATURE_REMOVED/)
})

test('a submodule, and a repository among files that are not tracked, have a base of their own', async (t) => {
  const other = await Repository.make(t, project('', 'Keeps notes.'))
  await other.commit()
  const repository = await Repository.make(t, { 'README.md': '' })
  await repository.git('submodule', '--quiet', 'add', other.folder, 'app')
  await repository.git('clone', '--quiet', other.folder, 'untracked')
  await repository.git('add', 'app', '.gitmodules', 'README.md')
  await repository.git('commit', '-q', '-m', 'main')
  for (const folder of ['app', 'untracked']) {
    const cwd = join(repository.folder, folder)
    exits(await repository.run(WAYS[1], { cwd }), 0, /1 verified/)
    await repository.write({ [`${folder}/mcp.lock`]: formatLock(lockOf({ notes: pinOf('Sends notes away.') })) })
    exits(await repository.run(WAYS[1], { cwd }), 0, /SIGNATURE_PENDING/)
  }
})
