/** Cline: an address without a `type` is SSE. */
import { applicationData, everywhere, type Client } from './client.ts'
import type { Dialect } from './dialect.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = { ...STANDARD, urls: { url: 'sse' }, disabled: ['disabled', true] }

export const cline: Client = {
  name: 'Cline',
  files: [
    { dialect, user: everywhere('${env:CLINE_MCP_SETTINGS_PATH}') },
    { dialect, user: everywhere('${env:CLINE_DATA_DIR:-~/.cline/data}/settings/cline_mcp_settings.json') },
    { dialect, user: applicationData('Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json') },
  ],
  certainty: { files: 'certain', variables: 'assumed' },
}
