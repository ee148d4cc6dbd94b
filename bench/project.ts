/** A project of a size that the targets speak of: 20 servers, 500 tools, about 1.5 MB of lock. */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sealPin, formatLock, type Lock, type Pin } from '../core/lock/lockfile.ts'
import { readSurface } from '../core/surface/surface.ts'

const SERVERS = 20
const TOOLS = 25

const WORDS =
  'read write the file path query list search create update token record page filter result index account message with from into every given returns'.split(
    ' ',
  )

/** Repeatable text: the same project in every run. */
function words(seed: string, count: number): string {
  const bytes = createHash('shake256', { outputLength: count }).update(seed).digest()
  return [...bytes].map((byte) => WORDS[byte % WORDS.length]).join(' ')
}

export function tool(server: number, index: number): { name: string; [member: string]: unknown } {
  const id = `${server}/${index}`
  const property = (i: number): object => ({
    type: i % 3 === 0 ? 'integer' : 'string',
    description: words(`${id}/${i}`, 18),
    ...(i % 4 === 0 ? { enum: ['a', 'b', 'c'], default: 'a' } : {}),
  })
  return {
    name: `tool_${index}`,
    title: words(`${id}/title`, 3),
    description: `${words(`${id}/first`, 48)}.\n\n${words(`${id}/second`, 48)}.${index % 4 === 0 ? ' “Naïve” → 日本' : ''}`,
    inputSchema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`argument_${i}`, property(i)])),
      required: ['argument_0', 'argument_1'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: index % 2 === 0, openWorldHint: true },
  }
}

function pin(server: number): Pin {
  const tools = Array.from({ length: TOOLS }, (_, i) => tool(server, i))
  const listing = {
    handshake: {
      method: 'initialize' as const,
      result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: `server-${server}`, version: '1.0.0' } },
    },
    lists: { tools: { pages: [JSON.parse(JSON.stringify({ tools }))] } },
    ui: {},
  }
  return sealPin({
    observed: { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' },
    source: { launch: { args: [`server-${server}.js`, '--stdio'], command: 'node' }, transport: 'stdio' },
    surface: readSurface(listing),
  })
}

/** Writes `.mcp.json` and `mcp.lock` into a folder; returns the lock's size in bytes. */
export async function writeProject(folder: string): Promise<number> {
  const names = Array.from({ length: SERVERS }, (_, i) => `server-${i}`)
  const lock: Lock = { lockfileVersion: 1, servers: Object.fromEntries(names.map((name, i) => [name, pin(i)])) }
  const config = { mcpServers: Object.fromEntries(names.map((name) => [name, { command: 'node', args: [`${name}.js`, '--stdio'] }])) }
  const text = formatLock(lock)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, '.mcp.json'), JSON.stringify(config, null, 2))
  await writeFile(join(folder, 'mcp.lock'), text)
  return Buffer.byteLength(text)
}
