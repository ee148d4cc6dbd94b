import type { PinOptions } from '../commands/pin.ts'
import { credentials, placeholder } from './credentials.ts'
import { project, repeatable, type AddCommand } from './flag.ts'

const HELP = `
Servers are found in .mcp.json, .cursor/mcp.json, .vscode/mcp.json, .codex/config.toml and the
configs of other clients (docs/CLIENTS.md). A pinned version never moves. New programs are shown
before they start.

Examples:
  mcp-lock pin                                     all servers of this project
  mcp-lock pin --global                            the user's own configs, with a lock in the user's config folder
  mcp-lock pin github --yes                        one of them, without questions
  mcp-lock pin notes -- node ./notes-server.js     one that no config names
  mcp-lock pin docs --url https://example.com/mcp  one at an address
  mcp-lock pin notes --from-registry com.acme/notes@^1   the newest that is approved, as it was approved
  mcp-lock pin --accept github/tools/search_code   exactly this change
  mcp-lock pin --platform-only                     a native program in the repository, on the next system

Without the credentials of a server:
  mcp-lock pin github --placeholder GITHUB_TOKEN      list it with a dummy value; the lock says so
  mcp-lock pin linear --source-only                   its address, package and files, not its tools
With them, by the name of a variable, never by value:
  mcp-lock pin linear --header authorization=ENV:LINEAR_AUTH
  mcp-lock pin search --input api-key=SEARCH_KEY      what VS Code would ask for`

export const addPin: AddCommand = (program, { world, command, done }) => {
  credentials(project(program.command('pin')))
    .description('list the servers of this project and write what they declare to mcp.lock')
    .argument('[server...]', 'only these servers; with `-- command args` or --url, the name of one that no config has')
    .option('-y, --yes', 'start new launches and accept changes without asking', false)
    .addOption(repeatable('--accept <server/tools/name>', 'take this one change and no other', (selector) => selector))
    .option('--write-config', 'write exact versions into the client configs, touching nothing else in them', false)
    .option('--prune', 'drop pins that no config names any more', false)
    .addOption(placeholder())
    .option('--source-only', 'start nothing: pin launch, package and files, and no definitions', false)
    .option('--platform-only', 'start nothing: add the hash of a native program of this platform to its pin', false)
    .option('--allow-redacted', 'pin a launch that holds a credential, with a marker in its place', false)
    .option(
      '--from-registry <name[@range]>',
      "take source and definitions from the policy's registry, if they are approved and the server's own",
    )
    .option('--url <url>', 'pin the remote server at this address')
    .addHelpText('after', HELP)
    .action(async (servers: string[], options: Omit<PinOptions, 'servers' | 'command'>) => {
      const { pin } = await import('../commands/pin.ts')
      done(await pin({ ...options, servers, command }, world))
    })
}
