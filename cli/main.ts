/** The command line: flags in, exit status out. Commands are loaded when they run, so `--help` loads nothing else. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { LockError } from '../core/errors.ts'
import { displaySafe } from '../core/text.ts'
import type { DiffOptions } from './commands/diff.ts'
import type { PinOptions } from './commands/pin.ts'
import type { VerifyOptions } from './commands/verify.ts'
import { FORMATS } from './report/index.ts'
import { VERSION } from './version.ts'
import type { World } from './world.ts'

const EXIT_STATUS = `
Exit status: 0 verified · 1 changed, refused or declined · 2 wrong usage, unreadable lock or config
             3 could not check (server, registry, variable, time-out) · 130 interrupted
The worst wins: 2 > 1 > 3.`

/** Runs one command line, without the program's own name. Never throws for what a user can cause. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  const split = argv.indexOf('--')
  const words = split < 0 ? argv : argv.slice(0, split)
  let exit = 0
  const program = build(world, split < 0 ? null : argv.slice(split + 1), (status) => {
    exit = status
  })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof LockError)) throw error
    world.stderr(`mcp-lock: ${error.code}: ${displaySafe(error.message)}\n  ${error.hint}\n`)
    return error.exit
  }
}

function build(world: World, command: readonly string[] | null, done: (status: number) => void): Command {
  const program = new Command('mcp-lock')
    .description('Makes what MCP servers tell a language model a reviewed, enforced dependency.')
    .version(VERSION, '-V, --version')
    .showHelpAfterError('(see mcp-lock --help)')
    .configureOutput({ writeOut: world.stdout, writeErr: world.stderr })
    .exitOverride()
    .addHelpText(
      'after',
      `\nFirst steps:\n  mcp-lock pin       review the servers of .mcp.json and its like, write mcp.lock\n  mcp-lock verify    in CI: fails on any difference\n${EXIT_STATUS}`,
    )

  project(program.command('pin'))
    .description('list the servers of this project and write what they declare to mcp.lock')
    .argument('[server...]', 'only these servers; with `-- command args` or --url, the name of one that no config has')
    .option('-y, --yes', 'start new launches and accept changes without asking', false)
    .addOption(new Option('--accept <server/tools/name>', 'take this one change and no other (repeatable)').default([]).argParser(collect))
    .option('--write-config', 'write exact versions into the client configs, touching nothing else in them', false)
    .option('--prune', 'drop pins that no config names any more', false)
    .option('--url <url>', 'pin the remote server at this address')
    .addHelpText('after', PIN_HELP)
    .action(async (servers: string[], options: Omit<PinOptions, 'servers' | 'command'>) => {
      const { pin } = await import('./commands/pin.ts')
      done(await pin({ ...options, servers, command }, world))
    })

  project(program.command('verify'))
    .description('check configs, files and servers against mcp.lock; never writes')
    .argument('[server...]', 'only these servers')
    .option('--offline', 'no network and no server start: files only', false)
    .addOption(format())
    .addHelpText('after', VERIFY_HELP)
    .action(async (servers: string[], options: Omit<VerifyOptions, 'servers'>) => {
      noCommand(command)
      const { verify } = await import('./commands/verify.ts')
      done(await verify({ ...options, servers }, world))
    })

  program
    .command('diff')
    .description('show what the model would read, old against new')
    .argument('[old]', 'a lock file, or a git revision whose mcp.lock is meant', 'HEAD')
    .argument('[new]', 'the same; by default mcp.lock as it is on disk')
    .option('--exit-code', 'exit 1 if there are differences', false)
    .addOption(format())
    .addOption(new Option('--max-bytes <n>', 'length of the output; what is left out is counted').argParser(positiveInteger))
    .addHelpText(
      'after',
      '\nExamples:\n  mcp-lock diff                 what is not committed yet\n  mcp-lock diff HEAD~1          since the commit before the last\n  mcp-lock diff a.lock b.lock',
    )
    .action(async (before: string, after: string | undefined, options: Omit<DiffOptions, 'before' | 'after'>) => {
      noCommand(command)
      const { diff } = await import('./commands/diff.ts')
      done(await diff({ ...options, before, after: after ?? null }, world))
    })

  program
    .command('show')
    .description('print the surface as the model sees it')
    .argument('[server/tools/name]', 'one server, or one definition of it')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (selector: string | undefined, options: { format: 'text' | 'json' }) => {
      noCommand(command)
      const { showCommand } = await import('./commands/show.ts')
      done(await showCommand({ selector: selector ?? null, ...options }, world))
    })

  program
    .command('explain')
    .description('say what a code of a report means, and what to do')
    .argument('[code]', 'as in a report; without one, all of them')
    .action(async (code: string | undefined) => {
      noCommand(command)
      const { explain } = await import('./commands/explain.ts')
      world.stdout(explain(code))
    })
  return program
}

function project(command: Command): Command {
  return command
    .addOption(
      new Option('--config <file>', 'a client config to read instead of those of the project (repeatable)').default([]).argParser(collect),
    )
    .addOption(new Option('--timeout <seconds>', 'how long a server may take').default(30).argParser(seconds))
    .addOption(new Option('--concurrency <n>', 'how many servers run at a time (default: the cores)').argParser(positiveInteger))
}

function format(): Option {
  return new Option('--format <format>', 'how to write the report').choices(FORMATS).default('text')
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

/** Up to a day, in steps of a millisecond. */
function seconds(text: string): number {
  const value = Number(text)
  if (!(value >= 0.001 && value <= 86_400)) throw new InvalidArgumentError('expected seconds, at most 86400')
  return Math.round(value * 1_000) / 1_000
}

function positiveInteger(text: string): number {
  const value = Number(text)
  if (!(Number.isInteger(value) && value > 0 && value <= 1_000_000_000))
    throw new InvalidArgumentError('expected a whole number above zero')
  return value
}

function noCommand(command: readonly string[] | null): void {
  if (command !== null) throw new LockError('USAGE', 'only `pin NAME -- command args` takes a command')
}

const PIN_HELP = `
Servers are found in .mcp.json, .cursor/mcp.json, .vscode/mcp.json, .codex/config.toml and
.gemini/settings.json. A pinned version never moves. New programs are shown before they start.

Examples:
  mcp-lock pin                                   all servers of this project
  mcp-lock pin github --yes                      one of them, without questions
  mcp-lock pin notes -- node ./notes-server.js   one that no config names
  mcp-lock pin --accept github/tools/search_code exactly this change`

const VERIFY_HELP = `
Any difference fails: changed, added, removed, a server without a pin, a launch that floats.
Nothing starts whose launch, files or package are not the pinned ones.

In CI:
  npx mcp-lock verify                      text for people
  npx mcp-lock verify --format sarif       for code scanning; json, junit, github, markdown too
  npx mcp-lock verify --offline            without network and without starting anything`
