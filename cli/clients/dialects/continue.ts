/** Continue: a list in YAML; JSON files as other clients have them, where only `env` has variables. */
import { everywhere, type Client, type ConfigFile } from './client.ts'
import type { Dialect } from './dialect.ts'
import { BRACES, SECRETS } from './notations.ts'
import { STANDARD } from './standard.ts'

const list: Dialect = { ...STANDARD, list: true, headers: 'requestOptions/headers', notation: SECRETS }
const map: Dialect = {
  ...STANDARD,
  type: { member: 'type', values: { stdio: 'stdio', http: 'streamable-http', sse: 'sse' } },
  envNotation: BRACES,
}

const folder = (dialect: Dialect, name: string): ConfigFile[] => [
  { dialect, project: `.continue/mcpServers/${name}` },
  { dialect, user: everywhere(`\${env:CONTINUE_GLOBAL_DIR:-~/.continue}/mcpServers/${name}`) },
]

export const continueDev: Client = {
  name: 'Continue',
  files: [
    ...folder(list, '*.yaml'),
    ...folder(list, '*.yml'),
    ...folder(map, '*.json'),
    { dialect: list, user: everywhere('${env:CONTINUE_GLOBAL_DIR:-~/.continue}/config.yaml') },
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
