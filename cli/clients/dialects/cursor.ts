import { everywhere, type Client } from './client.ts'
import { PROGRAM, type Dialect } from './dialect.ts'
import { EDITOR } from './notations.ts'
import { STANDARD } from './standard.ts'

export const cursorDialect: Dialect = { ...STANDARD, program: [{ ...PROGRAM, envFile: 'envFile' }], notation: EDITOR }

export const cursor: Client = {
  name: 'Cursor',
  files: [
    { dialect: cursorDialect, project: '.cursor/mcp.json' },
    { dialect: cursorDialect, user: everywhere('~/.cursor/mcp.json') },
  ],
  certainty: { files: 'certain', variables: 'reported' },
}
