import { Option } from 'commander'
import { LockError } from '../../core/codes/errors.ts'
import type { Choice } from '../locks/settle-conflict.ts'
import { noCommand, type AddCommand } from './flag.ts'

const HELP = `
Git runs the first form for mcp.lock, once \`mcp-lock init\` has set it up. Servers that only one
side changed are merged; one that both sides changed is a conflict, settled with --resolve:
what both sides agree on is written, and the servers in conflict are left out of the lock until
one side is chosen or they are pinned again. Ours and theirs are as git has them: in a rebase,
theirs is your own commit.

Examples:
  mcp-lock merge --resolve                    after a conflict
  mcp-lock merge --resolve --theirs github    take their pin of one server`

type Options = Partial<Choice> & { readonly resolve: boolean }

export const addMerge: AddCommand = (program, line) => {
  program
    .command('merge')
    .description('merge locks server by server, for git; settle a conflict')
    .argument('[base]', 'the file that both sides come from')
    .argument('[ours]', 'the file of our side; the result is written to it')
    .argument('[theirs]', 'the file of the other side')
    .argument('[path]', 'the file that is merged, for messages')
    .option('--resolve', 'write a lock out of one that is in conflict', false)
    .addOption(new Option('--ours <server...>', 'with --resolve: take our pin of these servers'))
    .addOption(new Option('--theirs <server...>', 'with --resolve: take their pin of these servers'))
    .addHelpText('after', HELP)
    .action(async (...[base, ours, theirs, path, options]: [string?, string?, string?, string?, Options?]) => {
      noCommand(line)
      const { resolve = false, ours: own, theirs: other } = options ?? {}
      if (resolve) {
        if (base !== undefined) throw new LockError('USAGE', '--resolve takes no files: it looks for the conflict itself')
        const command = await import('../commands/resolve.ts')
        return line.done(await command.resolve({ ours: own ?? [], theirs: other ?? [] }, line.world))
      }
      if (base === undefined || ours === undefined || theirs === undefined || own !== undefined || other !== undefined)
        throw new LockError('USAGE', 'expected BASE OURS THEIRS, as git gives them, or --resolve')
      const { merge } = await import('../commands/merge.ts')
      line.done(await merge({ base, ours, theirs, path: path ?? null }, line.world))
    })
}
