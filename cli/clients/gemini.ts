/** Gemini CLI: `.gemini/settings.json`, with `$VAR`, `${VAR}` and `${VAR:-default}`. `url` is SSE, `httpUrl` Streamable HTTP. */
import { translate } from '../../core/template.ts'
import { readAddress, readJsonEntry, type Dialect, type Draft } from './dialect.ts'
import type { Place } from './place.ts'

const template = (place: Place): string =>
  translate(place.text(), /\$(?:(\w+)|\{([^}]+)\})/g, ([, bare, reference]) => `env:${bare ?? reference ?? ''}`)

const TYPES: { readonly [type: string]: 'streamable-http' | 'sse' } = { http: 'streamable-http', sse: 'sse' }

function read(entry: Place): Draft {
  if (!entry.has('httpUrl')) {
    return readJsonEntry(entry, {
      template,
      transport: (type = 'sse') => (Object.hasOwn(TYPES, type) ? TYPES[type] : undefined),
      envFile: false,
    })
  }
  for (const other of ['command', 'url']) if (entry.has(other)) throw entry.invalid(`expected either \`httpUrl\` or \`${other}\`, got both`)
  return { start: readAddress(entry, entry.at('httpUrl'), template), transport: 'streamable-http' }
}

export const gemini: Dialect = {
  client: 'Gemini CLI',
  file: '.gemini/settings.json',
  syntax: 'json',
  root: 'mcpServers',
  read,
}
