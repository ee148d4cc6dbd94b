/** Cursor: `.cursor/mcp.json`. An address is tried with either transport. */
import { readJsonEntry, type Dialect } from './dialect.ts'
import { editorTemplate } from './editor-variables.ts'

export const cursor: Dialect = {
  client: 'Cursor',
  file: '.cursor/mcp.json',
  syntax: 'json',
  root: 'mcpServers',
  read: (entry) =>
    readJsonEntry(entry, {
      template: editorTemplate,
      transport: (type) =>
        type === 'sse' ? 'sse' : type === 'streamable-http' ? type : type === undefined || type === 'http' ? null : undefined,
      envFile: true,
    }),
}
