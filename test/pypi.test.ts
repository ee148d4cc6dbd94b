/** Python packages: what a launch names, and the closure beside the lock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allows, artifactOf, floats, withVersion } from '../core/launch/artifact.ts'
import { sha256 } from '../core/json/digest.ts'
import { isRemote, stdioLaunch } from '../core/launch/launch.ts'
import { formatRequirements, isRequirementsOf, readRequirements } from '../core/packages/requirements.ts'
import { pythonEnvironment } from '../cli/sources/pypi/environment.ts'
import { indexesOf, pythonOf, requirementsOf } from '../cli/sources/pypi/options.ts'

function launch(line: string) {
  const [command = '', ...args] = line.split(' ')
  return stdioLaunch({ command, args })
}

function named(line: string) {
  const artifact = artifactOf(launch(line))
  assert.ok(artifact, line)
  return artifact
}

test('Python launches: package, version, program, arguments', () => {
  const cases: readonly (readonly [line: string, name: string, range: string, bin: string, args: string])[] = [
    ['uvx mcp-server-git --repository .', 'mcp-server-git', '', 'mcp-server-git', '--repository .'],
    ['uvx mcp_server.git@1.2', 'mcp-server-git', '1.2', 'mcp_server.git', ''],
    ['uvx git==1.2.3 -v', 'git', '1.2.3', 'git', '-v'],
    ['uvx git@latest', 'git', 'latest', 'git', ''],
    ['uvx git>=1,<2', 'git', '>=1,<2', 'git', ''],
    ['uvx git==1.*', 'git', '==1.*', 'git', ''],
    ['uvx --from a[cli]==1.0 b c', 'a', '1.0', 'b', 'c'],
    ['uvx --from=a b', 'a', '', 'b', ''],
    ['uv tool run -q a', 'a', '', 'a', ''],
    ['uvx -p 3.12 --with b a', 'a', '', 'a', ''],
    ['pipx run a==2 x', 'a', '2', 'a', 'x'],
    ['pipx run --spec A.b~=2.0 c', 'a-b', '~=2.0', 'c', ''],
  ]
  for (const [line, name, range, bin, args] of cases) {
    const found = named(line)
    assert.deepEqual([found.type, found.name, found.range, found.bin, found.args.join(' ')], ['pypi', name, range, bin, args], line)
  }
})

test('a folder that looks like a version is no version (PEP 508)', () => {
  const read = (...args: string[]) => artifactOf(stdioLaunch({ command: 'uvx', args }))
  for (const spec of ['a @ 1.0', 'a @1.0', 'a@ 1.0', 'a[x] @ 1.0', 'a @ latest']) {
    assert.equal(read(spec), null, spec)
    assert.equal(read('--from', spec, 'a'), null, spec)
  }
  assert.equal(read('--with', 'b@1.0', 'a'), null)
  assert.equal(read('a@1.0')?.range, '1.0')
  assert.equal(read('--from', 'a@1.0', 'a')?.range, '1.0')
})

test('Python launches at an exact version', () => {
  const pinned = (line: string): string => {
    const from = launch(line)
    if (isRemote(from)) throw new Error(line)
    return withVersion(from, named(line), '1.2.3').args.join(' ')
  }
  assert.equal(pinned('uvx -q a@latest x'), '-q a@1.2.3 x')
  assert.equal(pinned('uvx a>=1'), 'a@1.2.3')
  assert.equal(pinned('uvx a[b]'), 'a[b]==1.2.3')
  assert.equal(pinned('uvx --from A_b[c]>=1 d'), '--from A_b[c]==1.2.3 d')
  assert.equal(pinned('uvx --from=a d'), '--from=a==1.2.3 d')
  assert.equal(pinned('pipx run a x'), 'run a==1.2.3 x')
  for (const line of ['uvx a@1.2.3', 'uvx a==1.2.3', 'uvx a']) assert.equal(pinned(line), 'a@1.2.3')
})

test('which versions a Python launch allows (PEP 440)', () => {
  const floating = ['a', 'a@latest', 'a>=1', 'a==1.*', 'a~=1.2'].map((spec) => floats(named(`uvx ${spec}`)))
  assert.deepEqual(new Set(floating), new Set([true]))
  assert.ok(!floats(named('uvx a@1.2.3')) && !floats(named('pipx run a==1!2.0rc1')))
  const allowed = (spec: string, version: string): boolean => allows(named(`uvx ${spec}`), version)
  assert.ok(
    allowed('a', '1') && allowed('a@latest', '1') && allowed('a==1.0', '1.0.0') && allowed('a>=1,<2', '1.9rc1') && allowed('a==1.*', '1.4'),
  )
  assert.ok(!allowed('a==1.0', '1.0.1') && !allowed('a>=1,<2', '2.0') && !allowed('a==1.*', '2.0') && !allowed('a~=1.2', '2.0'))
})

test('options of the runner become those of uv and pip', () => {
  const artifact = named('uvx -p cpython@3.12 --with b==1 --with c>=2 -i https://h/simple --index own=https://i/simple --from a[x]>=1 d')
  assert.equal(pythonOf(artifact), '3.12')
  assert.deepEqual(requirementsOf(artifact), ['a[x]>=1', 'b==1', 'c>=2'])
  assert.deepEqual(indexesOf(artifact, 'uv'), ['--index-url', 'https://h/simple', '--index', 'own=https://i/simple'])
  assert.deepEqual(indexesOf(artifact, 'pip'), ['--index-url', 'https://h/simple', '--extra-index-url', 'https://i/simple'])
  assert.deepEqual(requirementsOf(named('uvx a@1.0')), ['a==1.0'])
  assert.deepEqual(requirementsOf(named('uvx a@latest')), ['a'])
})

test('uv and pip get the configuration of indexes, and nothing that installs elsewhere or otherwise', () => {
  const given = { UV_INDEX_URL: 'u', UV_INDEX_OWN_PASSWORD: 'p', PIP_INDEX_URL: 'i', HTTPS_PROXY: 'h', HOME: '/h', PATH: '/bin' }
  const kept = {
    PIP_TARGET: 't',
    UV_CONSTRAINT: 'c',
    UV_NO_BINARY: '1',
    PYTHONPATH: 'x',
    VIRTUAL_ENV: 'v',
    GITHUB_TOKEN: 's',
    UV_FIND_LINKS: 'f',
  }
  assert.deepEqual(pythonEnvironment({ ...given, ...kept }), given)
})

const HASH = (digit: string) => `sha256:${digit.repeat(64)}` as const
const ENTRY = { name: 'b', version: '1.0', marker: "sys_platform == 'win32'", hashes: [HASH('2'), HASH('1'), HASH('1')] }

test('requirements are written sorted, each hash once, and read back', () => {
  const text = formatRequirements({ only: null, entries: [ENTRY, { name: 'a', version: '2', marker: '', hashes: [HASH('0')] }] })
  const wanted = `a==2 \\\n    --hash=${HASH('0')}\nb==1.0 ; sys_platform == 'win32' \\\n    --hash=${HASH('1')} \\\n    --hash=${HASH('2')}\n`
  assert.equal(text, wanted)
  assert.deepEqual(readRequirements(text)?.entries[1], { ...ENTRY, hashes: [HASH('1'), HASH('2')] })
  const only = formatRequirements({ only: 'linux-x64, Python 3.12', entries: [ENTRY] })
  assert.ok(only.startsWith('# only for linux-x64, Python 3.12\nb==1.0'))
  assert.equal(readRequirements(only)?.only, 'linux-x64, Python 3.12')
})

test('a requirements file that says anything else is none', () => {
  const good = `a==2 \\\n    --hash=${HASH('0')}\n`
  assert.ok(readRequirements(good))
  const bad = [
    '',
    '\n',
    good.slice(0, -1),
    `--index-url https://h/\n${good}`,
    `${good}--extra-index-url https://h/\n`,
    `-r other.txt\n${good}`,
    `# a comment\n${good}`,
    good.replace('==2', '>=2'),
    good.replace('==2', '==2 ; os_name --index-url https://h/'),
    good.replace('a==2', 'a @ https://h/a.whl'),
    good.replace('a==2', 'A==2'),
    'a==2\n',
    'a==2 \\\n',
    good.replace('--hash', '--config-settings=x --hash'),
    good.replace('sha256', 'md5'),
    `${good}    --hash=${HASH('1')}\n`,
    good.replace('\n    --hash', ' --hash'),
    `${good.slice(0, -1)} \\\n${good}`,
    good.replaceAll('\n', '\r\n'),
  ]
  for (const text of bad) assert.equal(readRequirements(text), null, text)
})

test('the closure is that of the pin: its bytes, its layout, its package at its version everywhere', () => {
  const a = { name: 'a', version: '2', marker: '', hashes: [HASH('0')] }
  const text = formatRequirements({ only: null, entries: [a, ENTRY] })
  const holds = (other: string, pin: object = {}): boolean =>
    isRequirementsOf({ closure: sha256(other), name: 'a', type: 'pypi', version: '2', ...pin }, other)
  assert.ok(holds(text))
  assert.ok(!holds(text, { closure: HASH('9') }))
  assert.ok(!holds(text, { version: '2.0' }))
  assert.ok(!holds(text, { name: 'c' }))
  assert.ok(!holds(text, { name: 'b', version: '1.0' }), 'only on Windows')
  const [first = '', ...rest] = text.split(/(?<=\n)(?=\w)/)
  assert.ok(!holds(rest.join('') + first), 'another order')
  assert.ok(!holds(formatRequirements({ only: null, entries: [a, { ...a, version: '3', marker: "os_name == 'nt'" }] })))
})
