import type { Client, UserPath } from './client.ts'
import { vscodeDialect } from './vscode.ts'

const file: UserPath = {
  linux: '${env:XDG_CONFIG_HOME:-~/.config}/github-copilot/intellij/mcp.json',
  darwin: '~/.config/github-copilot/intellij/mcp.json',
  win32: '${env:LOCALAPPDATA:-~/AppData/Local}/github-copilot/intellij/mcp.json',
}

export const jetbrainsCopilot: Client = {
  name: 'Copilot for JetBrains',
  files: [{ dialect: vscodeDialect, user: file }],
  certainty: { files: 'reported', variables: 'assumed' },
}
