import { everywhere, type Client } from './client.ts'
import type { Dialect } from './dialect.ts'
import { BRACES } from './notations.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = {
  ...STANDARD,
  type: { member: 'type', values: { ...STANDARD.type.values, local: 'stdio', http: 'streamable-http' } },
  notation: BRACES,
}

export const copilotCli: Client = {
  name: 'Copilot CLI',
  files: [
    { dialect, project: '.mcp.json' },
    { dialect, project: '.github/mcp.json' },
    { dialect, user: everywhere('~/.copilot/mcp-config.json') },
    { dialect, user: everywhere('${env:COPILOT_HOME}/mcp-config.json') },
    { dialect, user: everywhere('${env:XDG_CONFIG_HOME}/copilot/mcp-config.json') },
  ],
  certainty: { files: 'reported', variables: 'reported' },
}
