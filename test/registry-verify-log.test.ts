/** Walking a log: what it holds, what it hides, and what no honest registry would have in it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { NO_POLICY } from '../core/policy/policy.ts'
import { formatEntries, formatManifest, manifestDigest, parseTilePath, type Manifest, type Status } from '../core/registry/index.ts'
import type { Registry } from '../cli/registry/open-registry.ts'
import { watchLog } from '../cli/registry/log-watch.ts'
import { memoryOf } from '../cli/registry/memory.ts'
import { verifyLog } from '../cli/registry/verify-log.ts'
import { apiOf } from './registry-client.ts'
import { admin, alice, control, manifestOf, NAME, newKey, publication, type Requests } from './registry-fixtures.ts'
import { liar, NOW, policy, statusOf, statusText, trustOf, type Liar } from './registry-liar.ts'
import { temporary } from './world.ts'

const manifest = manifestOf()
const digest = manifestDigest(formatManifest(manifest))
const target = { kind: 'manifest', name: NAME, version: '1.0.0', digest } as const
const others = [manifestOf('com.acme/other'), manifestOf(NAME, '1.0.1'), manifestOf('com.other/notes')]

type Lies = {
  readonly status?: Partial<Status>
  readonly records?: (records: Buffer[]) => Buffer[]
  readonly manifests?: readonly Manifest[]
}

/** A whole registry out of one that lies. */
function serving(lie: Liar, { status = {}, records = (all) => all, manifests = [manifest, ...others] }: Lies = {}): Requests {
  const { statements } = lie.serve(manifest)
  return (path) => {
    const parsed = parseTilePath(path.replace('/log/', ''))
    const [, , kind, wanted = ''] = path.split('/').map(decodeURIComponent)
    if (path === '/log/checkpoint') return Promise.resolve(new Response(lie.checkpoint()))
    if (parsed?.kind === 'entries')
      return Promise.resolve(new Response(formatEntries(records(statements.map(({ record }) => Buffer.from(record))))))
    if (kind === 'bundles') return Promise.resolve(new Response(statements.find(({ record }) => record.includes(wanted))?.bundle))
    if (kind === 'manifests') {
      const found = manifests.map(formatManifest).find((bytes) => manifestDigest(bytes) === wanted)
      return Promise.resolve(found === undefined ? new Response('', { status: 404 }) : new Response(found))
    }
    return Promise.resolve(new Response(statusText({ log: lie.seen(), ...status })))
  }
}

async function walk(folder: string, requests: Requests): Promise<string> {
  const [trust, api] = [trustOf(), apiOf(requests)]
  const memory = memoryOf(trust, { env: { HOME: folder }, platform: 'linux' })
  const world = { now: () => NOW, stderr: () => {} }
  const watch = watchLog(trust, memory, (tile) => api.tile(tile), world)
  const registry: Registry = { api, trust, memory, watch, policy: { ...NO_POLICY, registry: policy }, now: () => NOW }
  try {
    const { size, counted, ignored, findings } = await verifyLog(registry, () => {})
    return [`${size} ${counted} ${ignored}`, ...findings.map(({ code }) => code)].join(' ')
  } catch (error) {
    if (error instanceof LockError) return `!${error.code}`
    throw error
  }
}

const stranger = newKey()

function log(): Liar {
  const lie = liar(stranger).add(publication(manifest))
  lie.add(control({ seen: lie.seen(), action: 'approve', target }, alice))
  lie.add(publication(others[0] ?? manifest), publication(others[1] ?? manifest))
  return lie.add(publication(others[2] ?? manifest, stranger))
}

test('a log that holds is walked to its end, whoever does not count', async (t) => {
  assert.equal(await walk(await temporary(t), serving(log())), '5 4 1')
  assert.equal(await walk(await temporary(t), serving(liar())), '0 0 0')
})

test('what the log revokes or pauses stands in the status', async (t) => {
  const lie = log()
  lie.add(control({ seen: lie.seen(), action: 'revoke', target }, admin))
  lie.add(control({ seen: lie.seen(), action: 'pause', target: { kind: 'all' } }, admin))
  const { revoked } = statusOf()
  const whole = {
    revoked: { ...revoked, manifests: { [digest]: { index: 5, code: 'policy' } } },
    paused: [{ target: { kind: 'all' }, index: 6 }],
  } as const
  assert.equal(await walk(await temporary(t), serving(lie, { status: whole })), '7 6 1')
  assert.equal(await walk(await temporary(t), serving(lie)), '7 6 1 STATUS_INVALID STATUS_INVALID')
  assert.equal(await walk(await temporary(t), serving(lie, { status: { ...whole, paused: [] } })), '7 6 1 STATUS_INVALID')
})

test('records that do not make the root, or are of other statements, are refused', async (t) => {
  const cases: readonly (readonly [code: string, lies: Lies])[] = [
    ['!LOG_MALFORMED', { records: (all) => all.toReversed() }],
    ['!LOG_MALFORMED', { records: (all) => all.slice(1) }],
    ['!RECORD_INVALID', { records: (all) => all.map((one, i) => (i === 0 ? Buffer.from('{}') : one)) }],
    [
      '!RECORD_INVALID',
      { records: (all) => all.map((one, i) => (i === 0 ? Buffer.from(one.toString().replace(NAME, 'com.acme/mine')) : one)) },
    ],
    ['!MCP_REGISTRY_UNREACHABLE', { manifests: [] }],
  ]
  for (const [code, lies] of cases) assert.equal(await walk(await temporary(t), serving(log(), lies)), code)
})

test('what no honest registry accepts is found wherever it stands', async (t) => {
  const lie = log()
  const old = control({ seen: lie.seen(), action: 'resume', target: { kind: 'all' } }, admin)
  lie.add(control({ seen: lie.seen(), action: 'pause', target: { kind: 'all' } }, admin), old)
  const paused = { paused: [{ target: { kind: 'all' }, index: 5 }] } as const
  assert.equal(await walk(await temporary(t), serving(lie, { status: paused })), '7 5 1 CONTROL_REPLAYED')
  const changed = log().add(publication(manifestOf(NAME, '1.0.0', 'Deletes every note')))
  const manifests = [manifest, ...others, manifestOf(NAME, '1.0.0', 'Deletes every note')]
  assert.equal(await walk(await temporary(t), serving(changed, { manifests })), '6 4 1 VERSION_TAKEN')
})

test('a log that was seen longer, or otherwise, is refused here too', async (t) => {
  const folder = await temporary(t)
  assert.equal(await walk(folder, serving(log())), '5 4 1')
  const shorter = liar().add(publication(manifest))
  assert.equal(await walk(folder, serving(shorter)), '!LOG_ROLLED_BACK')
  assert.equal(await walk(folder, serving(log())), '!LOG_ROLLED_BACK')
})
