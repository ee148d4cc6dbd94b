/** `init`: a configuration with new keys, for the embedded store. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { clientLines } from './client-lines.ts'
import { loadSigner } from './load.ts'
import { readConfig, type World } from './world.ts'

export type InitOptions = { readonly origin: string; readonly listen: string }

const [LOG_KEY, STATUS_KEY] = ['keys/log.pem', 'keys/status.pem']

/** @throws LockError `FILE_PRESENT` where there is a configuration or a key already */
export async function init(file: string, { origin, listen }: InitOptions, world: World): Promise<void> {
  const path = resolve(world.cwd, file)
  const folder = dirname(path)
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  await writeNew(join(folder, LOG_KEY), newKey())
  await writeNew(join(folder, STATUS_KEY), newKey())
  await writeNew(path, configText(origin, listen))
  const read = await readConfig(path, world)
  const signer = await loadSigner(read, world)
  world.out(`wrote ${displaySafe(path, 300)}, and the keys of log and status beside it: keep both secret, and a copy of them\n\n`)
  world.out(`in the mcp-lock.yaml of each client:\n\n${clientLines(read.config, signer)}`)
}

function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    const shown = displaySafe(path, 300)
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')
      throw new LockError('FILE_PRESENT', `\`${shown}\` is there already`)
    throw new LockError('FILE_UNREADABLE', `\`${shown}\` cannot be written`, { cause })
  }
}

function configText(origin: string, listen: string): string {
  return `# A registry of mcp-lock: docs/REGISTRY.md has every member.
listen: ${JSON.stringify(listen)}
store: { sqlite: registry.db }
log: { origin: ${JSON.stringify(origin)}, key: { file: ${LOG_KEY} } }
status: { key: { file: ${STATUS_KEY} } }
# Who publishes names that no GitHub owner has by right, whose approvals count, and who revokes and pauses.
publishers: []
approvers: []
admins: []
approvals: 0
`
}
