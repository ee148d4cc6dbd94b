/**
 * The client profiles under which a server is listed. The table is frozen by its number, which the
 * lock keeps: other facts about clients make a new number, never another lock under the same one.
 */
import type { Json } from '../../core/json/json.ts'

export type Profile = {
  readonly name: string
  readonly version: string
  readonly userAgent: string
  readonly capabilities: { readonly [capability: string]: Json }
}

export const PROFILE_TABLE = 1

const claudeCode: Profile = {
  name: 'claude-code',
  version: '2.1.278',
  userAgent: 'claude-code/2.1.278 (cli)',
  capabilities: { roots: {} },
}

/** The first is the one whose serverInfo, instructions and capabilities count, and the one `verify` uses. */
export const PROFILES: readonly [Profile, ...Profile[]] = [
  claudeCode,
  {
    name: 'Visual Studio Code',
    version: '1.106.2',
    userAgent: 'Visual Studio Code/1.106.2',
    capabilities: { elicitation: { form: {}, url: {} }, roots: { listChanged: true }, sampling: {}, tasks: {} },
  },
  {
    name: 'gemini-cli-mcp-client',
    version: '0.17.1',
    userAgent: 'GeminiCLI/0.17.1 (linux; x64)',
    capabilities: {},
  },
  {
    name: 'mcp-client',
    version: '1.0.0',
    userAgent: 'node',
    capabilities: {
      elicitation: { form: {}, url: {} },
      experimental: {},
      extensions: {
        'io.modelcontextprotocol/skills': {},
        'io.modelcontextprotocol/tasks': {},
        'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] },
      },
      roots: { listChanged: true },
      sampling: { context: {}, tools: {} },
      tasks: { cancel: {}, list: {}, requests: { elicitation: { create: {} }, sampling: { createMessage: {} } } },
    },
  },
]
