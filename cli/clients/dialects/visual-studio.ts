import type { Client } from './client.ts'
import { vscodeDialect } from './vscode.ts'

export const visualStudio: Client = {
  name: 'Visual Studio',
  files: [
    { dialect: vscodeDialect, project: '.mcp.json' },
    { dialect: vscodeDialect, project: '.vs/mcp.json' },
    { dialect: vscodeDialect, user: { linux: null, darwin: null, win32: '~/.mcp.json' } },
  ],
  certainty: { files: 'certain', variables: 'reported' },
}
