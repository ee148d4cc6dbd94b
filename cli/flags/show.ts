import { Option } from 'commander'
import { noCommand, type AddCommand } from './flag.ts'

export const addShow: AddCommand = (program, line) => {
  program
    .command('show')
    .description('print the surface as the model sees it')
    .argument('[server/tools/name]', 'one server, or one definition of it')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (selector: string | undefined, options: { format: 'text' | 'json' }) => {
      noCommand(line)
      const { showCommand } = await import('../commands/show.ts')
      line.done(await showCommand({ selector: selector ?? null, ...options }, line.world))
    })
}
