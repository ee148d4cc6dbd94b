/** Folders with client configs: those that a test names, or one for each client. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ServerEntry } from '../cli/clients/dialects/entry.ts'
import { PROJECT_FILES } from '../cli/clients/locate.ts'
import { readConfigs as read, readNamedConfigs } from '../cli/clients/read.ts'
import { writeFiles } from './world.ts'

const FOLDER = new URL('fixtures/clients/', import.meta.url)
export const PLACES = {
  'claude-code.json': '.mcp.json',
  'cursor.json': '.cursor/mcp.json',
  'vscode.json': '.vscode/mcp.json',
  'codex.toml': '.codex/config.toml',
  'gemini.json': '.gemini/settings.json',
} as const

type Fixture = { readonly client: string; readonly place: string; readonly user?: true; readonly token: string }

/** Where each fixture stands, in the project or in the home folder, and what its token is in our notation. */
export const FIXTURES: { readonly [name: string]: Fixture } = {
  'claude-code.json': { client: 'Claude Code', place: '.mcp.json', token: '${env:API_TOKEN}' },
  'cursor.json': { client: 'Cursor', place: '.cursor/mcp.json', token: '${env:API_TOKEN}' },
  'vscode.json': { client: 'VS Code', place: '.vscode/mcp.json', token: '${input:key}' },
  'codex.toml': { client: 'Codex', place: '.codex/config.toml', token: '${env:API_TOKEN}' },
  'gemini.json': { client: 'Gemini CLI', place: '.gemini/settings.json', token: '${env:API_TOKEN}' },
  'copilot-cli.json': { client: 'Copilot CLI', place: '.github/mcp.json', token: '${env:API_TOKEN}' },
  'visual-studio.json': { client: 'Visual Studio', place: '.vs/mcp.json', token: '${input:key}' },
  'junie.json': { client: 'Junie', place: '.junie/mcp/mcp.json', token: 'a token' },
  'zed.json': { client: 'Zed', place: '.zed/settings.json', token: 'a token' },
  'opencode.jsonc': { client: 'opencode', place: 'opencode.jsonc', token: '${env:API_TOKEN}' },
  'agents.json': { client: 'opencode', place: '.agents/mcp.json', token: 'a token' },
  'continue.yaml': { client: 'Continue', place: '.continue/mcpServers/all.yaml', token: '${env:API_TOKEN}' },
  'continue.json': { client: 'Continue', place: '.continue/mcpServers/all.json', token: '${env:API_TOKEN}' },
  'kiro.json': { client: 'Kiro', place: '.kiro/settings/mcp.json', token: '${env:API_TOKEN}' },
  'amazon-q.json': { client: 'Amazon Q', place: '.amazonq/mcp.json', token: '${env:API_TOKEN}' },
  'claude-desktop.json': { client: 'Claude Desktop', place: '.config/Claude/claude_desktop_config.json', user: true, token: 'a token' },
  'jetbrains-copilot.json': {
    client: 'Copilot for JetBrains',
    place: '.config/github-copilot/intellij/mcp.json',
    user: true,
    token: '${env:API_TOKEN}',
  },
  'windsurf.json': { client: 'Windsurf', place: '.codeium/windsurf/mcp_config.json', user: true, token: '${env:API_TOKEN}' },
  'cline.json': { client: 'Cline', place: '.cline/data/settings/cline_mcp_settings.json', user: true, token: 'a token' },
  'goose.yaml': { client: 'Goose', place: '.config/goose/config.yaml', user: true, token: '${env:API_TOKEN}' },
  'lm-studio.json': { client: 'LM Studio', place: '.lmstudio/mcp.json', user: true, token: '${env:API_TOKEN}' },
  'antigravity.json': { client: 'Antigravity', place: '.gemini/antigravity/mcp_config.json', user: true, token: 'a token' },
}

export async function project(t: TestContext, files: { readonly [path: string]: string }): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'mcp-lock-clients-')))
  t.after(() => rm(root, { recursive: true, force: true }))
  await writeFiles(root, files)
  return root
}

export async function allFive(t: TestContext): Promise<string> {
  const texts = await Promise.all(
    Object.entries(PLACES).map(async ([name, path]) => [path, await readFile(new URL(name, FOLDER), 'utf8')] as const),
  )
  return project(t, Object.fromEntries(texts))
}

export const claude = (servers: object): string => JSON.stringify({ mcpServers: servers })

/** The servers of a folder's configs, or of named files, as one system reads them. */
export function readConfigs(root: string, named: readonly string[] = [], platform: NodeJS.Platform = 'linux'): Promise<ServerEntry[]> {
  return named.length > 0 ? readNamedConfigs(root, named, platform) : read(root, PROJECT_FILES, platform)
}

/** The one server of a config. */
export const readOne = async (t: TestContext, path: string, text: string) =>
  (await readConfigs(await project(t, { [path]: text }), []))[0] ?? assert.fail('no entry')
