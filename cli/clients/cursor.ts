import { everywhere, type Client } from './client.ts'
import { PROGRAM, type Dialect } from './dialect.ts'
import { EDITOR } from './notations.ts'

/** An address is tried with either transport. */
const dialect: Dialect = {
  root: ['mcpServers'],
  program: [{ ...PROGRAM, envFile: 'envFile' }],
  urls: { url: 'http' },
  headers: 'headers',
  type: { member: 'type', values: { stdio: 'stdio', http: 'http', 'streamable-http': 'streamable-http', sse: 'sse' } },
  notation: EDITOR,
}

export const cursor: Client = {
  name: 'Cursor',
  files: [
    { dialect, project: '.cursor/mcp.json' },
    { dialect, user: everywhere('~/.cursor/mcp.json') },
  ],
  certainty: { files: 'certain', variables: 'reported' },
}
