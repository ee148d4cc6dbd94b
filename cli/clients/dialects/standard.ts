/** What most clients took over from the first one: `mcpServers` by name, `command` with `args` or `url` with `headers`. */
import { PROGRAM, type Dialect } from './dialect.ts'
import { LITERAL } from './notations.ts'

/** Either transport over HTTP where the config leaves it open; `type` in every spelling that clients have. */
export const STANDARD: Dialect = {
  root: ['mcpServers'],
  program: [PROGRAM],
  urls: { url: 'http' },
  headers: 'headers',
  type: {
    member: 'type',
    values: { stdio: 'stdio', http: 'http', 'streamable-http': 'streamable-http', streamableHttp: 'streamable-http', sse: 'sse' },
  },
  notation: LITERAL,
}
