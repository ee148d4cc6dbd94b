import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { compareRoots, rootEntries } from '../core/signing/root-entries.ts'
import { parseTrustedRoot, publicGood, publicGoodText } from '../core/signing/trusted-root.ts'
import { changeLines } from '../cli/report/root-lines.ts'
import { exits, run, temporary, writeFiles } from './world.ts'

type Shown = {
  readonly repository: object
  readonly thresholds: object
  readonly signers: readonly { readonly trigger?: readonly string[] }[]
  readonly trustedRoot: { readonly from: string; readonly file: string; readonly tlogs: readonly { readonly url: string }[] }
}
type Logs = { baseUrl: string; publicKey: { validFor: { end?: string } } }[]

const now = Date.UTC(2026, 10, 26)
const key = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()

test('trust show says who may sign, and what the embedded root names since when', async (t) => {
  const folder = await temporary(t)
  await writeFiles(folder, { '.mcp.json': '{"mcpServers": {}}' })
  const { stdout } = exits(await run(folder, ['trust', 'show'], { now }), 0)
  for (const words of [
    /^repository: none in mcp-lock\.yaml$/m,
    /^signers: none, so the lock may be unsigned → mcp-lock trust add$/m,
    /^trusted root: the public good instance's, as in mcp-lock /m,
    /^ {2}sha256:6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66$/m,
    /fulcio\.sigstore\.dev {2}sigstore \(sigstore\.dev\)\n +from 2021-03-07 to 2022-12-31, ended$/m,
    /log2025-1\.rekor\.sigstore\.dev {2}ED25519\n +from 2025-09-23\n +zxGZFVvd0FEmjR8WrFwMdcAJ9vtaY\/QXf44Y1wUeP6A=$/m,
  ])
    assert.match(stdout, words)
  assert.match((await run(folder, ['trust', 'show'], { now: Date.UTC(2021, 1) })).stdout, /from 2025-09-23, not yet/)
})

test('trust show says the signers of the policy and the file that its root comes from', async (t) => {
  const folder = await temporary(t)
  const hostile = publicGoodText().replace('https://rekor.', 'https://\u202erekor.')
  await writeFiles(folder, {
    'mcp-lock.yaml': `repository: {uri: https://github.com/acme/tools, id: "7"}\nsigners:\n  - key: ${JSON.stringify(key)}\n  - {github: acme/tools, workflow: .github/workflows/x.yml, ref: refs/heads/main, trigger: [push]}\nsigstore:\n  trustedRoot: roots/r.json\n  thresholds: {log: 0}\n`,
    'roots/r.json': hostile,
    'other.json': '{}',
  })
  const { stdout } = exits(
    await run(folder, ['trust', 'show']),
    0,
    /^trusted root: roots\/r\.json, by mcp-lock\.yaml$/m,
    /publicKey: sha256:/,
    /github\.com\/acme\/tools \(id 7\)/,
  )
  assert.match(stdout, /log entries: 0\n {2}timestamps: 1 of a certificate, 0 of a key/)
  assert.match(stdout, /https:\/\/<U\+202E>rekor\./)
  const json = exits(await run(folder, ['trust', 'show', '--format', 'json']), 0).stdout
  assert.ok(!json.includes('\u202e'))
  const { trustedRoot, signers, repository, thresholds } = JSON.parse(json) as Shown
  assert.deepEqual(
    [repository, thresholds, signers.length, signers[1]?.trigger],
    [{ uri: 'https://github.com/acme/tools', id: '7' }, { log: 0 }, 2, ['push']],
  )
  assert.deepEqual(
    [trustedRoot.from, trustedRoot.file, trustedRoot.tlogs[0]?.url],
    ['policy', 'roots/r.json', 'https://\u202erekor.sigstore.dev'],
  )
  exits(await run(folder, ['trust', 'show', '--trusted-root', 'other.json']), 4, /TRUSTED_ROOT_INVALID: `.*other\.json`/)
  exits(await run(folder, ['trust', 'show', '--trusted-root', 'none.json']), 2, /FILE_UNREADABLE: there is no trusted root/)
})

test('two roots are compared entry by entry, by role and keys', () => {
  const changed = JSON.parse(publicGoodText()) as { readonly tlogs: Logs; readonly ctlogs: Logs }
  changed.tlogs.shift()
  const [log] = changed.tlogs
  assert.ok(log !== undefined)
  log.publicKey.validFor.end = '2026-01-01T00:00:00Z'
  changed.ctlogs.push({ ...log, baseUrl: 'https://ct.example' })
  const changes = compareRoots(rootEntries(publicGood()), rootEntries(parseTrustedRoot(JSON.stringify(changed))))
  assert.deepEqual(
    changes.filter(({ kind }) => kind !== 'same').map(({ kind, entry }) => `${kind} ${entry.role} ${entry.url}`),
    ['changed tlogs https://log2025-1.rekor.sigstore.dev', 'added ctlogs https://ct.example', 'removed tlogs https://rekor.sigstore.dev'],
  )
  const lines = changeLines(changes, now)
  for (const line of [
    '~ https://log2025-1.rekor.sigstore.dev  ED25519',
    '    from 2025-09-23 to 2026-01-01, ended; was from 2025-09-23',
    '+ https://ct.example  ED25519',
    '- https://rekor.sigstore.dev  ECDSA_P256_SHA_256',
  ])
    assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`)
})
