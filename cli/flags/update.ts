import type { UpdateOptions } from '../commands/update.ts'
import { input, placeholder } from './credentials.ts'
import { noCommand, project, type AddCommand } from './flag.ts'

const HELP = `
Moves exactly the named servers, in mcp.lock and in every client config that names a version, and
shows what changes before it starts or writes anything. Without a range it takes the newest that the
config's own range allows, where the config names one, else the newest; never a prerelease or an
older version that is not named. The dependencies are resolved anew too. minimumReleaseAge in
mcp-lock.yaml and npm's min-release-age apply.

Examples:
  mcp-lock update                       every pinned package
  mcp-lock update github                one
  mcp-lock update github@^2             within a range, or to a tag
  mcp-lock update github@1.2.0 --yes    exactly there, an older one too, without questions`

export const addUpdate: AddCommand = (program, line) => {
  project(program.command('update'))
    .description('move pinned packages to newer versions')
    .argument('[server[@range]...]', 'as named in the lock; all packages without')
    .option('-y, --yes', 'start new versions and accept changes without asking', false)
    .addOption(input())
    .addOption(placeholder())
    .addHelpText('after', HELP)
    .action(async (servers: string[], options: Omit<UpdateOptions, 'servers'>) => {
      noCommand(line)
      const { update } = await import('../commands/update.ts')
      line.done(await update({ ...options, servers }, line.world))
    })
}
