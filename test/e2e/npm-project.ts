/** A project in a home of its own, with a clock that stands still and the npm registry of a test. */
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { writeFiles, run, temporary, type Run } from '../world.ts'
import type { Registry } from './registry.ts'

export const NOW = Date.parse('2026-05-10T12:00:00Z')

/** The time at which something is published that is so many hours old. */
export function hours(count: number): string {
  return new Date(NOW - count * 3_600_000).toISOString()
}

export type NpmProject = {
  readonly folder: string
  readonly home: string
  /** One command; with `answers` there is a terminal. */
  readonly lock: (argv: readonly string[], answers?: readonly string[]) => Promise<Run>
  /** The same with `--yes` where it asks, and 0 as its exit status. */
  readonly succeeds: (...argv: readonly string[]) => Promise<Run>
}

/** `files` by their paths from the project on; `../.npmrc` is the user's. */
export async function npmProject(
  t: TestContext,
  registry: Registry,
  files: { readonly [path: string]: string },
  env: { readonly [name: string]: string } = {},
): Promise<NpmProject> {
  const home = await temporary(t)
  const folder = join(home, 'project')
  await mkdir(folder)
  await writeFiles(folder, files)
  const cache = { XDG_CACHE_HOME: join(home, 'cache'), npm_config_cache: join(home, 'npm') }
  const all = { HOME: home, ...cache, npm_config_registry: registry.url, ...env }
  const lock: NpmProject['lock'] = (argv, answers) =>
    run(folder, argv, { now: NOW, env: all, ...(answers === undefined ? {} : { answers }) })
  const succeeds: NpmProject['succeeds'] = async (...argv) => {
    const result = await lock(argv)
    assert.equal(result.exit, 0, `${argv.join(' ')}\n${result.stdout}${result.stderr}`)
    return result
  }
  return { folder, home, lock, succeeds }
}

/** A `.mcp.json` whose servers are started by npx. */
export function npxConfig(words: { readonly [server: string]: string }): string {
  const servers = Object.entries(words).map(([name, word]) => [name, { command: 'npx', args: ['-y', word] }])
  return JSON.stringify({ mcpServers: Object.fromEntries(servers) })
}
