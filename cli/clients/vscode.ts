/** VS Code: `.vscode/mcp.json`, under `servers`. The type `http` falls back to SSE. */
import { readJsonEntry, type Dialect } from './dialect.ts'
import { editorTemplate } from './editor-variables.ts'

export const vscode: Dialect = {
  client: 'VS Code',
  file: '.vscode/mcp.json',
  syntax: 'json',
  root: 'servers',
  read: (entry) =>
    readJsonEntry(entry, {
      template: editorTemplate,
      transport: (type) => (type === 'sse' ? 'sse' : type === undefined || type === 'http' ? null : undefined),
      envFile: true,
    }),
}
