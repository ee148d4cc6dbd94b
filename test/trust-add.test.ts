import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { repositoryAddress } from '../cli/project/remote-repository.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { publicGoodText } from '../core/signing/trusted-root.ts'
import { gitOk } from './git.ts'
import { exits, run, snapshot, temporary, writeFiles } from './world.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const AT = ['--repository', 'https://github.com/acme/tools']
const WORKFLOW = 'github:acme/tools/.github/workflows/lock.yml@refs/heads/main'

async function folderWith(t: TestContext, files: { readonly [path: string]: string } = {}): Promise<string> {
  const folder = await temporary(t)
  await writeFiles(folder, { '.mcp.json': '{"mcpServers": {}}', 'release.pub': pem, ...files })
  return folder
}

async function policyIn(folder: string) {
  return parsePolicy(await readFile(join(folder, 'mcp-lock.yaml'), 'utf8'))
}

test('trust add writes a signer and the repository, and says the lines', async (t) => {
  const folder = await folderWith(t)
  exits(await run(folder, ['trust', 'add', WORKFLOW]), 0, /^ {2}repository: https:\/\/github\.com\/acme\/tools$/m, /next: mcp-lock pin\n/)
  await writeFiles(folder, { 'mcp.lock': '' })
  exits(await run(folder, ['trust', 'add', 'release.pub']), 0, /-----BEGIN PUBLIC KEY-----/, /next: mcp-lock sign --key FILE/)
  exits(
    await run(folder, ['trust', 'add', 'ana@example.com', '--issuer', 'https://accounts.google.com', ...AT]),
    0,
    /next: mcp-lock sign\n/,
  )
  assert.deepEqual(await policyIn(folder), {
    repository: { uri: 'https://github.com/acme/tools' },
    signers: [
      { github: 'acme/tools', workflow: '.github/workflows/lock.yml', ref: 'refs/heads/main' },
      { key: pem },
      { issuer: 'https://accounts.google.com', subject: 'ana@example.com' },
    ],
    sigstore: { thresholds: {} },
    servers: {},
  })
})

test('a looser signer beside a narrower one is said', async (t) => {
  const narrow = { github: 'Acme/tools', workflow: '.github/workflows/lock.yml', ref: 'refs/heads/main', trigger: ['push'], ownerId: '7' }
  const add = async (...signers: readonly object[]) => {
    const folder = await folderWith(t, { 'mcp-lock.yaml': JSON.stringify({ repository: AT[1], signers }, null, 2) })
    return exits(await run(folder, ['trust', 'add', WORKFLOW]), 0, /^wrote into/m).stderr
  }
  assert.match(
    await add(narrow),
    /^ {2}! each signs alone: this workflow now signs without the trigger and ownerId that another entry asks of it$/m,
  )
  for (const other of [
    { ref: 'refs/heads/x' },
    { workflow: '.github/workflows/x.yml' },
    { github: 'acme/other' },
    { server: 'https://g.test' },
  ])
    assert.doesNotMatch(await add({ ...narrow, ...other }), /!/)
})

test('a policy that somebody changes while a person is asked is left as it is', async (t) => {
  const folder = await folderWith(t, { 'mcp-lock.yaml': 'servers: {}\n', 'root.json': publicGoodText() })
  await gitOk(folder, 'init', '-q')
  await gitOk(folder, 'remote', 'add', 'origin', 'https://git.example/acme/tools.git')
  const meanwhile = 'minimumReleaseAge: 3 days\n'
  for (const words of ['trust add release.pub', 'trust import root.json']) {
    await writeFile(join(folder, 'mcp-lock.yaml'), 'servers: {}\n')
    const onSaid = (text: string): void => (text.includes('[y/N]') ? writeFileSync(join(folder, 'mcp-lock.yaml'), meanwhile) : undefined)
    exits(await run(folder, words.split(' '), { answers: ['y'], onSaid }), 3, /CHANGED_MEANWHILE: mcp-lock\.yaml/)
    assert.equal(await readFile(join(folder, 'mcp-lock.yaml'), 'utf8'), meanwhile)
  }
  assert.deepEqual(
    Object.keys(await snapshot(folder)).filter((file) => file.startsWith('trusted_root')),
    [],
  )
})

test('a signer who is named already changes no byte', async (t) => {
  const policy = `repository: ${AT[1]}\nsigners: [ {"key": ${JSON.stringify(pem.replaceAll('\n', '\r\n'))}}, ]`
  const folder = await folderWith(t, { 'mcp-lock.yaml': policy })
  const before = await snapshot(folder)
  exits(await run(folder, ['trust', 'add', 'release.pub']), 0, /names this signer already/)
  assert.deepEqual(await snapshot(folder), before)
})

test('what trust add refuses, and then writes nothing', async (t) => {
  const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const policy = `repository: ${AT[1]}\nsigners: [{issuer: "https://a.example", subject: x}, # theirs\n]\n`
  const folder = await folderWith(t, { 'release.key': secret })
  const refused = async (words: readonly string[], exit: number, said: RegExp): Promise<void> => {
    const before = await snapshot(folder)
    const result = exits(await run(folder, ['trust', 'add', ...words]), exit, said)
    assert.ok(!(result.stdout + result.stderr).includes(secret.split('\n')[1] ?? ''))
    assert.deepEqual(await snapshot(folder), before)
  }
  await refused(['release.key', ...AT], 2, /KEY_INVALID: expected a public key, got a private one/)
  await refused(['nobody'], 2, /FILE_UNREADABLE: there is no file `nobody`/)
  await refused(['.mcp.json', ...AT], 2, /KEY_INVALID/)
  await refused(['release.pub'], 2, /USAGE: where does the lock belong/)
  await refused(['release.pub', '--repository', '/srv/tools'], 2, /USAGE: expected the address of a repository/)
  await refused(
    [WORKFLOW, '--repository', 'https://github.com/acme/other'],
    2,
    /cannot sign a lock of `https:\/\/github\.com\/acme\/other`/,
  )
  await refused([WORKFLOW, '--', 'x'], 2, /USAGE/)
  await writeFile(join(folder, 'mcp-lock.yaml'), policy)
  await refused(['release.pub'], 2, /to be added to mcp-lock\.yaml:\n {2}signers:\n {4}- key: \|\n(?:.|\n)*USAGE: .*yourself/)
  await refused(
    ['release.pub', '--repository', 'https://github.com/acme/other'],
    2,
    /the repository is `https:\/\/github\.com\/acme\/tools`/,
  )
  await writeFile(join(folder, 'mcp-lock.yaml'), 'signers: 1\n')
  await refused(['release.pub', ...AT], 2, /POLICY_INVALID: line 1/)
})

test('what git calls origin is proposed to a person, and never taken without one', async (t) => {
  const folder = await folderWith(t)
  await gitOk(folder, 'init', '-q')
  await gitOk(folder, 'remote', 'add', 'origin', 'https://user:hunter2@git.example/acme/tools.git')
  const words = ['trust', 'add', 'release.pub']
  exits(await run(folder, words), 2, /where does the lock belong/)
  exits(await run(folder, words, { answers: ['n'] }), 1, /DECLINED/)
  const { stderr } = exits(await run(folder, words, { answers: ['y'] }), 0, /https:\/\/git\.example\/acme\/tools only/)
  assert.ok(!stderr.includes('hunter2'))
  assert.equal((await policyIn(folder)).repository?.uri, 'https://git.example/acme/tools')
})

test('the address of a repository out of what git has for it', () => {
  for (const [remote, address] of [
    ['git@github.com:acme/tools.git', 'https://github.com/acme/tools'],
    ['github.com:acme/tools', 'https://github.com/acme/tools'],
    ['ssh://git@git.example:2222/a/b/c.git', 'https://git.example/a/b/c'],
    ['https://token@git.example:8443/a/b/', 'https://git.example:8443/a/b'],
    ['git://git.example/a', 'https://git.example/a'],
    ['https://git.example', null],
    ['https://git.example//a', null],
    ['file:///srv/a', null],
    ['/srv/a', null],
    ['../a', null],
    ['', null],
  ] as const)
    assert.equal(repositoryAddress(remote), address, remote)
})

test('what is wrong is said with where its help is', async (t) => {
  const folder = await folderWith(t)
  const before = await snapshot(folder)
  exits(await run(folder, ['trust', 'add', 'release.pub']), 2, /where does the lock belong.*\n {2}see `mcp-lock trust add --help`\n$/)
  exits(await run(folder, ['trust', 'add', 'release.pub', ...AT, '--global']), 2, /USAGE.*bound to a repository/)
  assert.deepEqual(await snapshot(folder), before)
})
