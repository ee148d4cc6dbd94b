import { noCommand, type AddCommand } from './flag.ts'

export const addExplain: AddCommand = (program, line) => {
  program
    .command('explain')
    .description('say what a code of a report means, and what to do')
    .argument('[code]', 'as in a report; without one, all of them')
    .action(async (code: string | undefined) => {
      noCommand(line)
      const { explain } = await import('../commands/explain.ts')
      line.world.stdout(explain(code))
    })
}
