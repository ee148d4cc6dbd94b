import { everywhere, type Client } from './client.ts'
import type { Dialect } from './dialect.ts'
import { ENV } from './notations.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = { ...STANDARD, urls: { serverUrl: 'http', url: 'http' }, notation: ENV }

export const windsurf: Client = {
  name: 'Windsurf',
  files: [
    { dialect, user: everywhere('~/.codeium/windsurf/mcp_config.json') },
    { dialect, user: everywhere('~/.codeium/mcp_config.json') },
  ],
  certainty: { files: 'certain', variables: 'reported' },
}
