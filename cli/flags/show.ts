import { Option } from 'commander'
import { noCommand, type AddCommand } from './flag.ts'

const HELP = `
Examples:
  mcp-lock show                          everything
  mcp-lock show notes/tools/save_note    one tool, as the model is told of it
  mcp-lock show --risky                  where to begin with a review, and why
  mcp-lock show signature                who signed the lock, over what, where it is logged, whether it
                                         verifies (exit status 0, else 4), and what it does not say`

export const addShow: AddCommand = (program, line) => {
  program
    .command('show')
    .description('print the surface as the model sees it, or who signed it')
    .argument('[server/tools/name]', 'one server, one definition of it, or `signature`')
    .option('--risky', 'only what a reviewer reads first: hidden characters, very long texts, words to the model', false)
    .addOption(new Option('--format <format>', 'how to write it').choices(['text', 'json']).default('text'))
    .addHelpText('after', HELP)
    .action(async (selector: string | undefined, options: { risky: boolean; format: 'text' | 'json' }) => {
      noCommand(line)
      const { showCommand } = await import('../commands/show.ts')
      line.done(await showCommand({ selector: selector ?? null, ...options }, line.world))
    })
}
