/** `init`: a configuration with new keys and an empty database; or, for a configuration that is there, the database. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { clientLines } from './client-lines.ts'
import { listenAt, originName } from './config.ts'
import { loadSigner, openStore } from './load.ts'
import { isThere, readConfig, type World } from './world.ts'

export type InitOptions = { readonly origin?: string; readonly listen?: string }

/** What a new configuration says. */
const [ORIGIN, LISTEN] = ['localhost/log', '127.0.0.1:8080']

const [LOG_KEY, STATUS_KEY, DATABASE] = ['keys/log.pem', 'keys/status.pem', 'registry.db']

/**
 * Makes all of it or nothing.
 * @throws LockError `USAGE`; `FILE_PRESENT` where there is a database already, or a key without its configuration
 */
export async function init(file: string, options: InitOptions, world: World): Promise<void> {
  const path = resolve(world.cwd, file)
  if (options.origin === undefined && options.listen === undefined && (await isThere(path))) return makeDatabase(path, world)
  const origin = checked('--origin', options.origin ?? ORIGIN, originName)
  const listen = checked('--listen', options.listen ?? LISTEN, listenAt)
  const folder = dirname(path)
  const texts = [
    [join(folder, LOG_KEY), newKey()],
    [join(folder, STATUS_KEY), newKey()],
    [path, configText(origin, listen)],
  ] as const
  for (const name of [...texts.map(([one]) => one), join(folder, DATABASE)]) if (await isThere(name)) throw present(name)
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  for (const [name, text] of texts) await writeNew(name, text)
  const read = await readConfig(path, world)
  const signer = await loadSigner(read, world)
  await (await openStore(read, signer, world, { create: true })).close()
  world.out(`wrote ${displaySafe(path, 300)}, an empty database, and the keys of log and status: keep both secret, and a copy of them\n\n`)
  world.out(`in the mcp-lock.yaml of each client:\n\n${clientLines(read.config, signer)}`)
}

/** Of any store. @throws LockError `FILE_PRESENT` */
async function makeDatabase(path: string, world: World): Promise<void> {
  const read = await readConfig(path, world)
  const signer = await loadSigner(read, world)
  const open = async (create: boolean): Promise<void> => (await openStore(read, signer, world, { create })).close()
  const isMissing = await open(false).then(
    () => false,
    (error: unknown) => (error instanceof LockError && error.code === 'DATABASE_MISSING') || Promise.reject(error),
  )
  if (!isMissing) throw new LockError('FILE_PRESENT', 'there is a configuration with its database already')
  await open(true)
  world.out('made the database that the configuration names, with no records\n')
}

function checked(option: string, value: string, schema: typeof listenAt): string {
  const { success, error } = schema.safeParse(value)
  if (success) return value
  throw new LockError('USAGE', `\`${option}\`: ${error.issues[0]?.message ?? 'not understood'}`)
}

function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw present(path)
    throw new LockError('FILE_REFUSED', `\`${displaySafe(path, 300)}\` cannot be written`, { cause })
  }
}

function present(path: string): LockError {
  return new LockError('FILE_PRESENT', `\`${displaySafe(path, 300)}\` is there already`)
}

function configText(origin: string, listen: string): string {
  return `# A registry of mcp-lock: docs/REGISTRY.md has every member.
listen: ${JSON.stringify(listen)}
store: { sqlite: ${DATABASE} }
log: { origin: ${JSON.stringify(origin)}, key: { file: ${LOG_KEY} } }
status: { key: { file: ${STATUS_KEY} } }
# Who publishes names that no GitHub owner has by right, whose approvals count, and who revokes and pauses.
publishers: []
approvers: []
admins: []
approvals: 0
`
}
