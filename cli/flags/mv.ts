import { noCommand, type AddCommand } from './flag.ts'

const HELP = `
The pin, its closure and its section in mcp-lock.yaml get the new name; what is pinned stays as
reviewed, digests included. Client configs are left as they are: rename the server there too.

Example:
  mcp-lock mv github github-enterprise`

export const addMv: AddCommand = (program, line) => {
  program
    .command('mv')
    .description('give a pin another name')
    .argument('<old>', 'as named in the lock')
    .argument('<new>', 'as named in the client configs from now on')
    .addHelpText('after', HELP)
    .action(async (before: string, after: string) => {
      noCommand(line)
      const { mv } = await import('../commands/mv.ts')
      line.done(await mv(before, after, line.world))
    })
}
