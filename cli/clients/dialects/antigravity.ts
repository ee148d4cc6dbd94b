import { everywhere, type Client } from './client.ts'
import type { Dialect } from './dialect.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = { ...STANDARD, urls: { serverUrl: 'http', url: 'http' } }

export const antigravity: Client = {
  name: 'Antigravity',
  files: [
    { dialect, user: everywhere('~/.gemini/antigravity/mcp_config.json') },
    { dialect, user: everywhere('~/.gemini/config/mcp_config.json') },
  ],
  certainty: { files: 'certain', variables: 'assumed' },
}
