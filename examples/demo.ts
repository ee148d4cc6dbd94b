/**
 * The main job on real servers: pin four from npm and one of our own, verify them, let our own
 * rewrite a tool's description, and show what a reviewer and CI would see.
 */
import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../cli/bin.cjs', import.meta.url))
const rugPull = fileURLToPath(new URL('rug-pull/notes-server.mjs', import.meta.url))

const servers = {
  everything: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-everything'] },
  filesystem: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '.'] },
  memory: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-memory'] },
  'sequential-thinking': { command: 'npx', args: ['-y', '@modelcontextprotocol/server-sequential-thinking'] },
  notes: { command: 'node', args: ['./notes-server.mjs'] },
}

const folder = await realpath(await mkdtemp(join(tmpdir(), 'mcp-lock-demo-')))
try {
  await writeFile(join(folder, '.mcp.json'), `${JSON.stringify({ mcpServers: servers }, null, 2)}\n`)
  await copyFile(rugPull, join(folder, 'notes-server.mjs'))

  say('A project with five MCP servers in .mcp.json: four from npm, one script. Pin them.')
  expect(await run('pin', '--yes', '--write-config'), 0)
  say('Nothing changed, so CI passes.')
  expect(await run('verify'), 0)
  say('After the approval, the script rewrites what one tool tells the model. Its code is the same.')
  await writeFile(join(folder, 'approved'), '')
  const pulled = await run('verify')
  expect(pulled, 1)
  if (!pulled.output.includes('.ssh/id_ed25519')) throw new Error('the diff does not show the changed text')
  say(`That is the rug pull, and CI got exit status ${pulled.status}.`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

function say(text: string): void {
  console.log(`\n# ${text}`)
}

type Outcome = { readonly status: number | null; readonly output: string }

function expect({ status }: Outcome, wanted: number): void {
  console.log(`exit status ${status}`)
  if (status !== wanted) throw new Error(`expected exit status ${wanted}, got ${status}`)
}

async function run(...args: string[]): Promise<Outcome> {
  console.log(`$ npx mcp-lock ${args.join(' ')}`)
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
    process.stdout.write(chunk)
  })
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, output }
}
