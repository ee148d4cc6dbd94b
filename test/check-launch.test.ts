import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkLaunch } from '../core/compare/check-launch.ts'
import { artifactOf, isUnreadable } from '../core/launch/artifact.ts'
import { remoteLaunch, stdioLaunch, type Launch } from '../core/launch/launch.ts'
import type { Source, Transport } from '../core/launch/source.ts'
import { sealPin } from '../core/lock/lockfile.ts'
import { NO_POLICY, policyFor } from '../core/policy/policy.ts'

const OBSERVED = { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' } as const
const PACKAGE = { closure: `sha256:${'0'.repeat(64)}`, integrity: 'sha512-AA==', type: 'npm' } as const
const POLICY = policyFor(NO_POLICY, 's')

/** The codes of the findings where a config has a launch, and the lock the same with the package that it names. */
function findings(launch: Launch, pinned: Launch = launch): string[] {
  const named = artifactOf(pinned)
  const some = named === null ? {} : { package: { ...PACKAGE, name: named.name, version: named.range } }
  const pin = sealPin({ observed: OBSERVED, source: { ...some, launch: pinned, transport: 'stdio' }, surface: null })
  return checkLaunch([launch], null, pin, POLICY).map(({ code }) => code)
}

test('a lock whose launch starts another package than it pins, or one that it does not pin, is a finding', () => {
  const launch = stdioLaunch({ command: 'npx', args: ['a@1.0.0'] })
  const node = stdioLaunch({ command: 'node', args: ['a.js'] })
  const a = { ...PACKAGE, name: 'a', version: '1.0.0' }
  const codes = (source: Omit<Source, 'transport'>): string[] => {
    const pin = sealPin({ observed: OBSERVED, source: { ...source, transport: 'stdio' }, surface: null })
    return checkLaunch([source.launch], null, pin, POLICY).map(({ code }) => code)
  }
  assert.deepEqual(codes({ launch, package: a }), [])
  assert.deepEqual(codes({ launch }), ['PACKAGE_CHANGED'])
  assert.ok(codes({ launch, package: { ...a, name: 'b' } }).includes('PACKAGE_CHANGED'))
  assert.ok(codes({ launch, package: { ...a, version: '1.0.1' } }).includes('PACKAGE_CHANGED'))
  assert.deepEqual(codes({ launch: node, package: a }), ['PACKAGE_CHANGED'])
  const tagged = stdioLaunch({ command: 'npx', args: ['-y', 'a@latest'] })
  assert.ok(codes({ launch: tagged, package: { ...a, version: 'latest' } }).includes('PACKAGE_CHANGED'))
  assert.deepEqual(codes({ launch: node }), [])
})

test('a transport that the config names is the pinned one; one that it leaves open may be', () => {
  const launch = remoteLaunch('https://h/mcp')
  const pin = sealPin({ observed: OBSERVED, source: { launch, transport: 'sse' }, surface: null })
  const codes = (transport: Transport | null) => checkLaunch([launch], transport, pin, POLICY).map(({ code }) => code)
  assert.deepEqual(codes('streamable-http'), ['TRANSPORT_CHANGED'])
  assert.deepEqual(codes('sse'), [])
  assert.deepEqual(codes(null), [])
})

test('a package runner that is not understood is a finding, whatever the lock says', () => {
  for (const line of [
    'npx --offline x',
    'npx --registry=https://h/ x',
    'npx --registry https://h/ x',
    'npx -y --no-install x',
    'npx -c x',
    'npx ./dir',
    'npx git+https://h/a.git',
    'npx https://h/a.tgz',
    'npx a.tgz',
    'npx a@npm:b@1.0.0',
    'npx a@.',
    'npx a@.evil',
    'npx ${env:X}',
    'npx -p a -p b c',
    'npx',
    'npm exec pkg --flag',
    'npm --prefix x exec pkg',
    'npm -y x pkg',
    'pnpm --silent dlx pkg',
    'bun --bun x pkg',
    'npx -y --bun pkg@1.0.0 other',
    'npm exec --bun pkg@1.0.0 other',
    'npm exec --yes true other',
    'npx --prefer-online false other',
    'pnpm dlx -p pkg other',
    'pnpx --bun pkg other',
    'yarn dlx --bun pkg other',
    '/usr/bin/npx pkg@1.0.0',
    'tools\\bunx.exe pkg@1.0.0',
    'cmd /c npx --odd x',
    'uvx --odd pkg',
    'uvx',
    'uvx ./dir',
    'uvx git+https://h/a.git',
    'uvx --from git+https://h/a.git a',
    'uvx --from a.whl a',
    'uvx --from a --from b c',
    'uvx --from a ./b',
    'uvx pkg@main',
    'uvx --index https://u:p@h/ a',
    'uvx --with ./local a',
    'uv --quiet tool run a',
    'pipx run --pip-args=-v a',
    'pipx run a@1.0',
    'pipx run --spec a@1.0 a',
    'uvx --with b@1.0 a',
    '/usr/bin/uvx a==1.0',
  ]) {
    const [command = '', ...args] = line.split(' ')
    const launch = stdioLaunch({ command, args })
    assert.ok(isUnreadable(launch), line)
    assert.deepEqual(findings(launch), ['LAUNCH_UNREADABLE'], line)
  }
})

test('what is no package runner, or one that is understood, is not', () => {
  for (const line of [
    'npx -y -q --silent --prefer-offline x@1.0.0 --offline',
    'npx -p x@1.0.0 y --flag',
    'npx --package=x@1.0.0 y',
    'npm exec -- pkg@1.0.0 --flag',
    'bunx --bun x@1.0.0',
    'uv run server.py',
    'uvx python@3.12 server.py',
    'pipx list',
    'npm start',
    'npm run x',
    'bun --watch server.ts',
    'yarn start',
    'node npx',
    './npxy x',
  ]) {
    const [command = '', ...args] = line.split(' ')
    const launch = stdioLaunch({ command, args })
    assert.ok(!isUnreadable(launch), line)
    assert.deepEqual(findings(launch), [], line)
  }
  assert.ok(!isUnreadable({ url: 'https://h/' }))
})

test('a value of a variable that chooses code is part of the launch', () => {
  const launch = (value?: string): Launch =>
    stdioLaunch({
      command: 'node',
      args: [],
      env: ['NODE_OPTIONS'],
      ...(value === undefined ? {} : { envValues: { NODE_OPTIONS: value } }),
    })
  assert.deepEqual(launch('a'), { args: [], command: 'node', env: ['NODE_OPTIONS'], envValues: { NODE_OPTIONS: 'a' } })
  assert.deepEqual(findings(launch('a'), launch('a')), [])
  for (const [now, before] of [
    ['a', 'b'],
    ['a', undefined],
    [undefined, 'a'],
  ] as const)
    assert.deepEqual(findings(launch(now), launch(before)), ['LAUNCH_CHANGED'])
})
