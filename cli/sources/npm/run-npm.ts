/** The machine's own npm, with the machine's configuration, in a folder of ours. */
import type { Code } from '../../../core/codes/codes.ts'
import { LockError } from '../../../core/codes/errors.ts'
import type { Environment } from '../../world/environment.ts'
import { connectionCode } from '../../network/failure.ts'
import { runTool } from '../run-tool.ts'
import type { SourceContext } from '../source-kind.ts'
import { copyRegistries, npmEnvironment } from './npmrc.ts'
import { own } from '../../../core/json/json.ts'

const QUIET = ['--no-dry-run', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--no-progress']
/** npm waits up to a minute between its own tries; a person does not. */
const RETRIES = ['--fetch-retries=2', '--fetch-retry-factor=3', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=5000']
/** What comes from git has no integrity, and fetching it runs programs even without install scripts. */
const REGISTRY_ONLY = ['--allow-git=none', '--no-workspaces']

/**
 * Runs npm with the registries of the project.
 * @returns what it wrote to stdout
 * @throws LockError `TOOL_MISSING`, `INSTALL_TIMEOUT`, `REGISTRY_UNREACHABLE`, `REGISTRY_AUTH`, what tells a connection's failures apart, `PACKAGE_NOT_FOUND`, `PACKAGE_UNUSABLE`, `INTEGRITY_MISMATCH`, `INTERRUPTED`
 */
export async function runNpm(args: readonly string[], folder: string, context: SourceContext): Promise<string> {
  await copyRegistries(context, folder)
  return runNpmIn(folder, args, context)
}

/** The same with whatever configuration the folder has. */
export async function runNpmIn(folder: string, args: readonly string[], context: SourceContext): Promise<string> {
  const all = [...QUIET, ...RETRIES, ...REGISTRY_ONLY, ...args]
  const ran = await runTool({ program: 'npm', args: all, folder, env: await npmEnvironment(context.env) }, context)
  if (!ran.ok) throw npmError(ran.stderr, context.env)
  return ran.stdout
}

const CODES: { readonly [npm: string]: Code } = {
  E404: 'PACKAGE_NOT_FOUND',
  EINVALIDPACKAGENAME: 'PACKAGE_NOT_FOUND',
  EINVALIDTAGNAME: 'PACKAGE_NOT_FOUND',
  ENOVERSIONS: 'PACKAGE_NOT_FOUND',
  ETARGET: 'PACKAGE_NOT_FOUND',
  EINTEGRITY: 'INTEGRITY_MISMATCH',
  EALLOWGIT: 'PACKAGE_UNUSABLE',
  EBADENGINE: 'PACKAGE_UNUSABLE',
  EBADPLATFORM: 'PACKAGE_UNUSABLE',
  ERESOLVE: 'PACKAGE_UNUSABLE',
  EUNSUPPORTEDPROTOCOL: 'PACKAGE_UNUSABLE',
  EUSAGE: 'PACKAGE_UNUSABLE',
  E401: 'REGISTRY_AUTH',
  E403: 'REGISTRY_AUTH',
  ENEEDAUTH: 'REGISTRY_AUTH',
  E407: 'PROXY_FAILED',
  E429: 'RATE_LIMITED',
}

function npmError(said: string, env: Environment): LockError {
  const lines = said.split('\n').map((line) => line.replace(/^npm (?:error|ERR!) ?/, ''))
  const code = /^code (\S+)/m.exec(lines.join('\n'))?.[1] ?? 'unknown'
  const message =
    lines.find((line) => line !== '' && !line.startsWith('code ') && !line.startsWith('errno') && !line.startsWith('syscall')) ?? ''
  // An install script that fails gives its own exit status as the code.
  const known = /^\d+$/.test(code) ? 'PACKAGE_UNUSABLE' : own(CODES, code)
  const text = `npm: ${code}: ${message.replaceAll(/\/\/[^/@\s]*@/g, '//').slice(0, 300)}`
  return new LockError(known ?? viaProxy(message, env) ?? connectionCode(code) ?? 'REGISTRY_UNREACHABLE', text)
}

/** A connection that failed at the proxy of the environment; npm says its host and port. */
function viaProxy(message: string, env: Environment): Code | null {
  const proxies = Object.entries(env).flatMap(([name, value]) =>
    /^(?:npm_config_)?https?[-_]proxy$/i.test(name) ? [URL.parse(value ?? '')] : [],
  )
  const isNamed = proxies.some(
    (proxy) => proxy !== null && (message.includes(` ${proxy.host}`) || message.includes(` ENOTFOUND ${proxy.hostname}`)),
  )
  return isNamed ? 'PROXY_FAILED' : null
}
