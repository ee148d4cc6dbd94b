/** Claude Desktop: programs only; a remote server is reached through one, like `mcp-remote`. */
import { applicationData, type Client } from './client.ts'
import { STANDARD } from './standard.ts'

export const claudeDesktop: Client = {
  name: 'Claude Desktop',
  files: [
    {
      dialect: { ...STANDARD, urls: {}, type: { member: 'type', values: { stdio: 'stdio' } } },
      user: applicationData('Claude/claude_desktop_config.json'),
    },
  ],
  certainty: { files: 'certain', variables: 'assumed' },
}
