import type { InitOptions } from '../commands/init.ts'
import { noCommand, type AddCommand } from './flag.ts'

const HELP = `
Writes two lines into .gitattributes, to be committed, and the merge driver into the git config of
this clone, never into your own. A clone has its own config: run it again in each, for example with
"prepare": "mcp-lock init" in package.json. It may be run any number of times.

Examples:
  mcp-lock init
  mcp-lock init --program "npx --no-install mcp-lock"   how git starts mcp-lock in this clone`

export const addInit: AddCommand = (program, line) => {
  program
    .command('init')
    .description('set up a repository: how git keeps and merges locks')
    .option('--program <command>', 'how git starts mcp-lock in this clone, a command of the shell')
    .addHelpText('after', HELP)
    .action(async (options: InitOptions) => {
      noCommand(line)
      const { init } = await import('../commands/init.ts')
      line.done(await init(options, line.world))
    })
}
