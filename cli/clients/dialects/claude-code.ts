import { everywhere, type Client } from './client.ts'
import type { Dialect } from './dialect.ts'
import { BRACES } from './notations.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = {
  ...STANDARD,
  type: {
    member: 'type',
    values: { stdio: 'stdio', http: 'streamable-http', 'streamable-http': 'streamable-http', sse: 'sse' },
  },
  notation: BRACES,
}

export const claudeCode: Client = {
  name: 'Claude Code',
  files: [
    { dialect, project: '.mcp.json' },
    { dialect, user: everywhere('~/.claude.json') },
    { dialect: { ...dialect, root: ['projects', '*', 'mcpServers'] }, user: everywhere('~/.claude.json') },
    {
      dialect,
      user: {
        linux: '/etc/claude-code/managed-mcp.json',
        darwin: '/Library/Application Support/ClaudeCode/managed-mcp.json',
        win32: '${env:PROGRAMFILES:-C:/Program Files}/ClaudeCode/managed-mcp.json',
      },
    },
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
