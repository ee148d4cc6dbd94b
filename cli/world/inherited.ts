/** The environment of a server besides what its config sets. */
import { lookUp, type Environment } from './environment.ts'

/** The variables that MCP clients hand to every server; the others stay with us. */
const INHERITED = ['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER']
const INHERITED_WINDOWS = [
  'APPDATA',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATH',
  'PROCESSOR_ARCHITECTURE',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'USERNAME',
  'USERPROFILE',
  'PROGRAMFILES',
]

/** @param own what the config sets; on Windows a variable of another case is the same one */
export function inherited(
  { env, platform }: { readonly env: Environment; readonly platform: NodeJS.Platform },
  own: Environment,
): { [name: string]: string } {
  const result: { [name: string]: string } = {}
  for (const name of platform === 'win32' ? INHERITED_WINDOWS : INHERITED) {
    const value = lookUp(env, name, platform)
    if (value !== undefined && lookUp(own, name, platform) === undefined) result[name] = value
  }
  return result
}
