import { config, noCommand, type AddCommand } from './flag.ts'

const HELP = `
In front of a server's own words it puts \`npx -y mcp-lock@VERSION run NAME --\`, so that the client starts what
was pinned. Nothing else in the config changes: variables, folder, comments and layout stay. Servers without a
pin and remote servers are left as they are.

Examples:
  mcp-lock wrap                        every pinned server of this project
  mcp-lock wrap github                 one of them
  mcp-lock wrap --command mcp-lock     where mcp-lock is an installed program`

const BACK = `
The server's own words are in the config still; what stands in front of them is taken away.

Examples:
  mcp-lock unwrap
  mcp-lock unwrap github`

export const addWrap: AddCommand = (program, line) => {
  program
    .command('wrap')
    .description('put the servers of client configs behind `mcp-lock run`')
    .argument('[server...]', 'only these servers')
    .addOption(config('change'))
    .option('--command <words>', 'how the client starts mcp-lock')
    .addHelpText('after', HELP)
    .action(async (servers: string[], options: { config: readonly string[]; command?: string }) => {
      noCommand(line)
      const { wrap } = await import('../commands/wrap.ts')
      line.done(await wrap({ ...options, servers }, line.world))
    })
}

export const addUnwrap: AddCommand = (program, line) => {
  program
    .command('unwrap')
    .description('undo `mcp-lock wrap`, to the byte; needs no lock')
    .argument('[server...]', 'only these servers')
    .addOption(config('change'))
    .addHelpText('after', BACK)
    .action(async (servers: string[], options: { config: readonly string[] }) => {
      noCommand(line)
      const { unwrap } = await import('../commands/wrap.ts')
      line.done(await unwrap({ ...options, servers }, line.world))
    })
}
