import { Option } from 'commander'
import type { DiffOptions } from '../commands/diff.ts'
import { format, noCommand, positiveInteger, type AddCommand } from './flag.ts'

const HELP = `
Examples:
  mcp-lock diff                 what is not committed yet
  mcp-lock diff HEAD~1          since the commit before the last
  mcp-lock diff a.lock b.lock
  mcp-lock diff main --recursive --format markdown   a pull request to a monorepo`

export const addDiff: AddCommand = (program, line) => {
  program
    .command('diff')
    .description('show what the model would read, old against new')
    .argument('[old]', 'a lock file, or a git revision whose mcp.lock is meant', 'HEAD')
    .argument('[new]', 'the same; by default mcp.lock as it is on disk')
    .option('-r, --recursive', 'every lock from this folder down that either side has', false)
    .option('--exit-code', 'exit 1 if there are differences', false)
    .addOption(format())
    .addOption(new Option('--max-bytes <n>', 'length of the output; what is left out is counted').argParser(positiveInteger))
    .addHelpText('after', HELP)
    .action(async (before: string, after: string | undefined, options: Omit<DiffOptions, 'before' | 'after'>) => {
      noCommand(line)
      const { diff } = await import('../commands/diff.ts')
      line.done(await diff({ ...options, before, after: after ?? null }, line.world))
    })
}
