/** VS Code; what it takes over from other clients' files it takes as it stands, without variables. */
import { applicationData, everywhere, type Client } from './client.ts'
import { PROGRAM, type Dialect } from './dialect.ts'
import { EDITOR } from './notations.ts'
import { STANDARD } from './standard.ts'

/** The type `http` falls back to SSE. */
export const vscodeDialect: Dialect = {
  ...STANDARD,
  root: ['servers'],
  program: [{ ...PROGRAM, envFile: 'envFile' }],
  type: { member: 'type', values: { stdio: 'stdio', http: 'http', sse: 'sse' } },
  notation: EDITOR,
}

export const vscode: Client = {
  name: 'VS Code',
  files: [
    { dialect: vscodeDialect, project: '.vscode/mcp.json' },
    { dialect: STANDARD, project: '.mcp.json' },
    { dialect: { ...STANDARD, root: [] }, project: '.mcp.json' },
    { dialect: vscodeDialect, user: applicationData('Code/User/mcp.json') },
    { dialect: vscodeDialect, user: applicationData('Code/User/profiles/*/mcp.json') },
    { dialect: vscodeDialect, user: applicationData('Code - Insiders/User/mcp.json') },
    { dialect: STANDARD, user: everywhere('~/.copilot/mcp-config.json') },
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
