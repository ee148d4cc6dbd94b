import { everywhere, type Client } from './client.ts'
import { cursorDialect } from './cursor.ts'

/** The notation is Cursor's; some installations keep the file among the caches. */
export const lmStudio: Client = {
  name: 'LM Studio',
  files: [
    { dialect: cursorDialect, user: everywhere('~/.lmstudio/mcp.json') },
    { dialect: cursorDialect, user: everywhere('~/.cache/lm-studio/mcp.json') },
  ],
  certainty: { files: 'certain', variables: 'assumed' },
}
