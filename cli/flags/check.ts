import type { VerifyOptions } from '../commands/verify.ts'
import { credentials } from './credentials.ts'
import { format, noCommand, project, type AddCommand } from './flag.ts'

const HELP = `
Compares lock, registry and, unless --no-live, what the servers declare now. A server is not started, nor its
address asked, before the registry of mcp-lock.yaml has it listed with this source and these definitions,
approved by as many people as the policy wants, and neither revoked nor paused.

Nothing that the registry says is believed: signatures, who may make them, the place of each record in the log and the
age of the status are checked here. The last head of the log is kept in the state folder of the user; a log that
becomes shorter or forks is refused (exit 4) until somebody has looked: mcp-lock registry trust-log.

  mcp-lock check               every server of the lock
  mcp-lock check notes --no-live --format json`

type CheckOptions = Pick<VerifyOptions, 'config' | 'timeout' | 'installTimeout' | 'concurrency' | 'input' | 'header' | 'format'> & {
  readonly live: boolean
}

export const addCheck: AddCommand = (program, line) => {
  credentials(project(program.command('check')))
    .description('compare lock, registry and servers, before anything connects')
    .argument('[server...]', 'only these servers')
    .option('--no-live', 'start nothing, and ask no server')
    .addOption(format())
    .addHelpText('after', HELP)
    .action(async (servers: string[], { live, ...options }: CheckOptions) => {
      noCommand(line)
      const { verify } = await import('../commands/verify.ts')
      const all = { ...options, servers, command: 'check', noLive: !live, offline: false } as const
      line.done(await verify({ ...all, recursive: false, requireLive: false, runChanged: false, strict: false }, line.world))
    })
}
