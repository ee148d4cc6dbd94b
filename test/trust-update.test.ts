import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { sharesNothing } from '../cli/report/root-change.ts'
import { compareRoots, rootEntries } from '../core/signing/root-entries.ts'
import { parseTrustedRoot, publicGoodText } from '../core/signing/trusted-root.ts'
import { TufRepository } from './tuf/repository.ts'
import { exits, run, snapshot, temporary, writeFiles, type Settings } from './world.ts'

type Logs = { readonly tlogs: { baseUrl: string }[]; ctlogs: object[] }

/** A root in which the public good instance has another log, and no certificate log any more. */
function newerRoot(): string {
  const root = JSON.parse(publicGoodText()) as Logs
  root.tlogs.push(
    JSON.parse(
      JSON.stringify({ ...root.tlogs[1], logId: { keyId: 'AAAAAAAA' }, baseUrl: 'https://log2027-1.rekor.sigstore.dev' }),
    ) as Logs['tlogs'][0],
  )
  root.ctlogs = []
  return `${JSON.stringify(root, null, 2)}\n`
}

/** That of another Sigstore. */
const OTHER = readFileSync(new URL('vectors/signing/roots/root.json', import.meta.url), 'utf8')

async function folderWith(t: TestContext, files: { readonly [path: string]: string } = {}): Promise<string> {
  const folder = await temporary(t)
  await writeFiles(folder, { '.mcp.json': '{"mcpServers": {}}', ...files })
  return folder
}

const POLICY = '# ours\nservers: {} # none\n'

test('trust import shows what changes, asks, and writes the root beside the policy that names it', async (t) => {
  const newer = newerRoot()
  const folder = await folderWith(t, { 'mcp-lock.yaml': POLICY, 'given/root.json': newer })
  const before = await snapshot(folder)
  const words = ['trust', 'import', 'given/root.json']
  exits(await run(folder, words), 2, /NO_TERMINAL/, /\+ https:\/\/log2027-1\.rekor\.sigstore\.dev/)
  exits(await run(folder, words, { answers: ['n'] }), 1, /DECLINED/)
  assert.deepEqual(await snapshot(folder), before)
  const { stderr } = exits(await run(folder, words, { answers: ['y'] }), 0, /wrote trusted_root\.json, mcp-lock\.yaml/)
  for (const line of [
    /^ {2}trusted now: the public good instance's, as in mcp-lock \S+ {2}sha256:6494/m,
    /^ {2}\+ https:\/\/log2027-1\.rekor\.sigstore\.dev {2}ED25519$/m,
    /^ {2}- https:\/\/ctfe\.sigstore\.dev\/2022/m,
    /signatures that rest on what goes \(-\) will not verify any more/,
  ])
    assert.match(stderr, line)
  assert.deepEqual(await snapshot(folder), {
    ...before,
    'trusted_root.json': newer,
    'mcp-lock.yaml': `${POLICY}sigstore:\n  trustedRoot: trusted_root.json\n`,
  })
  const written = await snapshot(folder)
  exits(await run(folder, words), 0, /nothing to change/)
  assert.deepEqual(await snapshot(folder), written)
  exits(await run(folder, ['trust', 'show']), 0, /trusted root: trusted_root\.json, by mcp-lock\.yaml/)
})

test('trust import says where a known name has another key', async (t) => {
  const root = JSON.parse(publicGoodText()) as { certificateAuthorities: { uri: string }[] }
  const [own] = (JSON.parse(OTHER) as typeof root).certificateAuthorities
  assert.ok(own !== undefined)
  root.certificateAuthorities.push({ ...own, uri: 'https://fulcio.sigstore.dev' })
  const folder = await folderWith(t, { 'given.json': JSON.stringify(root), 'newer.json': newerRoot() })
  const warning = /^ {2}! another key under a known name: https:\/\/fulcio\.sigstore\.dev; ask/m
  exits(await run(folder, ['trust', 'import', 'given.json']), 2, warning)
  assert.doesNotMatch(exits(await run(folder, ['trust', 'import', 'newer.json']), 2, /NO_TERMINAL/).stderr, warning)
})

test('trust import replaces the file that the policy names, and no other', async (t) => {
  const policy = 'sigstore: {trustedRoot: sigstore/root.json}\n'
  const folder = await folderWith(t, { 'mcp-lock.yaml': policy, 'sigstore/root.json': newerRoot(), 'given.json': OTHER })
  const { stderr } = exits(await run(folder, ['trust', 'import', 'given.json', '--yes']), 0, /nothing that is trusted now stays/)
  assert.match(stderr, /^wrote sigstore\/root\.json: /m)
  assert.equal(await readFile(join(folder, 'sigstore/root.json'), 'utf8'), OTHER)
  assert.equal(await readFile(join(folder, 'mcp-lock.yaml'), 'utf8'), policy)
})

test('trust import mends a root that is missing or malformed', async (t) => {
  const folder = await folderWith(t, { 'mcp-lock.yaml': 'sigstore: {trustedRoot: r.json}\n', 'given.json': OTHER })
  const words = ['trust', 'import', 'given.json', '--yes']
  exits(
    await run(folder, words),
    0,
    /trusted now: nothing; there is no trusted root `r\.json`; `mcp-lock trust import FILE` takes one over/,
    /^wrote r\.json: /m,
  )
  await writeFiles(folder, { 'r.json': '{}' })
  exits(await run(folder, words), 0, /trusted now: nothing; `r\.json`: /, /^wrote r\.json: /m)
  assert.equal(await readFile(join(folder, 'r.json'), 'utf8'), OTHER)
})

test('trust import says that the lock needs a new signature where the policy changes', async (t) => {
  const policy = 'repository: https://github.com/acme/tools\nsigners: [{issuer: "https://a.example", subject: x}]\n'
  const folder = await folderWith(t, { 'mcp-lock.yaml': policy, 'given.json': newerRoot() })
  exits(await run(folder, ['trust', 'import', 'given.json', '--yes']), 0, /needs a new signature: mcp-lock sign/)
})

test('what trust import refuses, and then writes nothing', async (t) => {
  const folder = await folderWith(t, { 'mcp-lock.yaml': 'sigstore: {\n}\n', 'bad.json': '{"mediaType": 1}', 'good.json': newerRoot() })
  const refused = async (file: string, exit: number, said: RegExp): Promise<void> => {
    const before = await snapshot(folder)
    exits(await run(folder, ['trust', 'import', file, '--yes']), exit, said)
    assert.deepEqual(await snapshot(folder), before)
  }
  await refused('bad.json', 4, /TRUSTED_ROOT_INVALID: `.*bad\.json`/)
  await refused('none.json', 2, /FILE_UNREADABLE/)
  await writeFiles(folder, { 'mcp-lock.yaml': 'sigstore: {thresholds: {}, # theirs\n}\n' })
  await refused('good.json', 2, /USAGE: .*yourself/)
  await writeFiles(folder, { 'mcp-lock.yaml': POLICY })
  await symlink('good.json', join(folder, 'trusted_root.json'))
  await refused('good.json', 2, /FILE_REFUSED: .*symbolic link/)
  const elsewhere = await temporary(t)
  await symlink(elsewhere, join(folder, 'link'))
  await writeFiles(folder, { 'mcp-lock.yaml': 'sigstore: {trustedRoot: link/new/r.json}\n' })
  await refused('good.json', 2, /FILE_REFUSED: .*link` is a symbolic link/)
  assert.deepEqual(await snapshot(elsewhere), {})
})

async function update(folder: string, repository: TufRepository, url: URL, settings: Settings = {}, ...flags: string[]) {
  await writeFiles(folder, { 'tuf-root.json': repository.root })
  return run(folder, ['trust', 'update', '--mirror', url.href, '--root', 'tuf-root.json', ...flags], settings)
}

test('trust update takes the newest root of a repository, and says where there is none', async (t) => {
  const folder = await folderWith(t)
  const repository = new TufRepository({ 'trusted_root.json': publicGoodText() })
  const url = await repository.serve(t)
  exits(await update(folder, repository, url), 0, /nothing to change/)
  assert.deepEqual(Object.keys(await snapshot(folder)), ['.mcp.json', 'tuf-root.json'])
  const newer = newerRoot()
  repository.publish({ 'trusted_root.json': newer }, { version: 2 })
  exits(await update(folder, repository, url), 2, /NO_TERMINAL/, /\+ https:\/\/log2027-1/)
  exits(await update(folder, repository, url, { answers: ['yes'] }), 0, /wrote trusted_root\.json, mcp-lock\.yaml/)
  assert.equal(await readFile(join(folder, 'trusted_root.json'), 'utf8'), newer)
  assert.equal(await readFile(join(folder, 'mcp-lock.yaml'), 'utf8'), 'sigstore:\n  trustedRoot: trusted_root.json\n')
  exits(await update(folder, repository, url), 0, /nothing to change/)
})

test('what trust update refuses, and then writes nothing', async (t) => {
  const folder = await folderWith(t, { 'tuf-root.json': '' })
  const repository = new TufRepository({ 'trusted_root.json': '{"mediaType": 1}' })
  const url = await repository.serve(t)
  const refused = async (said: RegExp, exit: number, made: ReturnType<typeof run>): Promise<void> => {
    exits(await made, exit, said)
    assert.deepEqual(Object.keys(await snapshot(folder)), ['.mcp.json', 'tuf-root.json'])
  }
  await refused(/TRUSTED_ROOT_INVALID: `trusted_root\.json` of `127\.0\.0\.1/, 4, update(folder, repository, url, {}, '--yes'))
  await refused(/TUF_INVALID/, 4, update(folder, new TufRepository({}), url, {}, '--yes'))
  const empty = new TufRepository({})
  await refused(/TUF_INVALID: .*has no `trusted_root\.json`/, 4, update(folder, empty, await empty.serve(t), {}, '--yes'))
  const stale = new TufRepository({}, { expires: { timestamp: '2020-01-01T00:00:00Z' } })
  await refused(/TUF_EXPIRED: `timestamp\.json` .*2020-01-01/, 3, update(folder, stale, await stale.serve(t), {}, '--yes'))
  await refused(/USAGE: --mirror and --root go together/, 2, run(folder, ['trust', 'update', '--mirror', url.href]))
  await refused(/USAGE: --mirror and --root go together/, 2, run(folder, ['trust', 'update', '--root', 'tuf-root.json']))
  for (const mirror of ['/srv/tuf', 'ftp://tuf.example', 'https://a:sesame@tuf.example', 'https://tuf.example/?x'])
    await refused(/USAGE: --mirror is the URL/, 2, run(folder, ['trust', 'update', '--mirror', mirror, '--root', 'tuf-root.json']))
  await refused(/FILE_UNREADABLE: there is no root `none`/, 2, run(folder, ['trust', 'update', '--mirror', url.href, '--root', 'none']))
})

test('a root of another Sigstore is none of the public good instance', () => {
  const [own, other] = [publicGoodText(), OTHER].map((text) => rootEntries(parseTrustedRoot(text)))
  assert.ok(sharesNothing(compareRoots(other ?? [], own ?? [])))
  assert.ok(!sharesNothing(compareRoots(own ?? [], rootEntries(parseTrustedRoot(newerRoot())))))
})

const SIGNING = readFileSync(new URL('../core/signing/public-good-signing.json', import.meta.url), 'utf8').replaceAll(
  'sigstore.dev',
  'sigstore.example',
)

test('a signing config comes along where it is given, and is checked', async (t) => {
  const folder = await folderWith(t, { 'given/root.json': newerRoot(), 'given/signing.json': SIGNING, 'given/bad.json': '{}' })
  const words = ['trust', 'import', 'given/root.json', '--yes', '--signing-config']
  const before = await snapshot(folder)
  exits(await run(folder, [...words, 'given/bad.json']), 2, /SIGNING_CONFIG_INVALID: `given\/bad\.json`/)
  exits(await run(folder, [...words, 'given/none.json']), 2, /FILE_UNREADABLE: there is no signing config/)
  assert.deepEqual(await snapshot(folder), before)
  exits(
    await run(folder, [...words, 'given/signing.json']),
    0,
    /to sign with: https:\/\/fulcio\.sigstore\.example\//,
    /wrote trusted_root\.json, signing_config\.json, mcp-lock\.yaml/,
  )
  const written = await snapshot(folder)
  assert.equal(written['signing_config.json'], SIGNING)
  assert.equal(written['mcp-lock.yaml'], 'sigstore:\n  trustedRoot: trusted_root.json\n  signingConfig: signing_config.json\n')
  exits(await run(folder, [...words, 'given/signing.json']), 0, /nothing to change/)
  assert.deepEqual(await snapshot(folder), written)
})

test('a mirror of its own brings its signing config, where it has one', async (t) => {
  const folder = await folderWith(t)
  const repository = new TufRepository({ 'trusted_root.json': OTHER, 'signing_config.v0.2.json': SIGNING })
  exits(
    await update(folder, repository, await repository.serve(t), {}, '--yes'),
    0,
    /wrote trusted_root\.json, signing_config\.json, mcp-lock\.yaml/,
  )
  assert.equal((await snapshot(folder))['signing_config.json'], SIGNING)
  const broken = new TufRepository({ 'trusted_root.json': OTHER, 'signing_config.v0.2.json': '{}' })
  exits(
    await update(folder, broken, await broken.serve(t), {}, '--yes'),
    2,
    /SIGNING_CONFIG_INVALID: `signing_config\.v0\.2\.json` of `127/,
  )
})
