/** The machine's own npm, with the machine's configuration, in a folder of ours. */
import spawn from 'cross-spawn'
import { readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { LockError } from '../../core/errors.ts'

export type NpmContext = {
  readonly env: { readonly [name: string]: string | undefined }
  /** The project, whose .npmrc may name registries. */
  readonly root: string
  /** Milliseconds for one run. */
  readonly timeout: number
  readonly signal: AbortSignal
}

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--no-progress']
/** npm waits up to a minute between its own tries; a person does not. */
const RETRIES = ['--fetch-retries=2', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=5000']

/** @throws LockError `REGISTRY_UNREACHABLE`, `PACKAGE_NOT_FOUND`, `INTERRUPTED` */
export async function runNpm(args: readonly string[], folder: string, context: NpmContext): Promise<void> {
  await copyRegistries(context.root, folder)
  const deadline = AbortSignal.timeout(context.timeout)
  const signal = AbortSignal.any([context.signal, deadline])
  const child = spawn('npm', [...args, ...QUIET, ...RETRIES], {
    cwd: folder,
    env: npmEnvironment(context.env),
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-20_000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).catch((cause: unknown) => {
    if (context.signal.aborted) throw new LockError('INTERRUPTED', 'stopped while npm ran', { cause })
    if (deadline.aborted) throw new LockError('REGISTRY_UNREACHABLE', `npm took longer than ${context.timeout / 1_000} seconds`, { cause })
    throw new LockError('REGISTRY_UNREACHABLE', 'the program `npm` cannot be started', { cause })
  })
  if (code !== 0) throw npmError(said)
}

function npmError(said: string): LockError {
  const lines = said.split('\n').map((line) => line.replace(/^npm (?:error|ERR!) ?/, ''))
  const code = /^code (\S+)/m.exec(lines.join('\n'))?.[1] ?? 'unknown'
  const message = lines.find((line) => line !== '' && !line.startsWith('code ') && !line.startsWith('errno') && !line.startsWith('syscall')) ?? ''
  const missing = ['E404', 'ETARGET', 'ENOVERSIONS', 'EINVALIDPACKAGENAME', 'EINVALIDTAGNAME']
  return new LockError(missing.includes(code) ? 'PACKAGE_NOT_FOUND' : 'REGISTRY_UNREACHABLE', `npm: ${code}: ${message.slice(0, 300)}`)
}

/** The environment without what an outer npm run put there, and with this Node first. */
function npmEnvironment(env: NpmContext['env']): { [name: string]: string } {
  const kept = Object.entries(env).filter(([name]) => !/^npm_(?:package_|lifecycle_|config_(?:local|global)_prefix|command|execpath|node_execpath)|^INIT_CWD$/i.test(name))
  const result: { [name: string]: string } = {}
  for (const [name, value] of kept) if (value !== undefined) result[name] = value
  result['PATH'] = `${dirname(process.execPath)}${delimiter}${env['PATH'] ?? ''}`
  return result
}

/** Which registries the project uses and how to log in there; nothing else of its .npmrc reaches npm. */
async function copyRegistries(root: string, folder: string): Promise<void> {
  const text = await readFile(join(root, '.npmrc'), 'utf8').catch(() => '')
  const kept = text.split(/\r?\n/).filter((line) => /^\s*(?:registry|@[^:=]+:registry|\/\/[^=]+)\s*=/.test(line))
  if (kept.length > 0) await writeFile(join(folder, '.npmrc'), `${kept.join('\n')}\n`, { mode: 0o600 })
}
