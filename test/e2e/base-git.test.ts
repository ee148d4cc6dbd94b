/** The trust base as git has it: what a repository or a checkout does to reading it. */
import assert from 'node:assert/strict'
import { chmod, mkdir, rename, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Repository } from '../repository.ts'
import { exits, run } from '../world.ts'
import { TEXT, HARM, config, NOTES, FILES, branch, report, withTouch } from './base-project.ts'

test('links in the place of files', async (t) => {
  const repository = await branch(t)
  // The same bytes elsewhere, where what they import is another file.
  await mkdir(join(repository.folder, 'evil/lib'), { recursive: true })
  await repository.write({ 'evil/lib/text.mjs': `${HARM}${TEXT}` })
  await rename(join(repository.folder, 'notes.mjs'), join(repository.folder, 'evil/notes.mjs'))
  await symlink('evil/notes.mjs', join(repository.folder, 'notes.mjs'))
  await repository.commit()
  assert.equal((await report(repository)).servers['notes']?.status, 'skipped')

  // The lock and the policy as links: what they lead to is compared, and the base's are read.
  await rename(join(repository.folder, 'mcp.lock'), join(repository.folder, 'other.lock'))
  await symlink('other.lock', join(repository.folder, 'mcp.lock'))
  await symlink('mcp.lock', join(repository.folder, 'mcp-lock.yaml'))
  await repository.commit()
  exits(await repository.run('verify --base main'), 2, /POLICY_INVALID/, /POLICY_CHANGED/)
  assert.ok(!repository.has('PWNED'))
  // As a base they are refused.
  exits(await repository.run('verify --base HEAD'), 2, /FILE_REFUSED.*mcp/)
})

test('filters, hooks and monitors of the repository stay out of it', async (t) => {
  const repository = await branch(t, { ...FILES, 'tool.sh': '#!/bin/sh\ncat\n' })
  const tool = join(repository.folder, 'tool.sh')
  await chmod(tool, 0o755)
  for (const key of ['filter.own.clean', 'filter.own.process', 'core.fsmonitor', 'diff.own.textconv', 'diff.external'])
    await repository.git('config', key, './tool.sh')
  await repository.git('config', 'filter.own.required', 'true')
  await repository.git('-c', 'core.fsmonitor=false', 'config', 'core.hooksPath', '.')
  await repository.write({ 'tool.sh': '#!/bin/sh\ntouch PWNED\ncat\n', '.gitattributes': '* filter=own diff=own\n' })
  await utimes(join(repository.folder, 'lib/text.mjs'), new Date(), new Date())
  assert.equal((await report(repository)).servers['notes']?.status, 'skipped')
  assert.ok(!repository.has('PWNED'))
})

test('a bare repository among the files is not the one that is asked', async (t) => {
  const repository = await branch(t, { ...FILES, 'sub/.mcp.json': config({ evil: { command: 'touch', args: ['PWNED'] } }), 'sub/keep': '' })
  const sub = join(repository.folder, 'sub')
  await repository.editLock(withTouch)
  await rename(join(repository.folder, 'mcp.lock'), join(sub, 'mcp.lock'))
  const inner = new Repository(sub)
  await inner.git('init', '-q', '-b', 'main', '--bare', '.')
  await inner.git('--git-dir=.', '--work-tree=.', 'add', 'mcp.lock')
  await inner.git('--git-dir=.', '--work-tree=.', 'commit', '-q', '-m', 'theirs')
  assert.equal((await inner.git('-c', 'safe.bareRepository=all', 'show', 'main:mcp.lock')).length > 0, true)
  exits(await inner.run('verify --base main'), 2, /LOCK_NOT_FOUND/)
  assert.ok(!inner.has('PWNED'))
})

test('a name that stands for two things, and files called like it', async (t) => {
  const repository = await branch(t)
  await repository.write({ main: 'a file\n' })
  await repository.commit()
  assert.equal((await report(repository)).exit, 0)
  await repository.git('tag', 'main')
  exits(await repository.run('verify --base main'), 2, /REVISION_UNKNOWN.*more than one thing.*refs\/heads\/main/)
  exits(await repository.run('verify --base refs/heads/main'), 0)
  exits(await repository.run('verify --base --help'), 2)
  exits(await repository.run('verify --base=--upload-pack=touch'), 2, /REVISION_UNKNOWN/)
})

test('a lock below the top of the repository, with a config above it', async (t) => {
  const repository = await Repository.make(t, { 'README.md': '' })
  const inner = new Repository(join(repository.folder, 'tools'))
  await inner.write(FILES)
  exits(await inner.run('pin --yes'), 0)
  await repository.commit('main')
  await repository.branch('change')
  assert.equal((await report(inner)).servers['notes']?.status, 'ok')
  await repository.write({ 'README.md': 'changed' })
  assert.equal((await report(inner)).servers['notes']?.status, 'skipped')
})

test('a shallow clone says what to fetch', async (t) => {
  const repository = await branch(t)
  await repository.write({ '.cursor/mcp.json': config({ notes: NOTES }) })
  await repository.commit()
  const clone = new Repository(join(repository.folder, '../clone'))
  await repository.git('clone', '-q', '--depth', '1', '--branch', 'change', `file://${repository.folder}`, clone.folder)
  const command = 'fetch --depth 1 origin main:refs/remotes/origin/main'
  for (const name of ['main', 'origin/main'])
    exits(await clone.run(`verify --base ${name}`), 2, new RegExp(`git ${command}`), /shallow/, /fetch-depth: 0/)
  exits(await clone.run('verify --base HEAD~1'), 2, /shallow.*git fetch --unshallow/)
  exits(await clone.run('verify --base $(touch,PWNED)'), 2, /^(?!.*git fetch .*touch).*REVISION_UNKNOWN/)
  await clone.git(...command.split(' '))
  exits(await clone.run('verify --base main'), 2, /`origin\/main` is: write that/)
  exits(await clone.run('verify --base origin/main'), 0, /✓ notes/)
})

test('a folder that is no repository', async (t) => {
  const repository = await Repository.make(t, FILES)
  await repository.write({ '.git': null })
  exits(await repository.run('pin --yes'), 0)
  exits(await run(repository.folder, ['verify', '--base', 'main']), 2, /REVISION_UNKNOWN.*no repository/)
})
