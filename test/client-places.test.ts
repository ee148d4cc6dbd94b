import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROJECT_FILES, userFiles } from '../cli/clients/locate.ts'

const paths = (env: { readonly [name: string]: string }, platform: NodeJS.Platform): string[] =>
  userFiles(env, platform).map(({ path }) => path)

test("the user's files on each system, in folders that the environment names", () => {
  const linux = paths({ HOME: '/home/jo' }, 'linux')
  assert.ok(linux.includes('/home/jo/.config/Code/User/mcp.json'))
  assert.ok(linux.includes('/home/jo/.codex/config.toml'))
  assert.ok(linux.includes('/etc/claude-code/managed-mcp.json'))
  const moved = paths({ HOME: '/home/jo', XDG_CONFIG_HOME: '/x', CODEX_HOME: '/c' }, 'linux')
  assert.ok(moved.includes('/x/Code/User/mcp.json'))
  assert.ok(moved.includes('/c/config.toml'))
  const mac = paths({ HOME: '/Users/jo', XDG_CONFIG_HOME: '/x' }, 'darwin')
  assert.ok(mac.includes('/Users/jo/Library/Application Support/Code/User/mcp.json'))
  const windows = paths({ UserProfile: 'C:\\Users\\jo', appdata: 'D:\\Data', HOME: '/h' }, 'win32')
  assert.ok(windows.includes('D:/Data/Code/User/mcp.json'))
  assert.ok(windows.includes('C:/Users/jo/.cursor/mcp.json'))
  assert.ok(windows.includes('C:/Program Files/ClaudeCode/managed-mcp.json'))
  assert.ok(paths({ USERPROFILE: 'C:\\Users\\jo' }, 'win32').includes('C:/Users/jo/AppData/Roaming/Code/User/mcp.json'))
  assert.deepEqual(
    paths({}, 'linux').filter((path) => !path.startsWith('/etc/')),
    [],
  )
})

test('a file that several clients or tables read stands once', () => {
  for (const files of [PROJECT_FILES, userFiles({ HOME: '/h' }, 'linux')]) {
    assert.equal(new Set(files.map(({ path }) => path)).size, files.length)
    assert.ok(files.every(({ readers }) => readers.length > 0))
  }
})
