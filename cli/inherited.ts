/** The environment of a server besides what its config sets. */
type Environment = { readonly [name: string]: string | undefined }

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

export function inherited({ env, platform }: { readonly env: Environment; readonly platform: NodeJS.Platform }): {
  [name: string]: string
} {
  const result: { [name: string]: string } = {}
  for (const name of platform === 'win32' ? INHERITED_WINDOWS : INHERITED) {
    const value = env[name]
    if (value !== undefined) result[name] = value
  }
  return result
}
