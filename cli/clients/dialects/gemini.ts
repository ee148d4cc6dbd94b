import { everywhere, type Client } from './client.ts'
import type { Dialect } from './dialect.ts'
import { DOLLARS } from './notations.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = {
  ...STANDARD,
  urls: { url: 'sse', httpUrl: 'streamable-http' },
  type: { member: 'type', values: { stdio: 'stdio', http: 'streamable-http', sse: 'sse' } },
  notation: DOLLARS,
}

export const gemini: Client = {
  name: 'Gemini CLI',
  files: [
    { dialect, project: '.gemini/settings.json' },
    { dialect, user: everywhere('~/.gemini/settings.json') },
    {
      dialect,
      user: {
        linux: '${env:GEMINI_CLI_SYSTEM_SETTINGS_PATH:-/etc/gemini-cli/settings.json}',
        darwin: '${env:GEMINI_CLI_SYSTEM_SETTINGS_PATH:-/Library/Application Support/GeminiCli/settings.json}',
        win32: '${env:GEMINI_CLI_SYSTEM_SETTINGS_PATH:-C:/ProgramData/gemini-cli/settings.json}',
      },
    },
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
