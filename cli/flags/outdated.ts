import { Option } from 'commander'
import type { OutdatedOptions } from '../commands/outdated.ts'
import { config, noCommand, type AddCommand } from './flag.ts'

const HELP = `
Asks the registries, as your npm is configured; installs and starts nothing. \`wanted\` is the newest that
the client config allows, \`newest\` the one that \`mcp-lock update\` takes. A release that is too new for
minimumReleaseAge in mcp-lock.yaml, or for npm's own min-release-age, is shown and does not count.

Exit status: 0 nothing newer · 1 something newer · 3 a registry could not be asked

Examples:
  mcp-lock outdated
  mcp-lock outdated github --format json`

export const addOutdated: AddCommand = (program, line) => {
  program
    .command('outdated')
    .description('list newer versions of what is pinned')
    .argument('[server...]', 'as named in the lock; all packages without')
    .addOption(config())
    .addOption(new Option('--format <format>', 'how to write it').choices(['text', 'json']).default('text'))
    .addHelpText('after', HELP)
    .action(async (servers: string[], options: Omit<OutdatedOptions, 'servers'>) => {
      noCommand(line)
      const { outdated } = await import('../commands/outdated.ts')
      line.done(await outdated({ ...options, servers }, line.world))
    })
}
