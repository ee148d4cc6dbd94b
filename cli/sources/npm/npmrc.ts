/** What of a project's `.npmrc`, and of the environment, npm is given. */
import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { homeFolder, type Environment } from '../../world/environment.ts'
import { readTextFile } from '../../world/files.ts'
import type { SourceContext } from '../source-kind.ts'

const MAX_SETTINGS = 1024 * 1024

type Settings = Pick<SourceContext, 'workspace' | 'readSettings'>

/** A registry, or how to log in at one. npm ends lines at CR too, so a lone one hides nothing here. */
const KEPT = /^\s*(?:registry|@[^:=]+:registry|\/\/[^=]+)\s*=/
/** Variables in an address would be sent to whoever stands behind it. npm reads a quoted value as JSON, in which `$` can be written by its code. */
const WITH_VARIABLE = /^\s*(?:@[^:=]+:)?registry\s*=.*(?:\$\{|\\)/

/** Which registries the project uses and how to log in there; nothing else of its file reaches npm. */
export async function copyRegistries(project: Settings, folder: string): Promise<void> {
  await copyLines(project, folder, (line) => KEPT.test(line) && !WITH_VARIABLE.test(line))
}

async function copyLines({ workspace, readSettings }: Settings, folder: string, isKept: (line: string) => boolean): Promise<boolean> {
  const read = readSettings ?? ((file: string) => readTextFile(join(workspace, file), MAX_SETTINGS).catch(() => null))
  const lines = ((await read('.npmrc')) ?? '').split(/[\r\n]+/).filter(isKept)
  if (lines.length > 0) await writeFile(join(folder, '.npmrc'), `${lines.join('\n')}\n`, { mode: 0o600 })
  return lines.length > 0
}

/** How old a release must be, as the project has it. */
const AGES = /^\s*(?:min-release-age|before)\s*=/

/** Whether the project's file says how old a release must be; it is then, with nothing else, in the folder. */
export async function copyAges(project: Settings, folder: string): Promise<boolean> {
  return copyLines(project, folder, (line) => AGES.test(line))
}

const PASSED =
  /^(?:npm_config_(?!local_prefix|global_prefix)\w+|NPM_\w+|NODE_AUTH_TOKEN|NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|SSL_CERT_\w+|\w+_proxy)$/i
const SYSTEM =
  /^(?:APPDATA|COMSPEC|HOME|HOMEDRIVE|HOMEPATH|LANG|LC_ALL|LOCALAPPDATA|LOGNAME|PATHEXT|PROGRAMFILES|SHELL|SYSTEMDRIVE|SYSTEMROOT|TEMP|TERM|TMP|TMPDIR|USER|USERPROFILE|XDG_\w+)$/i
const OUTER_RUN = /^npm_(?:package_|lifecycle_|command|execpath|node_execpath)/i

/**
 * The environment for npm: what it is configured by, with this Node first in PATH. The rest stays with
 * us, for a project's `.npmrc` and install scripts could send it anywhere; a variable that the user's own
 * `.npmrc` names is passed.
 */
export async function npmEnvironment(env: Environment): Promise<{ [name: string]: string }> {
  const named = await namedByUser(env)
  const result: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(env)) {
    const isPassed = PASSED.test(name) || SYSTEM.test(name) || named.has(name)
    if (value !== undefined && isPassed && !OUTER_RUN.test(name)) result[name] = value
  }
  // npm knows only Node's variable for what other programs take from theirs.
  const authorities = result['NODE_EXTRA_CA_CERTS'] ?? env['SSL_CERT_FILE']
  if (authorities !== undefined) result['NODE_EXTRA_CA_CERTS'] = authorities
  result['PATH'] = `${dirname(process.execPath)}${delimiter}${env['PATH'] ?? ''}`
  return result
}

async function namedByUser(env: Environment): Promise<ReadonlySet<string>> {
  const file =
    env['npm_config_userconfig'] ?? env['NPM_CONFIG_USERCONFIG'] ?? join(homeFolder(env, process.platform) ?? homedir(), '.npmrc')
  const text = await readFile(file, 'utf8').catch(() => '')
  return new Set([...text.matchAll(/\$\{([^}?:-]+)/g)].map(([, name = '']) => name))
}
