import { applicationData, type Client } from './client.ts'
import { PROGRAM, type Dialect } from './dialect.ts'
import { EDITOR } from './notations.ts'

/** The type `http` falls back to SSE. */
const dialect: Dialect = {
  root: ['servers'],
  program: [{ ...PROGRAM, envFile: 'envFile' }],
  urls: { url: 'http' },
  headers: 'headers',
  type: { member: 'type', values: { stdio: 'stdio', http: 'http', sse: 'sse' } },
  notation: EDITOR,
}

export const vscode: Client = {
  name: 'VS Code',
  files: [
    { dialect, project: '.vscode/mcp.json' },
    { dialect, user: applicationData('Code/User/mcp.json') },
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
