import { noCommand, type AddCommand } from './flag.ts'

const HELP = `
Client configs are left as they are. To drop every pin that no config names any more:
  mcp-lock pin --prune

Example:
  mcp-lock rm github linear`

export const addRm: AddCommand = (program, line) => {
  program
    .command('rm')
    .description('drop pins and their closures')
    .argument('<server...>', 'as named in the lock')
    .addHelpText('after', HELP)
    .action(async (servers: string[]) => {
      noCommand(line)
      const { rm } = await import('../commands/rm.ts')
      line.done(await rm(servers, line.world))
    })
}
