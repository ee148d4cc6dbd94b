/** Folders with client configs: those that a test names, or one for each client. */
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ServerEntry } from '../cli/clients/entry.ts'
import { PROJECT_FILES } from '../cli/clients/locate.ts'
import { readConfigs as read, readNamedConfigs } from '../cli/clients/read.ts'

const FIXTURES = new URL('fixtures/clients/', import.meta.url)
export const PLACES = {
  'claude-code.json': '.mcp.json',
  'cursor.json': '.cursor/mcp.json',
  'vscode.json': '.vscode/mcp.json',
  'codex.toml': '.codex/config.toml',
  'gemini.json': '.gemini/settings.json',
} as const

export async function project(t: TestContext, files: { readonly [path: string]: string }): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'mcp-lock-clients-')))
  t.after(() => rm(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

export async function allFive(t: TestContext): Promise<string> {
  const texts = await Promise.all(
    Object.entries(PLACES).map(async ([name, path]) => [path, await readFile(new URL(name, FIXTURES), 'utf8')] as const),
  )
  return project(t, Object.fromEntries(texts))
}

export const claude = (servers: object): string => JSON.stringify({ mcpServers: servers })

/** The servers of a folder's configs, or of named files, as one system reads them. */
export function readConfigs(root: string, named: readonly string[] = [], platform: NodeJS.Platform = 'linux'): Promise<ServerEntry[]> {
  return named.length > 0 ? readNamedConfigs(root, named, platform) : read(root, PROJECT_FILES, platform)
}
