import type { AddCommand } from './flag.ts'

const HELP = `
For a client, in the place of the server's own command:
  "command": "npx", "args": ["-y", "mcp-lock@1.2.3", "run", "filesystem"]

First what \`verify --offline\` looks at: lock, its signature, config, files, packages; and the registry, where the
policy names one. Any difference: nothing starts,
the reason is on stderr, and the exit status is that of verify. Then the program is started by its path
in the store, with this process's stdin, stdout, stderr and environment; signals reach it, and its exit
status is returned (128 + n for signal n). A package that is not in the store is installed first.`

export const addRun: AddCommand = (program, { world, command, done }) => {
  program
    .command('run')
    .description('start exactly the program that was pinned, for a client')
    .argument('<server>', 'its name in mcp.lock')
    .usage('<server> [-- command args]')
    .addHelpText('after', HELP)
    .action(async (server: string) => {
      const { run } = await import('../commands/run.ts')
      done(await run(server, command, world))
    })
}
