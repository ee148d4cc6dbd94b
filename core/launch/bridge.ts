/**
 * Programs that only carry messages to a remote server, as `npx mcp-remote URL` does: such a launch is that
 * address, and the program is never started. What it would do besides, such as opening a browser, nobody asked for.
 */
import type { StdioLaunch } from './launch.ts'
import { npm } from './npm-launch.ts'
import type { Transport } from './source.ts'
import { displaySafe } from '../text.ts'

type Templates = { readonly [name: string]: string }

export type Bridge = {
  readonly url: string
  readonly headers: Templates
  /** Null where either of the two over HTTP will do. */
  readonly transport: Transport | null
}

const PROGRAM = 'mcp-remote'

/** Flags of mcp-remote that change neither what is reached nor what is seen of it: how to log in, to wait and to log. */
const FLAGS: ReadonlySet<string> = new Set([
  '--allow-http',
  '--client-credentials',
  '--debug',
  '--device-code',
  '--disable-cookies',
  '--disable-resource-parameter',
  '--enable-proxy',
  '--ipv4',
  '--keep-alive',
  '--silent',
  '--use-id-token',
])
/** The same with a value behind them. */
const VALUED: ReadonlySet<string> = new Set([
  '--auth-success-url',
  '--auth-timeout',
  '--authorize-param',
  '--body-timeout',
  '--callback-path',
  '--client-metadata-url',
  '--connect-timeout',
  '--headers-timeout',
  '--host',
  '--ping-interval',
  '--protocol',
  '--resource',
  '--static-oauth-client-info',
  '--static-oauth-client-metadata',
  '--token-endpoint',
])
/** Where it would try both transports, the one that it tries first. */
const STRATEGIES: { readonly [strategy: string]: Transport | null } = {
  'http-first': null,
  'http-only': 'streamable-http',
  'sse-first': 'sse',
  'sse-only': 'sse',
}

/**
 * The address behind a bridge; a text that says why it is not certain which one that is; null where the
 * launch is no bridge. `env` are the templates that the bridge fills into its headers.
 */
export function bridgeOf(launch: StdioLaunch, env: Templates): Bridge | string | null {
  const words = wordsOf(launch)
  if (words === null) return null
  if (/[\\/]/.test(launch.command)) return `\`${PROGRAM}\` is called by a path, where any program may stand; name the server by its \`url\``
  const [url = '', ...rest] = words.filter((_, i) => words[i] !== '--header' && words[i - 1] !== '--header')
  if (!/^(?:https?:\/\/|\$\{)/i.test(url)) return `\`${PROGRAM}\` is called without an address as its first argument`
  const flags = /^\d+$/.test(rest[0] ?? '') ? rest.slice(1) : rest
  let transport: Transport | null = null
  for (let at = 0; at < flags.length; at++) {
    const flag = flags[at] ?? ''
    if (FLAGS.has(flag)) continue
    const value = flags[++at]
    const isStrategy = flag === '--transport' && value !== undefined && Object.hasOwn(STRATEGIES, value)
    if (isStrategy) transport = STRATEGIES[value] ?? null
    else if (!VALUED.has(flag) || value === undefined) return unknown(flag)
  }
  const headers: { [name: string]: string } = {}
  for (const [i, word] of words.entries()) {
    if (words[i - 1] !== '--header') continue
    const [, name, value = ''] = /^([A-Za-z0-9_-]+):\s*(.*)$/s.exec(word) ?? []
    if (name === undefined) return `\`${PROGRAM}\` is called with a \`--header\` that is not in the form \`Name: value\``
    headers[name] = fillIn(value, env)
  }
  return { url, headers, transport }
}

/** Whether any word is the name of a bridge, or holds it: without one, a start is none. */
export function mayBeBridge(words: readonly string[]): boolean {
  return words.some((word) => word.includes(PROGRAM))
}

/** Whether the launch starts a bridge, known address or not. */
export function isBridge(launch: StdioLaunch): boolean {
  return wordsOf(launch) !== null
}

/** What the bridge is called with; null where the launch is none. */
function wordsOf(launch: StdioLaunch): readonly string[] | null {
  const name = launch.command
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/\.(?:cmd|exe|bat)$/i, '')
  if (name === PROGRAM) return launch.args
  const artifact = npm.read(launch)
  const isIt = artifact !== null && artifact !== 'unclear' && artifact.name === PROGRAM && (artifact.bin ?? PROGRAM) === PROGRAM
  return isIt ? artifact.args : null
}

function unknown(flag: string): string {
  const what = /^--[a-z-]+$/.test(flag) ? `\`${displaySafe(flag, 50)}\`` : 'a word'
  return `\`${PROGRAM}\` is called with ${what} that may change what is reached or seen; name the server by its \`url\``
}

/** The bridge itself replaces `${NAME}`, which the client may have left alone, by what `env` gives it. */
function fillIn(value: string, env: Templates): string {
  return value.replaceAll(/\$\{(?:\$\}\{)?(?:env:)?([A-Za-z_]\w*)\}/g, (_, name: string) =>
    Object.hasOwn(env, name) ? (env[name] ?? '') : `\${env:${name}}`,
  )
}
