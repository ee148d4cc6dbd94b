/** Goose: its own extensions stand among the servers; `env_keys` names variables that it takes from the environment or the keyring. */
import type { Client, UserPath } from './client.ts'
import { everywhere } from './client.ts'
import type { Dialect } from './dialect.ts'
import { DOLLARS, LITERAL } from './notations.ts'

const dialect: Dialect = {
  root: ['extensions'],
  program: [{ command: 'cmd', args: 'args', env: 'envs' }],
  urls: { uri: 'streamable-http' },
  headers: 'headers',
  type: {
    member: 'type',
    values: {
      stdio: 'stdio',
      sse: 'sse',
      streamable_http: 'streamable-http',
      builtin: 'built-in',
      platform: 'built-in',
      frontend: 'built-in',
    },
  },
  notation: LITERAL,
  headerNotation: DOLLARS,
  disabled: ['enabled', false],
  fromEnvironment: (entry) => {
    const names = entry.has('env_keys')
      ? entry
          .at('env_keys')
          .items()
          .map((place) => place.text())
      : []
    return { env: Object.fromEntries(names.map((name) => [name, `\${env:${name}}`])), headers: {} }
  },
}

const file: UserPath = {
  linux: '${env:XDG_CONFIG_HOME:-~/.config}/goose/config.yaml',
  darwin: '${env:XDG_CONFIG_HOME:-~/.config}/goose/config.yaml',
  win32: '${env:APPDATA:-~/AppData/Roaming}/Block/goose/config/config.yaml',
}

export const goose: Client = {
  name: 'Goose',
  files: [
    { dialect, user: file },
    { dialect, user: everywhere('${env:GOOSE_PATH_ROOT}/config/config.yaml') },
  ],
  certainty: { files: 'certain', variables: 'reported' },
}
