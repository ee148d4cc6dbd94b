/** Amazon Q Developer and Kiro, which came of it. Agents have servers of their own. */
import { everywhere, type Client } from './client.ts'
import type { Dialect } from './dialect.ts'
import { BRACES } from './notations.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = { ...STANDARD, notation: BRACES, disabled: ['disabled', true] }

export const amazonQ: Client = {
  name: 'Amazon Q',
  files: [
    ...['.amazonq/mcp.json', '.amazonq/default.json', '.amazonq/cli-agents/*.json'].map((project) => ({ dialect, project })),
    ...['mcp.json', 'default.json', 'agents/default.json', 'cli-agents/*.json'].map((name) => ({
      dialect,
      user: everywhere(`~/.aws/amazonq/${name}`),
    })),
  ],
  certainty: { files: 'reported', variables: 'reported' },
}

export const kiro: Client = {
  name: 'Kiro',
  files: [
    ...['.kiro/settings/mcp.json', '.kiro/agents/*.json'].map((project) => ({ dialect, project })),
    ...['settings/mcp.json', 'agents/*.json'].map((name) => ({ dialect, user: everywhere(`~/.kiro/${name}`) })),
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
