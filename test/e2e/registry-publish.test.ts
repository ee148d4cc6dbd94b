/** The commands that write to a registry, over sockets, signed by a Sigstore on the loopback and by keys. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { canonicalize } from '../../core/json/digest.ts'
import type { JsonObject } from '../../core/json/json.ts'
import { formatLock } from '../../core/lock/lockfile.ts'
import { lockOf, packagePin } from '../pins.ts'
import { exits, writeFiles } from '../world.ts'
import { makeTeam, type Team } from './mcp-registry.ts'
import { Registry } from './registry.ts'
import { listen, serving } from './remote.ts'

/** A lock with one package at a version, and its closure. */
function locked(version: string): { [path: string]: string } {
  const { pin, closure } = packagePin(version)
  const beside = Object.entries(closure).map(([file, text]) => [`mcp.lock.d/notes/${file}`, text])
  return { 'mcp.lock': formatLock(lockOf({ notes: pin })), ...Object.fromEntries(beside) }
}

const OURS = 'io.github.acme/notes'

function job(team: Team, claims: object = {}): { readonly token: string } {
  return { token: team.sigstore.issuers.ci.token({ ...claims }) }
}

async function versions(
  team: Team,
  name: string,
): Promise<readonly { version: string; approvals: unknown[]; revoked: unknown; paused: unknown }[]> {
  const answer = await fetch(`${team.url}/v1/servers/${encodeURIComponent(name)}/versions`)
  return ((await answer.json()) as { versions: [] }).versions
}

test('a job of GitHub publishes as the author; people approve, withdraw, revoke, pause, resume', async (t) => {
  const team = await makeTeam(t, locked('1.0.0'))
  const { run, sigstore } = team
  const published = exits(
    await run(`publish ${OURS} --from-lock notes --yes`, job(team)),
    0,
    /about to publish io\.github\.acme\/notes@1\.0\.0: npm notes@1\.0\.0, 1 definition, .* as its author/,
    /cannot be removed/,
    /the manifest and the list of its packages become public there too/,
    /accepted: record 0 of registry\.example\/log, proven in its log of 1/,
  )
  assert.match(published.stderr, /lock\.yml@refs\/heads\/main/)
  const asked = sigstore.requests.length
  exits(await run(`publish ${OURS} --from-lock notes --yes`, job(team)), 0, /so already, by record 0/)
  assert.equal(sigstore.requests.length, asked, 'nobody is asked to sign again')

  exits(await run(`approve ${OURS}@1.0.0 --yes`, 'alice'), 0, /tools\/note/, /accepted: record 1/)
  const person = { token: sigstore.issuers.user.token() }
  exits(await run(`approve ${OURS}@1.0.0 --yes --expires 90d`, person), 0, /until 20/, /accepted: record 2/)
  assert.equal((await versions(team, OURS))[0]?.approvals.length, 2)
  exits(await run(`withdraw ${OURS}@1.0.0 --yes`, 'alice'), 0, /no longer counts/)
  exits(await run(`withdraw ${OURS}@1.0.0 --yes`, 'alice'), 0, /nothing to do/)

  await writeFiles(team.repository.folder, locked('1.1.0'))
  exits(await run(`publish ${OURS} --from-lock notes --yes`, job(team)), 0, /@1\.1\.0/)
  exits(await run(`approve ${OURS}@1.1.0 --yes`, 'alice'), 0, /1\.0\.0 → 1\.1\.0/)
  exits(await run('pause --all --yes', 'admin'), 0, /every client refuses everything/, /mcp-lock resume --all/)
  assert.notEqual((await versions(team, OURS))[0]?.paused, null)
  exits(await run('resume --all --yes', 'admin'), 0)
  exits(await run(`deprecate ${OURS}@1.0.0 --reason superseded --text newer --yes`, job(team)), 0)
  exits(await run(`revoke ${OURS}@1.1.0 --reason malicious --text reads-keys --yes`, job(team)), 0, /for good/)
  const [first, second] = await versions(team, OURS)
  assert.equal(first?.revoked, null)
  assert.deepEqual(second?.revoked, { index: 9, reason: { code: 'malicious', text: 'reads-keys' } })
})

test('whom the rules do not let publish signs nothing', async (t) => {
  const team = await makeTeam(t, locked('1.0.0'))
  const { run, sigstore } = team
  const other = 'evil/tools/.github/workflows/lock.yml@refs/heads/main'
  const stranger = {
    sub: 'repo:evil/tools:ref:refs/heads/main',
    repository: 'evil/tools',
    repository_id: '66',
    repository_owner: 'evil',
    repository_owner_id: '666',
    workflow_ref: other,
    job_workflow_ref: other,
  }
  exits(
    await run(`publish ${OURS} --from-lock notes --yes`, job(team, stranger)),
    4,
    /PUBLISHER_UNKNOWN/,
    /the signer is of https:\/\/github\.com\/evil/,
  )
  exits(
    await run(`publish ${OURS} --from-lock notes --yes`, job(team, { event_name: 'pull_request' })),
    4,
    /PUBLISHER_UNKNOWN/,
    /pull_request/,
  )
  exits(await run(`publish ${OURS} --from-lock notes --yes`, job(team, { ref: 'refs/heads/other' })), 4, /PUBLISHER_UNKNOWN/)
  exits(await run(`publish ${OURS} --from-lock notes --yes`, 'observer'), 4, /PUBLISHER_UNKNOWN/)
  exits(await run(`publish com.acme/notes --from-lock notes --yes`, job(team)), 4, /PUBLISHER_UNKNOWN/)
  const gitlab = { token: sigstore.issuers.gitlab.token() }
  exits(await run(`publish ${OURS} --from-lock notes --yes`, gitlab), 4, /ISSUER_UNTRUSTED/)
  exits(await run('pause --all --yes', 'alice'), 4, /ADMIN_REQUIRED/)
  assert.deepEqual(sigstore.requests, [], 'no certificate, no entry of a log')
  // The name belongs to a repository from its first publication on.
  exits(await run(`publish ${OURS} --from-lock notes --yes`, job(team)), 0)
  await writeFiles(team.repository.folder, locked('1.1.0'))
  const renamed = { repository_owner_id: '8', repository_id: '43' }
  exits(await run(`publish ${OURS} --from-lock notes --yes`, job(team, renamed)), 4, /OWNER_CHANGED/)
  exits(await run(`transfer ${OURS}`, 'admin', { answers: ['y'] }), 1, /DECLINED/, /type io\.github\.acme\/notes/)
  exits(await run(`transfer ${OURS}`, 'admin', { answers: [OURS] }), 0, /whoever publishes/)
  exits(await run(`publish ${OURS} --from-lock notes --yes`, job(team, renamed)), 0)
})

test('an observer lists what is listed for the occasion: a package, an address; never a program of the repository', async (t) => {
  await using packages = await startPackages()
  const program = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')
  const team = await makeTeam(t)
  const { folder } = team.repository
  const env = { XDG_CACHE_HOME: join(folder, '../cache'), npm_config_cache: join(folder, '../npm'), npm_config_registry: packages.url }
  const run = (line: string) => team.run(line, 'observer', { env })
  exits(await run('publish com.acme/notes --yes -- npx -y notes'), 0, /2 definitions/, /as an observer/)
  assert.deepEqual(
    (await versions(team, 'com.acme/notes')).map(({ version }) => version),
    ['2.0.0'],
  )
  await writeFiles(folder, {
    'server.json': JSON.stringify({
      name: 'com.acme/described',
      description: 'Keeps notes.',
      version: '2.0.0',
      packages: [{ registryType: 'npm', identifier: 'notes', version: '2.0.0', transport: { type: 'stdio' } }],
    }),
  })
  exits(await run('publish --server-json server.json --yes'), 0, /! com\.acme\/notes serves the same tools\/first and 1 more/)
  exits(await run('publish com.acme/described --server-json server.json --yes -- npx -y notes@2.0.0 more'), 4, /VERSION_TAKEN/)
  const host = await listen(t, createServer(serving(() => [{ name: 'remote', description: 'A tool.', inputSchema: { type: 'object' } }])))
  exits(await run(`publish com.acme/remote --url http://${host}/mcp --yes`), 2, /which version/)
  exits(await run(`publish com.acme/remote@1.0.0 --url http://${host}/mcp --yes`), 0)
  await writeFiles(folder, { 'own.cjs': program, 'package.json': '{"name":"own","version":"1.0.0"}' })
  exits(await run('publish com.acme/own@1.0.0 --yes -- node ./own.cjs'), 2, /NOT_PORTABLE/)
})

test('an author signs a manifest for any registry, and sends it another day', async (t) => {
  const team = await makeTeam(t, locked('1.0.0'))
  const { run, repository } = team
  const { manifest } = JSON.parse((await run(`publish ${OURS} --from-lock notes --dry-run`, job(team))).stdout) as { manifest: JsonObject }
  await repository.write({ 'notes.json': canonicalize(manifest) })
  exits(await run('sign notes.json --yes', job(team)), 0, /as its author, for any registry/, /wrote notes\.json\.sigstore\.json/)
  exits(await run('publish --statement notes.json.sigstore.json'), 2, /NO_TERMINAL/)
  exits(await run('publish --statement notes.json.sigstore.json --yes'), 0, /about to send/, /accepted: record 0/)
  exits(await run('publish --statement notes.json.sigstore.json --yes'), 0, /there already: record 0/)
  await repository.write({ 'notes.json': canonicalize({ ...manifest, version: '1.0.1' }) })
  exits(await run('publish --statement notes.json.sigstore.json --yes'), 4, /MANIFEST_MISMATCH/)
})

test('a manifest is revoked by its digest, a signer by its key', async (t) => {
  const team = await makeTeam(t, locked('1.0.0'))
  const { run } = team
  const { statement } = JSON.parse((await run('publish com.acme/notes --from-lock notes --dry-run', 'observer')).stdout) as {
    statement: { subject: [{ digest: { sha256: string } }] }
  }
  exits(await run('publish com.acme/notes --from-lock notes --yes', 'observer'), 0)
  const digest = `sha256:${statement.subject[0].digest.sha256}`
  exits(await run(`revoke --digest sha256:${'0'.repeat(64)} --reason malicious --yes`, 'admin'), 4, /NOT_LISTED/)
  exits(await run(`revoke --digest ${digest} --reason malicious --yes`, 'observer'), 0, /refuses com\.acme\/notes@1\.0\.0/)
  const [one] = await versions(team, 'com.acme/notes')
  assert.notEqual(one?.revoked, null)
  const key = /the key (sha256:[0-9a-f]{64})/.exec(
    (await run('publish com.acme/notes@2.0.0 --from-lock notes --dry-run', 'observer')).stderr,
  )?.[1]
  exits(await run(`revoke --signer ${key} --reason compromised --yes`, 'observer'), 4, /ADMIN_REQUIRED/)
  exits(await run(`revoke --signer ${key} --reason compromised`, 'admin', { answers: ['signer'] }), 0, /from record 0 on/)
  exits(await run('publish com.acme/notes@2.0.0 --from-lock notes --yes', 'observer'), 4, /SIGNER_REVOKED/)
})

test('a server.json is listed and signed for any registry', async (t) => {
  await using packages = await startPackages()
  const team = await makeTeam(t)
  const { folder } = team.repository
  const env = { XDG_CACHE_HOME: join(folder, '../cache'), npm_config_cache: join(folder, '../npm'), npm_config_registry: packages.url }
  const entry = { registryType: 'npm', identifier: 'notes', version: '2.0.0', transport: { type: 'stdio' } }
  await writeFiles(folder, { 'server.json': JSON.stringify({ name: OURS, version: '2.0.0', description: 'Notes.', packages: [entry] }) })
  exits(
    await team.run('sign server.json --yes', job(team), { env }),
    0,
    /wrote server\.manifest\.json: /,
    /server\.manifest\.json\.sigstore\.json/,
  )
  exits(await team.run('publish --statement server.manifest.json.sigstore.json --yes'), 0, /accepted: record 0/)
})

/** An npm registry with one package. */
async function startPackages(): Promise<{ readonly url: string } & AsyncDisposable> {
  const packages = await Registry.start()
  const program = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')
  packages.publish({ name: 'notes', version: '2.0.0', bin: 'server.js' }, { 'server.js': program })
  return { url: packages.url, [Symbol.asyncDispose]: () => Promise.resolve(packages.close()) }
}

test('nobody signs over a log that is shorter than what was seen of it', async (t) => {
  const team = await makeTeam(t, locked('1.0.0'))
  const { folder } = team.repository
  const env = { XDG_STATE_HOME: join(folder, '../state') }
  exits(await team.run('publish com.acme/notes --from-lock notes --yes', 'observer', { env }), 0)
  exits(await team.run('registry verify-log', undefined, { env }), 0)
  exits(await team.run('registry show com.acme/notes@1.0.0', undefined, { env }), 4, /APPROVALS_MISSING|not approved/)
  exits(await team.run('pause --all --yes', 'admin', { env }), 0)
  exits(await team.run('registry show com.acme/notes@1.0.0', undefined, { env }), 4)
  team.forget()
  exits(await team.run('resume --all --yes', 'admin', { env }), 4, /LOG_ROLLED_BACK/)
})

test('no output holds a token or a key', async (t) => {
  const team = await makeTeam(t, locked('1.0.0'))
  const results = [
    await team.run(`publish ${OURS} --from-lock notes --yes`, job(team)),
    await team.run(`publish ${OURS} --from-lock notes --yes`, { token: 'not.a.token' }),
    await team.run(`approve ${OURS}@1.0.0 --yes`, 'alice'),
  ]
  const keys = await readFile(join(team.repository.folder, 'alice.pem'), 'utf8')
  const secrets = [...team.secrets.flatMap((token) => token.split('.')), ...keys.split('\n').slice(1, 2)].filter((one) => one.length > 8)
  assert.ok(secrets.length > 3)
  for (const { stdout, stderr } of results) for (const secret of secrets) assert.ok(!`${stdout}${stderr}`.includes(secret))
})
