/** The command line: flags in, exit status out. Commands are loaded when they run, so `--help` loads nothing else. */
import { Command, CommanderError, Help } from 'commander'
import { LockError } from '../core/codes/errors.ts'
import { own } from '../core/json/json.ts'
import { displaySafe } from '../core/text.ts'
import { addCheck } from './flags/check.ts'
import { addApprove } from './flags/approve.ts'
import { addDiff } from './flags/diff.ts'
import { addExplain } from './flags/explain.ts'
import type { AddCommand, Line } from './flags/flag.ts'
import { addDeprecate, addPause, addResume, addRevoke, addTransfer, addWithdraw } from './flags/govern.ts'
import { addInit } from './flags/init.ts'
import { addMerge } from './flags/merge.ts'
import { addMv } from './flags/mv.ts'
import { addOutdated } from './flags/outdated.ts'
import { addPin } from './flags/pin.ts'
import { addPublish } from './flags/publish.ts'
import { addRegistry } from './flags/registry.ts'
import { addRm } from './flags/rm.ts'
import { addRun } from './flags/run.ts'
import { addShow } from './flags/show.ts'
import { addSign } from './flags/sign.ts'
import { addTrust } from './flags/trust.ts'
import { addUpdate } from './flags/update.ts'
import { addUnwrap, addWrap } from './flags/wrap.ts'
import { addVerify } from './flags/verify.ts'
import { VERSION } from '../core/version.ts'
import type { World } from './world/world.ts'

/** By the word that asks for it, in the order of `--help`. */
const COMMANDS: { readonly [name: string]: AddCommand } = {
  init: addInit,
  pin: addPin,
  verify: addVerify,
  check: addCheck,
  diff: addDiff,
  outdated: addOutdated,
  update: addUpdate,
  show: addShow,
  rm: addRm,
  mv: addMv,
  run: addRun,
  wrap: addWrap,
  unwrap: addUnwrap,
  trust: addTrust,
  registry: addRegistry,
  merge: addMerge,
  sign: addSign,
  publish: addPublish,
  approve: addApprove,
  withdraw: addWithdraw,
  deprecate: addDeprecate,
  revoke: addRevoke,
  pause: addPause,
  resume: addResume,
  transfer: addTransfer,
  explain: addExplain,
}

/** Commands that have no lock of the user's to work on. */
const OF_NO_FOLDER: ReadonlySet<string> = new Set(['explain', 'init', 'merge'])

const HELP = `
First steps:
  mcp-lock pin       review the servers of .mcp.json and its like, write mcp.lock
  mcp-lock verify    in CI: fails on any difference
  mcp-lock init      in a team: locks of different branches merge
  mcp-lock trust     say who signs the lock; from then on only a signed one counts

Exit status: 0 verified · 1 changed, refused or declined · 2 wrong usage, unreadable lock or config
             3 could not check (server, registry, variable, time-out) · 4 not trusted (signature,
             signer, trusted root) · 130 interrupted
The worst wins: 4 > 2 > 1 > 3.`

/** Runs one command line, without the program's own name. Never throws for what a user can cause. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  const split = argv.indexOf('--')
  const words = split < 0 ? argv : argv.slice(0, split)
  let exit = 0
  const done = (status: number): void => void (exit = status)
  const command = split < 0 ? null : argv.slice(split + 1)
  const line = { world: words.includes('--global') ? { ...world, global: true as const } : world, command, done }
  const named = own(COMMANDS, words[0] ?? '')
  const program = build(line, named === undefined ? Object.values(COMMANDS) : [named])
  try {
    await program.parseAsync([...words], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof LockError)) throw error
    const hint = typed(error.hint, line.world).replace(
      '`mcp-lock --help`',
      `\`mcp-lock ${[...commandOf(program, words), '--help'].join(' ')}\``,
    )
    world.stderr(`mcp-lock: ${error.code}: ${displaySafe(error.message)}\n  ${hint}\n`)
    return error.exit
  }
}

/** The names of the command that the words begin with. */
function commandOf(program: Command, [word, ...words]: readonly string[]): string[] {
  const below = program.commands.find((command) => command.name() === word)
  return below === undefined ? [] : [below.name(), ...commandOf(below, words)]
}

/** A hint as it is typed here: commands on the user's own configs say so. */
function typed(hint: string, { global }: World): string {
  return global === true ? hint.replaceAll(/`(mcp-lock (?!init|merge|explain|--)[^`]*)`/g, '`$1 --global`') : hint
}

/** The program with these commands; where the line names one, the others are not worth their making. */
function build(line: Line, commands: readonly AddCommand[]): Command {
  const program = new Command('mcp-lock')
    .description('Makes what MCP servers tell a language model a reviewed, enforced dependency.')
    .version(VERSION, '-V, --version')
    .showHelpAfterError('(see mcp-lock --help)')
    .configureOutput({ writeOut: line.world.stdout, writeErr: line.world.stderr })
    // Every flag is off, and every list empty, until it is given.
    .configureHelp({ optionDescription: (option) => new Help().optionDescription(option).replace(/ ?\(default: (?:false|\[\])\)$/, '') })
    .exitOverride()
    .addHelpText('after', HELP)
  for (const add of commands) add(program, line)
  for (const command of program.commands) finish(command, command.name())
  return program
}

/** What every command has, and every one below it. */
function finish(command: Command, name: string): void {
  command.showHelpAfterError(`(see mcp-lock ${name} --help)`)
  for (const below of command.commands) finish(below, `${name} ${below.name()}`)
  const isGroup = command.commands.length > 0
  if (!isGroup && !OF_NO_FOLDER.has(name)) command.option('--global', "the user's own configs, with a lock in the user's config folder")
}
