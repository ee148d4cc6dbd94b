import { everywhere, type Client } from './client.ts'
import { PROGRAM, type Dialect } from './dialect.ts'
import { DOLLARS } from './notations.ts'

const dialect: Dialect = {
  root: ['mcpServers'],
  program: [PROGRAM],
  urls: { url: 'sse', httpUrl: 'streamable-http' },
  headers: 'headers',
  type: { member: 'type', values: { stdio: 'stdio', http: 'streamable-http', sse: 'sse' } },
  notation: DOLLARS,
}

export const gemini: Client = {
  name: 'Gemini CLI',
  files: [
    { dialect, project: '.gemini/settings.json' },
    { dialect, user: everywhere('~/.gemini/settings.json') },
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
