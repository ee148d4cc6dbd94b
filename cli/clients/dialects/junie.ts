import { everywhere, type Client } from './client.ts'
import { STANDARD } from './standard.ts'

export const junie: Client = {
  name: 'Junie',
  files: [
    { dialect: STANDARD, project: '.junie/mcp/mcp.json' },
    { dialect: STANDARD, user: everywhere('~/.junie/mcp/mcp.json') },
  ],
  certainty: { files: 'certain', variables: 'assumed' },
}
