/** Flags that several commands share, and how their words are read. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { LockError } from '../../core/codes/errors.ts'
import { FORMATS } from '../report/index.ts'
import type { World } from '../world/world.ts'

/** What a command is given when it is added to the program. */
export type Line = {
  readonly world: World
  /** The words behind `--`, null without one. */
  readonly command: readonly string[] | null
  readonly done: (exit: number) => void
}

/** Adds one command to the program; what it does is loaded when it runs. */
export type AddCommand = (program: Command, line: Line) => void

/** The flags of every command that looks at servers. */
export function project(command: Command): Command {
  return command
    .addOption(config())
    .addOption(new Option('--timeout <seconds>', 'how long a server may take').default(30).argParser(seconds))
    .addOption(
      new Option('--install-timeout <seconds>', 'how long downloading a package may take, before that').default(300).argParser(seconds),
    )
    .addOption(new Option('--concurrency <n>', 'how many servers run at a time (default: the cores)').argParser(positiveInteger))
}

export function format(): Option {
  return new Option('--format <format>', 'how to write the report').choices(FORMATS).default('text')
}

export function config(what = 'read'): Option {
  return repeatable('--config <file>', `a client config to ${what} instead of those of the project`, (file) => file)
}

/** An option that may be given again and again; empty without. */
export function repeatable(flags: string, description: string, parse: (text: string) => unknown): Option {
  return new Option(flags, `${description} (repeatable)`)
    .default([])
    .argParser((text: string, before: readonly unknown[]) => [...before, parse(text)])
}

/** Up to a day, in steps of a millisecond. */
export function seconds(text: string): number {
  const value = Number(text)
  if (!(value >= 0.001 && value <= 86_400)) throw new InvalidArgumentError('expected seconds, at most 86400')
  return Math.round(value * 1_000) / 1_000
}

export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!(Number.isInteger(value) && value > 0 && value <= 1_000_000_000))
    throw new InvalidArgumentError('expected a whole number above zero')
  return value
}

/** @throws LockError `USAGE` */
export function noCommand({ command }: Line): void {
  if (command !== null) throw new LockError('USAGE', 'only `pin NAME -- command args` takes a command')
}
