import { InvalidArgumentError, Option } from 'commander'
import type { ApproveOptions } from '../commands/approve.ts'
import { noCommand, type AddCommand } from './flag.ts'
import { serviceTimeout, signing } from './signing.ts'

const HELP = `
First you see what you approve: the difference to the last version that was approved, or all that the
server declares where there is none. People are counted, not keys, and never whoever published it.

  mcp-lock approve io.github.acme/notes@1.3.0
  mcp-lock approve io.github.acme/notes@1.3.0 --diff 1.2.0       against a version of your choice
  mcp-lock approve io.github.acme/notes@1.3.0 --expires 90d      to be looked at again
  mcp-lock withdraw io.github.acme/notes@1.3.0                   takes your own approval back`

export const addApprove: AddCommand = (program, line) => {
  signing(program.command('approve'))
    .description('approve a manifest of the registry, after a look at it')
    .argument('<name@version>')
    .option('--diff <version>', 'show the difference to this version')
    .addOption(new Option('--expires <time>', 'how long it counts: 90d, 12h').argParser(age))
    .addOption(serviceTimeout())
    .addHelpText('after', HELP)
    .action(async (target: string, options: Omit<ApproveOptions, 'target'>) => {
      noCommand(line)
      const { approve } = await import('../commands/approve.ts')
      line.done(await approve({ ...options, target }, line.world))
    })
}

const UNITS: { readonly [unit: string]: number } = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }

function age(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,3})([hdw])$/.exec(text) ?? []
  const length = UNITS[unit]
  if (length === undefined) throw new InvalidArgumentError('expected hours, days or weeks: 12h, 90d, 4w')
  return Number(count) * length
}
