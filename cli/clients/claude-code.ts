/** Claude Code: `.mcp.json`, with `${VAR}` and `${VAR:-default}`. */
import { translate } from '../../core/template.ts'
import { readJsonEntry, type Dialect } from './dialect.ts'
import type { Place } from './place.ts'

const template = (place: Place): string => translate(place.text(), /\$\{([^}]+)\}/g, ([, reference = '']) => `env:${reference}`)

const TYPES: { readonly [type: string]: 'streamable-http' | 'sse' } = {
  http: 'streamable-http',
  'streamable-http': 'streamable-http',
  sse: 'sse',
}

export const claudeCode: Dialect = {
  client: 'Claude Code',
  file: '.mcp.json',
  syntax: 'json',
  root: 'mcpServers',
  read: (entry) =>
    readJsonEntry(entry, {
      template,
      transport: (type) => (type === undefined ? null : Object.hasOwn(TYPES, type) ? TYPES[type] : undefined),
      envFile: false,
    }),
}
