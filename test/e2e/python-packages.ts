/** What holds for `pin` and `verify` of Python packages, with the machine's uv or pip and an index on the loopback. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { sha256 } from '../../core/json/digest.ts'
import { formatLock, sealPin } from '../../core/lock/lockfile.ts'
import { writeFiles, exits, lockIn, run, temporary, type Run } from '../world.ts'
import { PythonIndex, type Release } from './python-index.ts'

const hasUv = spawnSync('uv', ['--version']).status === 0
const python = spawnSync('python3', ['-c', 'import pip, venv, sys; print(sys.executable)'], { encoding: 'utf8' })

/** Why a tool cannot be tried, or false. */
export const PYTHON_MISSING = {
  uv: hasUv ? false : 'uv is not installed',
  pip: python.status === 0 ? false : 'python3 with pip and venv is not installed',
} as const

let index: PythonIndex
let home: string

/** A server whose tool is described by its package's version, those of its dependencies, and its arguments. */
export function serverOf(name: string, version: string, more: Partial<Release> = {}, first = ''): Release {
  const module = name.replaceAll('-', '_')
  const needs = (more.requires ?? []).map((one) => (/^[\w-]+/.exec(one)?.[0] ?? '').replaceAll('-', '_'))
  const code = `${first}
import json, sys
${needs.map((one) => `import ${one}`).join('\n')}

def main():
    parts = [${[`'${name}@${version}'`, ...needs.map((one) => `${one}.TEXT`)].join(', ')}] + sys.argv[1:]
    tools = [{'name': 'first', 'description': ', '.join(parts), 'inputSchema': {'type': 'object'}}]
    hello = {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}}, 'serverInfo': {'name': '${name}', 'version': '${version}'}}
    for line in sys.stdin:
        message = json.loads(line)
        if 'id' not in message: continue
        result = {'initialize': hello, 'tools/list': {'tools': tools}}.get(message['method'])
        answer = {'error': {'code': -32601, 'message': 'no'}} if result is None else {'result': result}
        print(json.dumps({'jsonrpc': '2.0', 'id': message['id'], **answer}), flush=True)
`
  return { name, version, scripts: { [name]: `${module}:main` }, ...more, files: { [`${module}.py`]: code } }
}

function textOf(name: string, version: string, text = `${name}@${version}`): Release {
  return { name, version, files: { [`${name.replaceAll('-', '_')}.py`]: `TEXT = ${JSON.stringify(text)}\n` } }
}

function environment(kind: 'uv' | 'pip', own = join(home, kind)): { [name: string]: string } {
  const path = kind === 'uv' ? (process.env['PATH'] ?? '') : join(home, 'only-python')
  return {
    HOME: own,
    XDG_CACHE_HOME: join(own, 'cache'),
    UV_CACHE_DIR: join(own, 'uv'),
    UV_DEFAULT_INDEX: index.url,
    UV_PYTHON_DOWNLOADS: 'never',
    PIP_INDEX_URL: index.url,
    PIP_CACHE_DIR: join(own, 'pip'),
    PATH: `${dirname(process.execPath)}${delimiter}${path}`,
  }
}

async function project(t: TestContext, servers: { readonly [name: string]: string }, files: { readonly [path: string]: string } = {}) {
  const folder = await temporary(t)
  const entries = Object.entries(servers).map(([name, line]) => {
    const [command, ...args] = line.split(' ')
    return [name, { command, args }]
  })
  const all = { '.mcp.json': JSON.stringify({ mcpServers: Object.fromEntries(entries) }), ...files }
  await writeFiles(folder, all)
  return folder
}

/** What the model is told of a server's tool. */
async function told(folder: string, server: string): Promise<string> {
  const [entry] = Object.values((await lockIn(folder)).servers[server]?.surface?.tools ?? {})
  return String(JSON.parse(JSON.stringify(entry)).definition.description)
}

export function pythonPackages(kind: keyof typeof PYTHON_MISSING): void {
  describe(`Python packages with ${kind}`, { skip: PYTHON_MISSING[kind] }, () => {
    before(async () => {
      home = await realpath(await mkdtemp(join(tmpdir(), 'mcp-lock-test-home-')))
      index = await PythonIndex.start()
      await mkdir(join(home, 'only-python'))
      if (python.status === 0) await symlink(python.stdout.trim(), join(home, 'only-python', 'python3'))
    })
    after(async () => {
      index.close()
      await rm(home, { recursive: true, force: true })
    })

    const lock = (folder: string, argv: readonly string[], env = {}): Promise<Run> =>
      run(folder, argv, { env: { ...environment(kind), ...env } })
    const succeeds = async (folder: string, ...argv: string[]): Promise<Run> => {
      const result = await lock(folder, argv)
      assert.equal(result.exit, 0, `${argv.join(' ')}\n${result.stdout}${result.stderr}`)
      return result
    }

    test('a version with its whole closure is pinned, installed and started; it does not move', async (t) => {
      const dep = index.publish(textOf(`${kind}-dep`, '1.0'))
      const server = index.publish(serverOf(`${kind}-server`, '1.2.0', { requires: [`${kind}-dep>=1`] }))
      const folder = await project(t, {
        a: `uvx ${kind}-server x ./y`,
        b: `uvx --from ${kind}_server ${kind}-server`,
        c: `pipx run ${kind}-server`,
      })
      await succeeds(folder, 'pin', '--yes')
      assert.equal(await told(folder, 'a'), `${kind}-server@1.2.0, ${kind}-dep@1.0, x, y`)
      assert.equal(await told(folder, 'c'), `${kind}-server@1.2.0, ${kind}-dep@1.0`)
      const text = await readFile(join(folder, 'mcp.lock.d/a/requirements.txt'), 'utf8')
      const block = (name: string, version: string, hash: string): string => `${name}==${version} \\\n    --hash=${hash}\n`
      const head = kind === 'uv' ? '' : `# only for ${process.platform}-${process.arch}, Python ${pythonVersion()}\n`
      assert.equal(text, `${head}${block(`${kind}-dep`, '1.0', dep)}${block(`${kind}-server`, '1.2.0', server)}`)
      const { servers } = await lockIn(folder)
      assert.deepEqual(servers['a']?.source.package, { closure: sha256(text), name: `${kind}-server`, type: 'pypi', version: '1.2.0' })
      assert.deepEqual(
        ['a', 'b', 'c'].map((name) => JSON.stringify(servers[name]?.source.launch)),
        [
          `{"args":["${kind}-server@1.2.0","x","y"],"command":"uvx"}`,
          `{"args":["--from","${kind}_server==1.2.0","${kind}-server"],"command":"uvx"}`,
          `{"args":["run","${kind}-server==1.2.0"],"command":"pipx"}`,
        ],
      )
      index.publish(serverOf(`${kind}-server`, '1.3.0'))
      index.publish(textOf(`${kind}-dep`, '1.1'))
      const before = await readFile(join(folder, 'mcp.lock'), 'utf8')
      await succeeds(folder, 'pin', '--yes')
      assert.equal(await readFile(join(folder, 'mcp.lock'), 'utf8'), before)
      exits(await lock(folder, ['verify']), 1, /LAUNCH_FLOATING|floats/)
      await succeeds(folder, 'pin', '--yes', '--write-config')
      assert.match(await readFile(join(folder, '.mcp.json'), 'utf8'), new RegExp(`"${kind}-server@1.2.0"`))
      const verified = await succeeds(folder, 'verify')
      if (kind === 'pip') assert.match(verified.stdout, /other platforms are not pinned/)
    })

    test('changed bytes are not started, whoever changed them', async (t) => {
      const bad = "open('PWNED', 'w').close()"
      index.publish(textOf(`${kind}-swapped`, '1.0'))
      index.publish(serverOf(`${kind}-holder`, '1.0', { requires: [`${kind}-swapped`] }))
      const folder = await project(t, { holder: `uvx ${kind}-holder@1.0` })
      await succeeds(folder, 'pin', '--yes')
      index.swap({ ...textOf(`${kind}-swapped`, '1.0'), files: { [`${kind}_swapped.py`]: bad } })
      const elsewhere = environment(kind, join(home, `${kind}-elsewhere`))
      exits(await lock(folder, ['verify'], elsewhere), 1, /INTEGRITY_MISMATCH|other bytes/)
      const file = join(folder, 'mcp.lock.d/holder/requirements.txt')
      await writeFile(file, `${await readFile(file, 'utf8')}# \n`)
      exits(await lock(folder, ['verify']), 1, /altered closure/)
      await rm(file)
      exits(await lock(folder, ['verify']), 1, /files are missing/)
      assert.ok(!(await readdir(folder)).includes('PWNED'))
    })

    if (kind === 'pip') return

    test('what has no wheel is not built, and what does not exist is said to be missing', async (t) => {
      index.publishSource(`${kind}-source`, '1.0')
      index.publish(serverOf(`${kind}-one`, '1.0'))
      const folder = await project(t, {
        source: `uvx ${kind}-source`,
        none: `uvx ${kind}-none`,
        version: `uvx ${kind}-one@7.0`,
        bin: `uvx --from ${kind}-one nothing`,
      })
      const result = await lock(folder, ['pin', '--yes'])
      assert.match(result.stderr, /none +✗ PACKAGE_NOT_FOUND/)
      assert.match(result.stderr, /version +✗ PACKAGE_NOT_FOUND/)
      assert.match(result.stderr, /source +✗ PACKAGE_UNUSABLE/)
      assert.match(result.stderr, new RegExp(`bin +✗ PACKAGE_UNUSABLE: there is no program \`nothing\`.*it has ${kind}-one`))
    })

    test('one lock serves every platform: hashes of all files, packages of the others with their markers', async (t) => {
      const tags = ['cp39-abi3-manylinux_2_17_x86_64', 'cp39-abi3-macosx_11_0_arm64', 'cp39-abi3-win_amd64']
      const hashes = tags.map((tag) => index.publish({ ...textOf('binary-dep', '1.0'), tag }))
      hashes.push(index.publishSource('binary-dep', '1.0'))
      index.publish(textOf('windows-dep', '2.0'))
      const pure = index.publish({ ...textOf('binary-dep', '1.0'), tag: 'py3-none-any' })
      index.publish({ ...serverOf('many', '1.0'), requires: ['binary-dep', 'windows-dep; sys_platform == "win32"'] })
      const folder = await project(t, { many: 'uvx many@1.0' })
      await succeeds(folder, 'pin', '--yes')
      const text = await readFile(join(folder, 'mcp.lock.d/many/requirements.txt'), 'utf8')
      for (const hash of [...hashes, pure]) assert.ok(text.includes(hash), hash)
      assert.match(text, /^windows-dep==2\.0 ; sys_platform == 'win32' \\$/m)
      assert.doesNotMatch(text, /http|index/)
      await succeeds(folder, 'verify')
    })

    test('releases younger than the minimum age are not taken', async (t) => {
      index.publish(serverOf('aged', '1.0'))
      index.publish(serverOf('aged', '2.0', { uploaded: new Date(Date.now() - 3_600_000).toISOString() }))
      const folder = await project(t, { aged: 'uvx aged', young: 'uvx aged@2.0' }, { 'mcp-lock.yaml': 'minimumReleaseAge: 3 days\n' })
      const result = await lock(folder, ['pin', '--yes'])
      assert.match(result.stderr, /young +✗ RELEASE_TOO_NEW: `aged==2.0`/)
      assert.equal((await lockIn(folder)).servers['aged']?.source.package?.version, '1.0')
    })

    test('outdated says what is newer, and what is still too new', async (t) => {
      for (const version of ['1.0', '1.4', '2.0']) index.publish(serverOf('moving', version))
      index.publish(serverOf('moving', '3.0', { uploaded: new Date(Date.now() - 3_600_000).toISOString() }))
      const folder = await project(t, { moving: 'uvx moving@1.0' }, { 'mcp-lock.yaml': 'minimumReleaseAge: 3 days\n' })
      await succeeds(folder, 'pin', '--yes')
      await writeFile(join(folder, '.mcp.json'), '{"mcpServers":{"moving":{"command":"uvx","args":["moving<2"]}}}')
      const { exit, stdout } = await lock(folder, ['outdated', '--format', 'json'])
      assert.equal(exit, 1)
      const row = JSON.parse(stdout).servers.moving
      assert.deepEqual([row.pinned, row.wanted, row.newest, row.tooNew.version], ['1.0', '1.4', '2.0', '3.0'])
    })

    test('update moves the version, its closure and the token in the config', async (t) => {
      index.publish(serverOf('upgraded', '1.0'))
      const folder = await project(t, { upgraded: 'uvx upgraded@1.0' })
      await succeeds(folder, 'pin', '--yes')
      index.publish(textOf('upgraded-dep', '1.0'))
      index.publish(serverOf('upgraded', '1.1', { requires: ['upgraded-dep'] }))
      await succeeds(folder, 'update', 'upgraded', '--yes')
      assert.equal(await told(folder, 'upgraded'), 'upgraded@1.1, upgraded-dep@1.0')
      assert.match(await readFile(join(folder, '.mcp.json'), 'utf8'), /"upgraded@1\.1"/)
      assert.match(await readFile(join(folder, 'mcp.lock.d/upgraded/requirements.txt'), 'utf8'), /^upgraded-dep==1\.0 /m)
      await succeeds(folder, 'verify')
    })

    test('what a launch wants installed beside its package is resolved anew, the package at its version', async (t) => {
      index.publish(serverOf('together', '1.0'))
      index.publish(textOf('together-more', '1.0'))
      const folder = await project(t, { together: 'uvx together' })
      await succeeds(folder, 'pin', '--yes')
      index.publish(serverOf('together', '1.1'))
      await writeFile(
        join(folder, '.mcp.json'),
        '{"mcpServers":{"together":{"command":"uvx","args":["--with","together-more","together"]}}}',
      )
      await succeeds(folder, 'pin', '--yes')
      const text = await readFile(join(folder, 'mcp.lock.d/together/requirements.txt'), 'utf8')
      assert.match(text, /^together-more==1\.0 [^]*^together==1\.0 /m)
    })

    test('what is pinned for another platform alone is not started', async (t) => {
      index.publish(serverOf('elsewhere', '1.0'))
      const folder = await project(t, { elsewhere: 'uvx elsewhere@1.0' })
      await succeeds(folder, 'pin', '--yes')
      const file = join(folder, 'mcp.lock.d/elsewhere/requirements.txt')
      const text = `# only for aix-ppc64, Python 3.9\n${await readFile(file, 'utf8')}`
      await writeFile(file, text)
      const { servers } = await lockIn(folder)
      const { elsewhere } = servers
      assert.ok(elsewhere?.source.package)
      const source = { ...elsewhere.source, package: { ...elsewhere.source.package, closure: sha256(text) } as const }
      await writeFile(
        join(folder, 'mcp.lock'),
        formatLock({ lockfileVersion: 1, servers: { elsewhere: sealPin({ ...elsewhere, source }) } }),
      )
      exits(await lock(folder, ['verify']), 3, /PLATFORM_UNPINNED|this platform is not pinned/)
    })

    test("the project's own configuration names no index", async (t) => {
      index.publish(serverOf(`${kind}-private`, '1.0'))
      const evil = await PythonIndex.start()
      t.after(() => evil.close())
      evil.publish(serverOf(`${kind}-private`, '9.0', {}, "open('PWNED', 'w').close()"))
      const folder = await project(
        t,
        { private: `uvx ${kind}-private` },
        {
          'uv.toml': `index-url = "${evil.url}"\n`,
          'pyproject.toml': `[project]\nname = "x"\nversion = "1"\n[tool.uv]\nindex-url = "${evil.url}"\n`,
          'pip.conf': `[global]\nindex-url = ${evil.url}\n`,
          'requirements.txt': `--index-url ${evil.url}\n`,
        },
      )
      await succeeds(folder, 'pin', '--yes')
      assert.equal(await told(folder, 'private'), `${kind}-private@1.0`)
      assert.deepEqual(evil.asked, [])
    })
  })
}

function pythonVersion(): string {
  const code = "import sys; print('%d.%d' % sys.version_info[:2])"
  return execFileSync(python.stdout.trim(), ['-c', code], { encoding: 'utf8' }).trim()
}
