/** `--global`: the user's own configs, pinned and checked on each system. */
import assert from 'node:assert/strict'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { writeFiles, run, temporary, type Settings } from '../world.ts'

const SERVERS = new URL('../servers/', import.meta.url)

async function home(t: TestContext, files: { readonly [path: string]: string }): Promise<string> {
  const folder = await temporary(t)
  await cp(SERVERS, join(folder, 'servers'), { recursive: true })
  await mkdir(join(folder, 'project/.git'), { recursive: true })
  await writeFiles(folder, files)
  return folder
}

const SYSTEMS = [
  { platform: 'linux', lock: '.config/mcp-lock/mcp.lock', vscode: '.config/Code/User/mcp.json' },
  { platform: 'darwin', lock: 'Library/Application Support/mcp-lock/mcp.lock', vscode: 'Library/Application Support/Code/User/mcp.json' },
  { platform: 'win32', lock: 'AppData/Roaming/mcp-lock/mcp.lock', vscode: 'AppData/Roaming/Code/User/mcp.json' },
] as const

function settings(folder: string, platform: NodeJS.Platform): Settings {
  return { cwd: join(folder, 'project'), platform, env: { HOME: folder, USERPROFILE: folder } }
}

for (const { platform, lock, vscode } of SYSTEMS) {
  test(`the user's own configs on ${platform}`, async (t) => {
    const script = (mode: string): object => ({ command: 'node', args: ['servers/hostile.mjs', mode] })
    const folder = await home(t, {
      '.cursor/mcp.json': JSON.stringify({ mcpServers: { notes: script('honest') } }),
      'project/.cursor/mcp.json': JSON.stringify({ mcpServers: { other: script('honest') } }),
    })
    await mkdir(dirname(join(folder, vscode)), { recursive: true })
    await writeFile(join(folder, vscode), JSON.stringify({ servers: { notes: { ...script('honest'), type: 'stdio' } } }))
    const go = (...argv: string[]) => run(folder, argv, settings(folder, platform))
    assert.match((await go('verify', '--global')).stderr, /LOCK_NOT_FOUND[^]*run `mcp-lock pin --global`/)
    const pinned = await go('pin', '--global', '--yes')
    assert.equal(pinned.exit, 0, pinned.stderr)
    assert.match(pinned.stderr, /wrote .*mcp-lock.mcp\.lock: 1 server.* --global/)
    const text = await readFile(join(folder, lock), 'utf8')
    assert.ok(!text.includes(folder), text)
    assert.match(text, /"servers\/hostile\.mjs": "sha256:/)
    const verified = await go('verify', '--global')
    assert.equal(verified.exit, 0, verified.stdout + verified.stderr)
    assert.match(verified.stdout, /✓ notes/)
    assert.doesNotMatch(verified.stdout, /other.*pinned|✓ other/)
    assert.match((await go('show', '--global')).stdout, /^notes$/m)
    const started = await go('run', 'notes', '--global')
    assert.ok(started.stdout.includes(`"cwd":${JSON.stringify(folder)}`), started.stdout + started.stderr)
    assert.match((await go('diff', '--global', join(folder, lock), join(folder, lock))).stdout, /1 unchanged/)
    assert.match((await go('diff', '--global')).stderr, /name two lock files/)
    await writeFile(join(folder, dirname(lock), 'mcp-lock.yaml'), 'servers: { notes: { resources: off } }\n')
    assert.match((await go('verify', '--global', '--offline')).stdout, /resources were not listed/)
    await writeFile(join(folder, vscode), JSON.stringify({ servers: { notes: script('duplicate') } }))
    const conflict = await go('verify', '--global', '--offline')
    assert.equal(conflict.exit, 1)
    assert.match(conflict.stdout, /~\/\.cursor\/mcp\.json and ~\/.*mcp\.json/)
    assert.equal((await go('rm', 'notes', '--global')).exit, 0)
    assert.equal((await go('verify')).exit, 2)
  })
}

test("the servers that Claude Code keeps for one project are the user's, each by its folder, and start there", async (t) => {
  const folder = await home(t, { 'project/servers/.keep': '', 'elsewhere/.keep': '' })
  await cp(SERVERS, join(folder, 'project/servers'), { recursive: true })
  const local = { db: { type: 'stdio', command: 'node', args: ['servers/hostile.mjs', 'honest'], env: {} } }
  const projects = { [join(folder, 'project')]: { mcpServers: local, allowedTools: [] }, [join(folder, 'elsewhere')]: { mcpServers: {} } }
  await writeFile(join(folder, '.claude.json'), JSON.stringify({ numStartups: 4, mcpServers: {}, projects }))
  const go = (...argv: string[]) => run(folder, argv, { ...settings(folder, 'linux'), cwd: join(folder, 'elsewhere') })
  const pinned = await go('pin', '--global', '--yes')
  assert.equal(pinned.exit, 0, pinned.stderr)
  const lock = await readFile(join(folder, '.config/mcp-lock/mcp.lock'), 'utf8')
  assert.ok(lock.includes(`"db@${join(folder, 'project')}"`), lock)
  assert.match(lock, /"project\/servers\/hostile\.mjs": "sha256:/)
  assert.equal((await go('verify', '--global')).exit, 0)
})

test('what a folder of no project cannot say is a variable without a value', async (t) => {
  const folder = await home(t, {
    '.config/Code/User/mcp.json': JSON.stringify({ servers: { s: { command: 'node', args: ['${workspaceFolder}/a.mjs'] } } }),
  })
  const pinned = await run(folder, ['pin', '--global', '--yes'], settings(folder, 'linux'))
  assert.equal(pinned.exit, 3)
  assert.match(pinned.stderr, /VARIABLE_UNSET: no value for `openFolder`/)
})

test('without a home folder, and with flags that contradict it', async (t) => {
  const folder = await home(t, {})
  const lost = await run(folder, ['verify', '--global'], { platform: 'linux', env: { HOME: '' } })
  assert.equal(lost.exit, 3)
  assert.match(lost.stderr, /no value for `HOME`/)
  assert.equal((await run(folder, ['verify', '--global', '--recursive'], settings(folder, 'linux'))).exit, 2)
  assert.equal((await run(folder, ['explain', '--global'], settings(folder, 'linux'))).exit, 2)
})
