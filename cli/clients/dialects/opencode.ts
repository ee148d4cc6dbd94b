/** opencode: `command` is the list of all words. A second format of its own is the bare map of other clients. */
import { everywhere, type Client } from './client.ts'
import type { Dialect } from './dialect.ts'
import { BRACED } from './notations.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = {
  ...STANDARD,
  root: ['mcp'],
  program: [{ command: 'command', args: null, env: 'environment', cwd: 'cwd' }],
  type: { member: 'type', values: { local: 'stdio', remote: 'http' } },
  notation: BRACED,
  disabled: ['enabled', false],
}

const bare: Dialect = { ...STANDARD, root: [] }

const folder = '${env:XDG_CONFIG_HOME:-~/.config}/opencode'

export const opencode: Client = {
  name: 'opencode',
  files: [
    ...['opencode.json', 'opencode.jsonc', '.opencode/opencode.json', '.opencode/opencode.jsonc'].map((project) => ({ dialect, project })),
    { dialect: bare, project: '.agents/mcp.json' },
    ...['config.json', 'opencode.json', 'opencode.jsonc'].map((name) => ({ dialect, user: everywhere(`${folder}/${name}`) })),
    { dialect, user: everywhere('${env:OPENCODE_CONFIG}') },
    { dialect: bare, user: everywhere('~/.agents/mcp.json') },
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
