/** `mcp-lock-registry`: flags in, exit status out. What a command needs is loaded when it runs. */
import { Command, CommanderError } from 'commander'
import { asFailure, LockError } from '../core/codes/errors.ts'
import { displaySafe } from '../core/text.ts'
import { nextAfter } from './program/next.ts'
import { VERSION } from '../core/version.ts'
import type { World } from './program/world.ts'

const CONFIG = ['-c, --config <file>', 'the configuration of the registry', 'registry.yaml'] as const
type Common = { readonly config: string }

/** Runs one command line, without the program's own name. Never throws for what a user can cause. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  try {
    await program(world).parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const failure = asFailure(error)
    world.err(`mcp-lock-registry: ${displaySafe(failure.message, 1000)} [${failure.code}]\n  ${nextAfter(failure)}\n`)
    return failure.exit
  }
}

function program(world: World): Command {
  const command = new Command('mcp-lock-registry')
    .description('Serves verified manifests of MCP servers, with a transparency log (docs/REGISTRY.md).')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err })
  command
    .command('serve')
    .description('serve until SIGTERM or SIGINT; then answer what was accepted, and end')
    .option(...CONFIG)
    .option('--init', 'make configuration, keys and database first, as `init` does, where there are none')
    .action(async ({ config, init }: Common & { readonly init?: true }) => {
      if (init === true) await initOnce(config, world)
      const { serve } = await import('./program/serve.ts')
      await serve(config, world)
    })
  command
    .command('init')
    .description('write registry.yaml, keys for log and status, and an empty database; where it is there, the database alone')
    .option(...CONFIG)
    .option('--origin <name>', 'the name of the log, for good: registry.acme.example/log (localhost/log without)')
    .option('--listen <host:port>', 'where it listens (127.0.0.1:8080 without)')
    .action(async ({ config, ...options }: Common & { readonly origin?: string; readonly listen?: string }) => {
      const { init } = await import('./program/init.ts')
      await init(config, options, world)
    })
  command
    .command('migrate')
    .description('bring the database to this version; `serve` does so too')
    .option(...CONFIG)
    .action(async ({ config }: Common) => {
      const { migrate } = await import('./program/migrate.ts')
      await migrate(config, world)
    })
  command
    .command('backup')
    .description('copy the database while it is served; on PostgreSQL, say what does')
    .argument('<file>', 'a file that is not there yet')
    .option(...CONFIG)
    .action(async (file: string, { config }: Common) => {
      const { backup } = await import('./program/backup.ts')
      await backup(config, file, world)
    })
  command
    .command('restore')
    .description('put a backup in the place of a database that is gone')
    .argument('<file>', 'what `backup` wrote')
    .option(...CONFIG)
    .action(async (file: string, { config }: Common) => {
      const { restore } = await import('./program/backup.ts')
      await restore(config, file, world)
    })
  command
    .command('verify-log')
    .description('compute every root, leaf, decision and the status anew from the records; exit 4 where one differs')
    .option(...CONFIG)
    .action(async ({ config }: Common) => {
      const { verifyLog } = await import('./program/verify-log.ts')
      await verifyLog(config, world)
    })
  for (const one of command.commands) one.exitOverride().configureOutput({ writeOut: world.out, writeErr: world.err })
  return command
}

async function initOnce(config: string, world: World): Promise<void> {
  const { init } = await import('./program/init.ts')
  try {
    await init(config, {}, world)
  } catch (error) {
    // All of it is there already, or a part: `serve` says what is missing.
    if (!(error instanceof LockError) || error.code !== 'FILE_PRESENT') throw error
  }
}
